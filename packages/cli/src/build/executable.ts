// What a file is that somebody wants to run: a Linux program, a Windows one, or a script. Pure, from its bytes.
// Source: System V ABI, ELF; Microsoft PE format.

export type ExecutableKind =
  | { readonly kind: 'elf'; readonly architecture: string; readonly libraries: readonly string[] }
  | { readonly kind: 'elf-library' }
  | { readonly kind: 'windows' }
  | { readonly kind: 'macos' }
  | { readonly kind: 'script'; readonly interpreter: string }
  | { readonly kind: 'other' }

/** e_machine, as Docker names architectures. */
const ARCHITECTURES: Readonly<Record<number, string>> = {
  3: '386',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
}
const ET_DYN = 3
const PT_LOAD = 1
const PT_DYNAMIC = 2
const PT_INTERP = 3
const DT_NEEDED = 1
const DT_STRTAB = 5
const MAX_LIBRARIES = 500

/** Bytes that tell one kind of file from another. */
export const MAGIC_BYTES = 4

/** Whether a file that begins like that is a compiled program, be it for Linux or Windows. */
export const isCompiled = (head: Buffer): boolean =>
  head.toString('latin1') === '\x7fELF' || head.subarray(0, 2).toString('latin1') === 'MZ'

/** @param content the whole file: what a program is linked against may stand at its end */
export function recognise(content: Buffer): ExecutableKind {
  if (content.subarray(0, 4).toString('latin1') === '\x7fELF') return readElf(content)
  if (content.subarray(0, 2).toString('latin1') === 'MZ') return { kind: 'windows' }
  if (content.length >= 4 && [0xfeedface, 0xfeedfacf, 0xcafebabe].includes(content.readUInt32BE(0)))
    return { kind: 'macos' }
  if (content.length >= 4 && content.readUInt32LE(0) === 0xfeedfacf) return { kind: 'macos' }
  const interpreter = /^#!\s*([^\n\r]+)/.exec(content.subarray(0, 200).toString('latin1'))?.[1]
  return interpreter === undefined ? { kind: 'other' } : { kind: 'script', interpreter: interpreter.trim() }
}

interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly bytes: number
}

/** Bytes that are no ELF after all are no program: never an error of another kind. */
function readElf(content: Buffer): ExecutableKind {
  try {
    // 32 bit and big-endian programs are known by name only: no device of this kind runs them.
    const is64 = content[4] === 2 && content[5] === 1
    const architecture = ARCHITECTURES[content.readUInt16LE(18)] ?? 'unknown'
    if (!is64) return { kind: 'elf', architecture, libraries: [] }
    const segments = readSegments(content)
    const isProgram = content.readUInt16LE(16) !== ET_DYN || segments.some(({ type }) => type === PT_INTERP)
    const libraries = readLibraries(content, segments)
    // A static-pie has no interpreter and no name of its own; a library is told by its lack of both, and of an entry.
    if (!isProgram && libraries.length > 0) return { kind: 'elf-library' }
    return { kind: 'elf', architecture, libraries }
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'other' }
    throw error
  }
}

function readSegments(content: Buffer): Segment[] {
  const start = Number(content.readBigUInt64LE(32))
  const size = content.readUInt16LE(54)
  const count = content.readUInt16LE(56)
  return Array.from({ length: count }, (_, at) => {
    const header = start + at * size
    return {
      type: content.readUInt32LE(header),
      offset: Number(content.readBigUInt64LE(header + 8)),
      address: Number(content.readBigUInt64LE(header + 16)),
      bytes: Number(content.readBigUInt64LE(header + 32)),
    }
  })
}

function readLibraries(content: Buffer, segments: readonly Segment[]): string[] {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC)
  if (!dynamic) return []
  const needed: number[] = []
  let texts = 0
  for (let at = dynamic.offset; at + 16 <= dynamic.offset + dynamic.bytes; at += 16) {
    const tag = Number(content.readBigInt64LE(at))
    if (tag === 0) break
    const value = Number(content.readBigUInt64LE(at + 8))
    if (tag === DT_NEEDED && needed.length < MAX_LIBRARIES) needed.push(value)
    if (tag === DT_STRTAB) texts = value
  }
  const holder = segments.find(
    ({ type, address, bytes }) => type === PT_LOAD && texts >= address && texts < address + bytes,
  )
  const base = holder ? texts - holder.address + holder.offset : texts
  return needed.map((offset) => {
    const end = content.indexOf(0, base + offset)
    return content.subarray(base + offset, end < 0 ? base + offset : end).toString('latin1')
  })
}
