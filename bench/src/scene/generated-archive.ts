// Image archives of any size, made while they are sent: one layer of one file, the same bytes every time for a seed.
import { createCipheriv, createHash, type Hash } from 'node:crypto'
import { TAR_BLOCK_BYTES, tarHeader } from '@bongsu/foundation'

export interface GeneratedArchive {
  /** Of the file within the layer. */
  readonly contentBytes: number
  /** `noise` does not shrink; `program` shrinks to about a quarter, as programs and their libraries do. */
  readonly content: 'noise' | 'program'
  readonly seed: number
}

const CHUNK_BYTES = 256 * 1024
/** Longer than what a compressor looks back at. */
const POOL_BYTES = 16 * 1024 * 1024
const PIECE_BYTES = 64 * 1024

/** What `docker save` of old wrote, chunk by chunk. */
export async function* generateArchive(archive: GeneratedArchive): AsyncGenerator<Buffer> {
  const layerBytes = TAR_BLOCK_BYTES + padded(archive.contentBytes) + 2 * TAR_BLOCK_BYTES
  const hash = createHash('sha256')
  yield tarHeader('layer/layer.tar', layerBytes)
  yield hashed(hash, tarHeader('content', archive.contentBytes))
  for (const chunk of contentOf(archive)) yield hashed(hash, chunk)
  const rest = padded(archive.contentBytes) - archive.contentBytes + 2 * TAR_BLOCK_BYTES
  yield hashed(hash, Buffer.alloc(rest))
  yield Buffer.alloc(padded(layerBytes) - layerBytes)
  const diffId = `sha256:${hash.digest('hex')}`
  yield* file('config.json', configurationText(diffId))
  yield* file('manifest.json', MANIFEST_TEXT)
  yield Buffer.alloc(2 * TAR_BLOCK_BYTES)
}

/** Length of the whole archive, which does not depend on what is in it: counted without making the content. */
export function archiveBytesOf(contentBytes: number): number {
  const layerBytes = TAR_BLOCK_BYTES + padded(contentBytes) + 2 * TAR_BLOCK_BYTES
  const texts = [configurationText(`sha256:${'0'.repeat(64)}`), MANIFEST_TEXT]
  const files = texts.reduce((sum, text) => sum + TAR_BLOCK_BYTES + padded(Buffer.byteLength(text)), 0)
  return TAR_BLOCK_BYTES + padded(layerBytes) + files + 2 * TAR_BLOCK_BYTES
}

const MANIFEST_TEXT = JSON.stringify([{ Config: 'config.json', RepoTags: null, Layers: ['layer/layer.tar'] }])

const configurationText = (diffId: string): string =>
  JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [diffId] },
    config: { Cmd: ['/content'] },
  })

function* contentOf({ contentBytes, content, seed }: GeneratedArchive): Generator<Buffer> {
  const pool = noise(POOL_BYTES, seed)
  for (let offset = 0; offset < contentBytes; offset += CHUNK_BYTES) {
    const bytes = Math.min(CHUNK_BYTES, contentBytes - offset)
    const at = offset % POOL_BYTES
    if (content === 'noise') yield pool.subarray(at, at + bytes)
    else {
      // A new buffer each time: the one before may be on its way still.
      const made = Buffer.allocUnsafe(CHUNK_BYTES)
      for (let piece = 0; piece < CHUNK_BYTES; piece += PIECE_BYTES) {
        const source = pool.subarray((at + piece) % POOL_BYTES, ((at + piece) % POOL_BYTES) + PIECE_BYTES / 4)
        for (let quarter = 0; quarter < 4; quarter += 1) made.set(source, piece + (quarter * PIECE_BYTES) / 4)
      }
      yield made.subarray(0, bytes)
    }
  }
}

/** The same for the same seed. */
function noise(bytes: number, seed: number): Buffer {
  const key = createHash('sha256').update(String(seed)).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes))
}

const padded = (bytes: number): number => Math.ceil(bytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES

function hashed(hash: Hash, chunk: Buffer): Buffer {
  hash.update(chunk)
  return chunk
}

function file(name: string, text: string): Buffer[] {
  const content = Buffer.from(text)
  return [tarHeader(name, content.length), content, Buffer.alloc(padded(content.length) - content.length)]
}
