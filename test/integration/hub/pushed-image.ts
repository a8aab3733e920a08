// Images as a client of the registry pushes them: compressed layers, a configuration, and a manifest that names them.
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { layerOf, sha256 } from './tar-archive.ts'

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const CONFIGURATION = 'application/vnd.oci.image.config.v1+json'

export interface Pushable {
  readonly configuration: Buffer
  readonly layers: readonly { readonly blob: Buffer; readonly mediaType: string }[]
  readonly manifest: Buffer
}

/** An image as a client pushes it: layers compressed, a manifest that names them. */
export function pushable(
  seed: string,
  {
    os = 'linux',
    architecture = 'amd64',
    form = 'gzip',
  }: { os?: string; architecture?: string; form?: 'gzip' | 'zstd' } = {},
): Pushable {
  const plain = [layerOf('a base of all'), layerOf(`on top ${seed}`)]
  const compress = form === 'gzip' ? gzipSync : zstdCompressSync
  const layers = plain.map((content) => ({
    blob: compress(content),
    mediaType: `application/vnd.oci.image.layer.v1.tar+${form}`,
  }))
  const rootfs = { type: 'layers', diff_ids: plain.map(sha256) }
  const configuration = Buffer.from(
    JSON.stringify({ architecture, os, rootfs, config: { Cmd: ['/program'] } }),
  )
  return { configuration, layers, manifest: manifestOf(configuration, layers) }
}

export const manifestOf = (
  configuration: Buffer,
  layers: Pushable['layers'],
  mediaType = OCI_MANIFEST,
): Buffer =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { mediaType: CONFIGURATION, digest: sha256(configuration), size: configuration.length },
      layers: layers.map((layer) => ({
        mediaType: layer.mediaType,
        digest: sha256(layer.blob),
        size: layer.blob.length,
      })),
    }),
  )
