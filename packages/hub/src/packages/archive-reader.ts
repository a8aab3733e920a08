// Reads the headers and small texts of a tar archive while it streams past. Nothing is extracted, no path of the
// archive ever names a file, links are not followed; everything kept in memory is capped.
import { CodedError } from '@bongsu/foundation'
import { extract, type Header } from 'tar-stream'
import { type ArchivedImage, type ArchiveEntry, describeImage, notAnImage } from './image-archive.ts'

export const ARCHIVE_LIMITS = {
  entries: 100_000,
  nameBytes: 4_096,
  /** One text of the archive, and all of them together. */
  textBytes: 4 * 1024 * 1024,
  textBytesTotal: 32 * 1024 * 1024,
} as const

export interface ArchiveReader {
  /** Resolves when the reader can take more; rejects as soon as the archive proves to be wrong. */
  write(chunk: Uint8Array): Promise<void>
  /** @throws CodedError HUB_NOT_AN_IMAGE or HUB_ARCHIVE_INCOMPLETE */
  end(): Promise<ArchivedImage>
  destroy(): void
}

const GZIP = [0x1f, 0x8b]
const OPENING_BRACES = new Set([0x7b, 0x5b])

/** A text may only be what the manifest points to; where that is stands at the end of some archives. */
const mayBeText = ({ name, size }: Header): boolean =>
  size <= ARCHIVE_LIMITS.textBytes && (name.endsWith('.json') || name.startsWith('blobs/'))

export function createArchiveReader(): ArchiveReader {
  const entries = new Map<string, ArchiveEntry>()
  const tar = extract()
  let textBytes = 0
  let isFirstChunk = true

  const read = async () => {
    for await (const entry of tar) {
      const { name, size } = entry.header
      // Its type says no more than "readable".
      const bytes = entry as unknown as AsyncIterable<Uint8Array>
      if (entries.size >= ARCHIVE_LIMITS.entries) throw notAnImage('it has too many entries')
      if (Buffer.byteLength(name) > ARCHIVE_LIMITS.nameBytes) throw notAnImage('an entry has too long a name')
      const isFile = entry.header.type === 'file'
      const content = isFile && mayBeText(entry.header) ? await collectText(bytes) : undefined
      if (content === undefined) await drain(bytes)
      textBytes += content?.length ?? 0
      if (textBytes > ARCHIVE_LIMITS.textBytesTotal) throw notAnImage('it holds too many texts')
      // A link to a layer counts as that layer, without its size.
      entries.set(name.replace(/^\.\//, ''), { sizeBytes: isFile ? size : 0, content })
    }
  }
  const reading = read().catch((error: unknown) => {
    throw error instanceof CodedError ? error : toArchiveError(error, entries)
  })
  // Looked at by write and end; until then a failure is nobody's surprise.
  reading.catch(() => undefined)

  return {
    async write(chunk) {
      if (isFirstChunk && GZIP.every((byte, index) => chunk[index] === byte)) {
        throw notAnImage('it is compressed; upload it uncompressed')
      }
      isFirstChunk = false
      if (tar.write(chunk)) return
      await Promise.race([new Promise<void>((resolve) => tar.once('drain', () => resolve())), reading])
    },
    async end() {
      tar.end(undefined)
      await reading
      if (entries.size === 0) throw notAnImage('it is not a tar archive')
      return describeImage(entries)
    },
    destroy: () => tar.destroy(),
  }
}

/** The content when it looks like JSON; nothing, with the rest drained, when it does not. */
async function collectText(entry: AsyncIterable<Uint8Array>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let isText: boolean | undefined
  for await (const chunk of entry) {
    isText ??= OPENING_BRACES.has(chunk[0] ?? 0)
    if (isText) chunks.push(Buffer.from(chunk))
  }
  return isText ? Buffer.concat(chunks) : undefined
}

async function drain(entry: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of entry) {
    // Only its end matters.
  }
}

function toArchiveError(error: unknown, entries: ReadonlyMap<string, ArchiveEntry>): CodedError {
  const message = error instanceof Error ? error.message : ''
  // Bytes that end before the first entry were no archive to begin with.
  if (/unexpected end/i.test(message) && entries.size > 0)
    return new CodedError('HUB_ARCHIVE_INCOMPLETE', { cause: error })
  return notAnImage('it is not a tar archive')
}
