// The X authority file (`Xauthority`): parse, encode, pick. Pure; who reads and writes files is elsewhere.
// Layout as libXau writes it: per entry big-endian u16 family, then four u16-counted strings.
import { COOKIE_PROTOCOL, XCookie } from './x-cookie.ts'

/** Matches every address (libXau FamilyWild). */
export const FAMILY_WILD = 0xffff
/** The address is the hostname of the machine (libXau FamilyLocal). */
export const FAMILY_LOCAL = 0x0100

/** No real file comes near; a larger one is not read to the end. */
export const MAX_AUTH_FILE_BYTES = 1 << 20
const MAX_ENTRIES = 4096

export interface AuthEntry {
  readonly family: number
  readonly address: Uint8Array
  /** Decimal display number; empty matches every display. */
  readonly displayNumber: string
  readonly cookie: XCookie
}

export interface ParsedAuthFile {
  readonly entries: readonly AuthEntry[]
  /** False when bytes were left that form no entry; the entries before them hold. */
  readonly complete: boolean
}

/** Reads what can be read, as libXau does: a torn last entry does not spoil those before it. */
export function parseAuthFile(bytes: Uint8Array): ParsedAuthFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries: AuthEntry[] = []
  let offset = 0
  const counted = (): Buffer | undefined => {
    if (offset + 2 > buffer.length) return undefined
    const length = buffer.readUInt16BE(offset)
    if (offset + 2 + length > buffer.length) return undefined
    const value = buffer.subarray(offset + 2, offset + 2 + length)
    offset += 2 + length
    return value
  }
  while (offset < buffer.length && entries.length < MAX_ENTRIES) {
    if (offset + 2 > buffer.length) return { entries, complete: false }
    const family = buffer.readUInt16BE(offset)
    offset += 2
    const [address, number, name, data] = [counted(), counted(), counted(), counted()]
    if (!address || !number || !name || !data) return { entries, complete: false }
    entries.push({
      family,
      address: Buffer.from(address),
      displayNumber: number.toString('latin1'),
      cookie: new XCookie(data, name.toString('latin1')),
    })
  }
  return { entries, complete: offset === buffer.length }
}

/** @throws RangeError when a part is longer than its u16 count can say */
export function encodeAuthFile(entries: readonly AuthEntry[]): Buffer {
  const parts: Buffer[] = []
  const counted = (value: Uint8Array): void => {
    if (value.length > 0xffff) throw new RangeError('Part of an X authority entry exceeds 65535 bytes')
    const count = Buffer.alloc(2)
    count.writeUInt16BE(value.length)
    parts.push(count, Buffer.from(value))
  }
  for (const entry of entries) {
    const family = Buffer.alloc(2)
    family.writeUInt16BE(entry.family)
    parts.push(family)
    counted(entry.address)
    counted(Buffer.from(entry.displayNumber, 'latin1'))
    counted(Buffer.from(entry.cookie.protocol, 'latin1'))
    counted(entry.cookie.reveal())
  }
  return Buffer.concat(parts)
}

/** An entry that a client accepts under any hostname: a container's differs from the device's. */
export function wildEntry(displayNumber: number, cookie: XCookie): AuthEntry {
  return { family: FAMILY_WILD, address: new Uint8Array(0), displayNumber: String(displayNumber), cookie }
}

/**
 * Cookies to try for a local display, best first: entries of this hostname, wild ones, then any other host's,
 * since a device that was renamed keeps its old entries. The probe decides.
 */
export function cookiesFor(
  entries: readonly AuthEntry[],
  display: { readonly number: number; readonly hostname: string },
): XCookie[] {
  const rank = (entry: AuthEntry): number => {
    if (entry.family === FAMILY_WILD) return 1
    const isHere = entry.family === FAMILY_LOCAL && Buffer.from(entry.address).toString() === display.hostname
    return isHere ? 0 : 2
  }
  const usable = entries.filter(
    (entry) =>
      entry.cookie.protocol === COOKIE_PROTOCOL &&
      (entry.displayNumber === '' || entry.displayNumber === String(display.number)),
  )
  const cookies: XCookie[] = []
  for (const entry of usable.toSorted((a, b) => rank(a) - rank(b))) {
    if (!cookies.some((cookie) => cookie.equals(entry.cookie))) cookies.push(entry.cookie)
  }
  return cookies
}
