// The first entry of a tar stream, as the engine's archive call gives a path of a container: what it is, and the first
// bytes of a file. Reads no more of the stream than that. Source: POSIX pax, `ustar` interchange format.
import type { ImageFile } from '../image-inspector.ts'

const BLOCK = 512
const KINDS: Readonly<Record<string, ImageFile['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '5': 'folder',
  '2': 'link',
  // Within an archive of one path a hard link can only be the file itself.
  '1': 'other',
}
/** Headers before the entry that speak of it: attributes and long names. */
const ABOUT_THE_NEXT = new Set(['x', 'g', 'L', 'K'])

/** Undefined for an empty archive, or one that ends early. */
export async function firstEntry(
  chunks: AsyncIterable<Buffer | string>,
  headBytes: number,
): Promise<ImageFile | undefined> {
  let held = Buffer.alloc(0)
  for await (const chunk of chunks) {
    held = Buffer.concat([held, Buffer.from(chunk)])
    for (let next = entryAt(held); next; next = entryAt(held)) {
      if (next.kind === 'passed') {
        if (held.length < next.end) break
        held = held.subarray(next.end)
        continue
      }
      const { file, bytes } = next
      const wanted = Math.min(headBytes, file.kind === 'file' ? bytes : 0)
      if (held.length < BLOCK + wanted) break
      return { ...file, head: Buffer.from(held.subarray(BLOCK, BLOCK + wanted)) }
    }
  }
  return undefined
}

type Entry =
  | { readonly kind: 'passed'; readonly end: number }
  | { readonly kind: 'entry'; readonly file: Omit<ImageFile, 'head'>; readonly bytes: number }

function entryAt(held: Buffer): Entry | undefined {
  if (held.length < BLOCK) return undefined
  const type = held.toString('latin1', 156, 157)
  const bytes = octal(held, 124, 12)
  if (ABOUT_THE_NEXT.has(type)) return { kind: 'passed', end: BLOCK + Math.ceil(bytes / BLOCK) * BLOCK }
  const kind = (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined) ?? 'other'
  const target = held.toString('utf8', 157, 257).replace(/\0.*$/s, '')
  return {
    kind: 'entry',
    bytes,
    file: { kind, mode: octal(held, 100, 8) & 0o7777, uid: octal(held, 108, 8), target },
  }
}

const octal = (block: Buffer, start: number, length: number): number =>
  Number.parseInt(block.toString('latin1', start, start + length).replace(/[^0-7].*$/s, '') || '0', 8)
