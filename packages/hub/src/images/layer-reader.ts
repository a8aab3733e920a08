// One layer on its way in: stored as it came when it is compressed, compressed by us when it is not, and hashed in both
// forms either way. Nothing of it is unpacked to disk.
import { createHash } from 'node:crypto'
import type { Transform } from 'node:stream'
import { constants, createZstdCompress } from 'node:zlib'
import { createDecompressor } from '@bongsu/foundation'
import type { LayerMediaType, ReleaseLayer } from '@bongsu/protocol'
import type { IncomingBlob } from './blobs.ts'
import { type LayerContents, LayerScan } from './layer-contents.ts'
import { notAnImage } from './not-an-image.ts'

export interface ReceivedLayer {
  readonly layer: ReleaseLayer
  /** Not committed yet. */
  readonly blob: IncomingBlob
  /** Digest of the bytes as they came. */
  readonly cameAs: string
  readonly contents: LayerContents
}

export type LayerEncoding = 'plain' | 'gzip' | 'zstd'

const MEDIA_TYPE: Readonly<Record<LayerEncoding, LayerMediaType>> = {
  // What comes plain is stored compressed.
  plain: 'application/vnd.oci.image.layer.v1.tar+zstd',
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
}
/** How many bytes tell what it is: one block of a tar archive. */
export const HEAD_BYTES = 512
/** Zeros shrink without end; a layer of a program does not. Small ones may be what they like. */
const MAX_RATIO = 2000
const FREE_BYTES = 1024 ** 3
/** What the standard program takes by default: close to the speed of a disk. */
const ZSTD_LEVEL = 3
const PIECE_BYTES = 64 * 1024

/** What the first bytes are of; undefined: not of a layer. */
export function layerEncoding(head: Uint8Array): LayerEncoding | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd'
  return isTarHeader(head) ? 'plain' : undefined
}

/** By the checksum of the first header; an archive without entries is blocks of zeros. Source: POSIX.1-2017, pax. */
function isTarHeader(bytes: Uint8Array): boolean {
  if (bytes.length < HEAD_BYTES) return false
  const head = bytes.subarray(0, HEAD_BYTES)
  if (head.every((byte) => byte === 0)) return true
  const stored = Number.parseInt(Buffer.from(head.subarray(148, 156)).toString('latin1').trim(), 8)
  const sum = head.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  return sum === stored
}

/**
 * The same bytes in pieces of one size, but for the last: how a compressor cuts its blocks depends on what it is handed,
 * and the same layer is to be the same blob however it came.
 */
async function* inPieces(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = []
  let bytes = 0
  for await (let chunk of content) {
    for (; bytes + chunk.length >= PIECE_BYTES; ) {
      const head = chunk.subarray(0, PIECE_BYTES - bytes)
      chunk = chunk.subarray(head.length)
      yield pending.length === 0 ? head : Buffer.concat([...pending, head])
      pending = []
      bytes = 0
    }
    if (chunk.length > 0) pending.push(chunk)
    bytes += chunk.length
  }
  if (bytes > 0) yield Buffer.concat(pending)
}

/**
 * @param blob takes what is to be stored; the caller commits or discards it, whatever comes of this
 * @throws CodedError HUB_NOT_AN_IMAGE for a compressed layer that cannot be read, besides what `blob` throws
 */
export async function receiveLayer(
  blob: IncomingBlob,
  encoding: LayerEncoding,
  content: AsyncIterable<Uint8Array>,
): Promise<ReceivedLayer> {
  const came = createHash('sha256')
  const other = createHash('sha256')
  let otherBytes = 0
  let cameBytes = 0
  const isPlain = encoding === 'plain'
  const scan = new LayerScan()
  const coder = coderOf(encoding)
  const feed = async () => {
    for await (const chunk of isPlain ? inPieces(content) : content) {
      came.update(chunk)
      if (isPlain) scan.push(chunk)
      cameBytes += chunk.length
      if (!isPlain) await blob.write(chunk)
      if (!coder.write(chunk)) await new Promise((resolve) => coder.once('drain', resolve))
    }
    coder.end()
  }
  const take = async () => {
    for await (const chunk of coder as AsyncIterable<Buffer>) {
      otherBytes += chunk.length
      if (isPlain) await blob.write(chunk)
      else if (otherBytes > FREE_BYTES && otherBytes > blob.bytes * MAX_RATIO)
        throw notAnImage('a layer grows beyond measure')
      other.update(chunk)
      if (!isPlain) scan.push(chunk)
    }
  }
  await together(feed(), take(), coder)
  const cameAs = `sha256:${came.digest('hex')}`
  const made = `sha256:${other.digest('hex')}`
  const layer: ReleaseLayer = {
    diffId: isPlain ? cameAs : made,
    digest: isPlain ? made : cameAs,
    mediaType: MEDIA_TYPE[encoding],
    bytes: isPlain ? otherBytes : cameBytes,
    unpackedBytes: isPlain ? cameBytes : otherBytes,
  }
  return { layer, blob, cameAs, contents: scan.contents() }
}

function coderOf(encoding: LayerEncoding): Transform {
  if (encoding !== 'plain') return createDecompressor(encoding)
  return createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } })
}

/** Both ends of a coder; when one fails, the other must not wait for ever. */
async function together(feed: Promise<void>, take: Promise<void>, coder: Transform): Promise<void> {
  const guarded = (work: Promise<void>) =>
    work.catch((error: unknown) => {
      coder.destroy()
      throw error
    })
  const broken = new Promise<never>((_, reject) => {
    coder.once('error', (error) => reject(notAnImage(`a layer cannot be decompressed: ${error.message}`)))
  })
  broken.catch(() => undefined)
  await Promise.race([Promise.all([guarded(feed), guarded(take)]), broken])
}
