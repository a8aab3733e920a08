// What a compressed layer unpacks to: its digest and size, found by reading it once, within constant memory.
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CodedError, compressionOf, createDecompressor } from '@bongsu/foundation'
import type { LayerMediaType } from '@bongsu/protocol'
import { type LayerContents, LayerScan } from '../images/layer-contents.ts'

export interface UnpackedLayer {
  /** Of the uncompressed tar. */
  readonly diffId: string
  readonly unpackedBytes: number
  readonly contents: LayerContents
}

/** Zeros shrink without end; a layer of a program does not. Small ones may be what they like. */
const MAX_RATIO = 2000
const FREE_BYTES = 1024 ** 3

/** @throws CodedError HUB_REGISTRY_MANIFEST_INVALID for what does not unpack, or grows beyond measure */
export async function measureUnpacked(
  content: Readable,
  mediaType: LayerMediaType,
  storedBytes: number,
): Promise<UnpackedLayer> {
  const hash = createHash('sha256')
  const scan = new LayerScan()
  let unpackedBytes = 0
  const take = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      unpackedBytes += chunk.length
      if (unpackedBytes > FREE_BYTES && unpackedBytes > storedBytes * MAX_RATIO) {
        throw refuse('a layer grows beyond measure')
      }
      hash.update(chunk)
      scan.push(chunk)
    }
  }
  try {
    const compression = compressionOf(mediaType)
    if (compression) await pipeline(content, createDecompressor(compression), take)
    else await pipeline(content, take)
  } catch (error) {
    // The decoders' own errors carry Z_… or ZSTD_…; what a disk says keeps its meaning.
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw /^Z/.test(code) ? refuse('a layer cannot be unpacked', error) : error
  }
  return { diffId: `sha256:${hash.digest('hex')}`, unpackedBytes, contents: scan.contents() }
}

const refuse = (problem: string, cause?: unknown) =>
  new CodedError('HUB_REGISTRY_MANIFEST_INVALID', { parameters: { problem }, cause })
