// Decompression of layers and archives. Node hands out pieces of 16 KiB by default; the steps that each of them takes through
// streams and pipes cost several times what decompressing costs (zstd, 1 GB: 1.5 s against 0.3 s).
import type { Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

export type Compression = 'gzip' | 'zstd'

const PIECE_BYTES = 256 * 1024

export const createDecompressor = (compression: Compression): Transform =>
  compression === 'gzip'
    ? createGunzip({ chunkSize: PIECE_BYTES })
    : createZstdDecompress({ chunkSize: PIECE_BYTES })

/**
 * How a layer of this media type is compressed; undefined for a plain tar.
 * Source: OCI image specification, media types; `…+gzip` and `…+zstd`.
 */
export function compressionOf(mediaType: string): Compression | undefined {
  if (mediaType.endsWith('+gzip')) return 'gzip'
  return mediaType.endsWith('+zstd') ? 'zstd' : undefined
}
