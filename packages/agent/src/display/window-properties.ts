// Reads what a client wrote on its window: name, machine, class, type. Written by any program, so bounded and cleaned.
import type { X11Connection } from './x11/connection.ts'
import { getProperty, internAtom, type PropertyValue } from './x11/requests.ts'

/** Atoms that every server has (X11 protocol, appendix B). */
const STRING = 31
const WM_CLIENT_MACHINE = 36
const WM_NAME = 39
const WM_CLASS = 67
const WM_TRANSIENT_FOR = 68

const MAX_TEXT_BYTES = 2048
/** UTF-16 units, as the protocol counts. */
const MAX_TEXT_LENGTH = 500
const ICONIC_STATE = 3

const POPUP_TYPES = [
  '_NET_WM_WINDOW_TYPE_TOOLTIP',
  '_NET_WM_WINDOW_TYPE_MENU',
  '_NET_WM_WINDOW_TYPE_POPUP_MENU',
  '_NET_WM_WINDOW_TYPE_DROPDOWN_MENU',
  '_NET_WM_WINDOW_TYPE_COMBO',
  '_NET_WM_WINDOW_TYPE_DND',
  '_NET_WM_WINDOW_TYPE_NOTIFICATION',
] as const

/** The server's numbers for the names we use; 0 for one that no client has ever named. */
export interface WindowAtoms {
  readonly wmState: number
  readonly netWmName: number
  readonly netWmWindowType: number
  readonly netSupportingWmCheck: number
  readonly compoundText: number
  readonly popupTypes: ReadonlySet<number>
}

export interface WindowProperties {
  /** Set by a window manager on the windows it manages. */
  readonly managed: 'no' | 'normal' | 'iconic'
  readonly title: string | undefined
  /** `WM_CLIENT_MACHINE`: the hostname of the container that the program runs in. */
  readonly clientMachine: string | undefined
  /** The class part of `WM_CLASS`. */
  readonly windowClass: string | undefined
  readonly isPopupType: boolean
  readonly isTransient: boolean
}

export async function readAtoms(connection: X11Connection): Promise<WindowAtoms> {
  const atom = (name: string) => connection.send(internAtom(name))
  const [wmState, netWmName, netWmWindowType, netSupportingWmCheck, compoundText, ...popupTypes] =
    await Promise.all([
      atom('WM_STATE'),
      atom('_NET_WM_NAME'),
      atom('_NET_WM_WINDOW_TYPE'),
      atom('_NET_SUPPORTING_WM_CHECK'),
      atom('COMPOUND_TEXT'),
      ...POPUP_TYPES.map(atom),
    ])
  const known = new Set(popupTypes.filter((type) => type !== 0))
  return { wmState, netWmName, netWmWindowType, netSupportingWmCheck, compoundText, popupTypes: known }
}

const NO_PROPERTY: PropertyValue = { type: 0, format: 0, value: Buffer.alloc(0), bytesAfter: 0 }

/** @throws X11Error `request_failed` when the window is gone (see `isGone`) */
export async function readProperties(
  connection: X11Connection,
  window: number,
  atoms: WindowAtoms,
): Promise<WindowProperties> {
  const read = (property: number) =>
    property === 0
      ? Promise.resolve(NO_PROPERTY)
      : connection.send(getProperty(window, property, MAX_TEXT_BYTES))
  const [state, netName, name, machine, classes, types, transient] = await Promise.all([
    read(atoms.wmState),
    read(atoms.netWmName),
    read(WM_NAME),
    read(WM_CLIENT_MACHINE),
    read(WM_CLASS),
    read(atoms.netWmWindowType),
    read(WM_TRANSIENT_FOR),
  ])
  const stateNumber = firstLong(state)
  return {
    managed: stateNumber === undefined ? 'no' : stateNumber === ICONIC_STATE ? 'iconic' : 'normal',
    title: decodeText(netName, atoms) ?? decodeText(name, atoms),
    clientMachine: decodeText(machine, atoms),
    windowClass: cleanText(classes.value.toString('latin1').split('\0')[1] ?? ''),
    isPopupType: longsOf(types).some((type) => atoms.popupTypes.has(type)),
    isTransient: transient.type !== 0,
  }
}

/** The window that a property names; undefined when there is no such property. */
export async function windowOf(
  connection: X11Connection,
  window: number,
  property: number,
): Promise<number | undefined> {
  if (property === 0) return undefined
  return firstLong(await connection.send(getProperty(window, property, 4)))
}

/** The text of a property as one clean line; undefined when absent, empty or in an encoding we do not read. */
export function decodeText(
  property: PropertyValue,
  atoms: Pick<WindowAtoms, 'compoundText'>,
): string | undefined {
  if (property.type === 0 || property.format !== 8) return undefined
  if (property.type === STRING) return cleanText(property.value.toString('latin1'))
  // Escape sequences switch the character set within COMPOUND_TEXT; programs that use it set _NET_WM_NAME as well.
  if (property.type === atoms.compoundText && property.value.includes(0x1b)) return undefined
  return cleanText(new TextDecoder().decode(property.value))
}

function cleanText(text: string): string | undefined {
  const line = text
    .normalize('NFC')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
  // Never half of a surrogate pair.
  return line.slice(0, MAX_TEXT_LENGTH).replace(/[\ud800-\udbff]$/, '') || undefined
}

/** The items of a 32-bit property; none of any other. */
export function longsOf(property: PropertyValue): number[] {
  if (property.format !== 32) return []
  const count = Math.floor(property.value.length / 4)
  return Array.from({ length: count }, (_, index) => property.value.readUInt32LE(index * 4))
}

function firstLong(property: PropertyValue): number | undefined {
  return longsOf(property)[0]
}
