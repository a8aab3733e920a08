// An archive as `docker load` takes it, made from blobs: the same bytes every time, so a broken download can be resumed
// though the archive lies nowhere. Source: moby image/tarexport; POSIX.1-1988 ustar.
import { Readable } from 'node:stream'
import { compressionOf, createDecompressor } from './decompression.ts'
import { TAR_BLOCK_BYTES, tarHeader } from './tar-header.ts'

export interface ArchivedLayer {
  readonly diffId: string
  readonly digest: string
  readonly mediaType: string
  readonly unpackedBytes: number
}

/** What is to be archived; digests are `sha256:<hex>`. */
export interface ArchivableImage {
  readonly imageId: string
  readonly configurationBytes: number
  /** From the base up. */
  readonly layers: readonly ArchivedLayer[]
}

export interface ArchiveOptions {
  /** As in `docker images`; none leaves the image without a name. */
  readonly tag?: string | undefined
  /**
   * How many layers from the base up are left out, because the engine that is to load it has them.
   * Tried with Engine 20.10: it looks layers up by what lies below them, so only those at the base may be missing.
   */
  readonly omitted?: number | undefined
}

/** Opens a blob from its first byte. */
export type OpenBlob = (digest: string) => Promise<Readable>

export type ArchiveSegment =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Its content unpacked. */
  | { readonly kind: 'layer'; readonly digest: string; readonly mediaType: string; readonly bytes: number }
  | { readonly kind: 'blob'; readonly digest: string; readonly bytes: number }

/** What follows what. Pure. */
export function planArchive(
  image: ArchivableImage,
  { tag, omitted = 0 }: ArchiveOptions = {},
): ArchiveSegment[] {
  const hexOf = (digest: string) => digest.slice('sha256:'.length)
  const sent = new Map(image.layers.slice(omitted).map((layer) => [layer.diffId, layer]))
  const config = `${hexOf(image.imageId)}.json`
  const description = Buffer.from(
    JSON.stringify([
      {
        Config: config,
        RepoTags: tag === undefined ? null : [tag],
        Layers: image.layers.map(({ diffId }) => `${hexOf(diffId)}.tar`),
      },
    ]),
  )
  return [
    ...file(config, { kind: 'blob', digest: image.imageId, bytes: image.configurationBytes }),
    ...[...sent.values()].flatMap(({ diffId, digest, mediaType, unpackedBytes }) =>
      file(`${hexOf(diffId)}.tar`, { kind: 'layer', digest, mediaType, bytes: unpackedBytes }),
    ),
    ...file('manifest.json', { kind: 'bytes', bytes: description }),
    { kind: 'bytes', bytes: Buffer.alloc(2 * TAR_BLOCK_BYTES) },
  ]
}

const sizeOf = (segment: ArchiveSegment): number =>
  segment.kind === 'bytes' ? segment.bytes.length : segment.bytes

/** Length of the whole archive in bytes. */
export const archiveBytes = (segments: readonly ArchiveSegment[]): number =>
  segments.reduce((sum, segment) => sum + sizeOf(segment), 0)

/** The bytes from `start` to `end`, both included. A layer is unpacked from its beginning, wherever the range begins. */
export function streamArchive(
  openBlob: OpenBlob,
  segments: readonly ArchiveSegment[],
  { start, end }: { readonly start: number; readonly end: number },
): Readable {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let offset = 0
    for (const segment of segments) {
      const size = sizeOf(segment)
      const from = Math.max(0, start - offset)
      const to = Math.min(size, end + 1 - offset)
      offset += size
      if (from < to) yield* slice(contentOf(openBlob, segment), from, to)
      if (offset > end) return
    }
  }
  return Readable.from(bytes(), { objectMode: false, highWaterMark: 1024 * 1024 })
}

async function* contentOf(openBlob: OpenBlob, segment: ArchiveSegment): AsyncGenerator<Uint8Array> {
  if (segment.kind === 'bytes') {
    yield segment.bytes
    return
  }
  const stored = await openBlob(segment.digest)
  const compression = segment.kind === 'layer' ? compressionOf(segment.mediaType) : undefined
  if (!compression) {
    yield* stored as AsyncIterable<Uint8Array>
    return
  }
  const coder = createDecompressor(compression)
  stored.once('error', (error) => coder.destroy(error))
  try {
    yield* stored.pipe(coder) as AsyncIterable<Uint8Array>
  } finally {
    stored.destroy()
  }
}

async function* slice(
  content: AsyncIterable<Uint8Array>,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  let offset = 0
  for await (const chunk of content) {
    const part = chunk.subarray(Math.max(0, from - offset), Math.max(0, to - offset))
    offset += chunk.length
    if (part.length > 0) yield part
    if (offset >= to) return
  }
}

function file(name: string, content: ArchiveSegment): ArchiveSegment[] {
  const size = sizeOf(content)
  const padding = (TAR_BLOCK_BYTES - (size % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES
  return [
    { kind: 'bytes', bytes: tarHeader(name, size) },
    content,
    ...(padding > 0 ? [{ kind: 'bytes', bytes: Buffer.alloc(padding) } as const] : []),
  ]
}
