// Manifests of the registry as text: read what was pushed, choose from an index, and write one for what came otherwise.
// Pure. Source: OCI image specification 1.1, manifest.md, image-index.md, descriptor.md; Docker manifest v2 schema 2.
import { createHash } from 'node:crypto'
import { CodedError } from '@bongsu/foundation'
import type { LayerMediaType, ReleaseManifest } from '@bongsu/protocol'

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
const OCI_CONFIGURATION = 'application/vnd.oci.image.config.v1+json'
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
const DOCKER_CONFIGURATION = 'application/vnd.docker.container.image.v1+json'
const GZIP_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
const PLAIN_LAYER = 'application/vnd.oci.image.layer.v1.tar'
const ZSTD_LAYER = 'application/vnd.oci.image.layer.v1.tar+zstd'

/** Docker's names of layers, translated. */
const LAYER_TYPES: Readonly<Record<string, LayerMediaType>> = {
  [PLAIN_LAYER]: PLAIN_LAYER,
  [GZIP_LAYER]: GZIP_LAYER,
  [ZSTD_LAYER]: ZSTD_LAYER,
  'application/vnd.docker.image.rootfs.diff.tar': PLAIN_LAYER,
  'application/vnd.docker.image.rootfs.diff.tar.gzip': GZIP_LAYER,
  'application/vnd.docker.image.rootfs.diff.tar.zstd': ZSTD_LAYER,
}
const DIGEST = /^sha256:[0-9a-f]{64}$/
const MAX_LAYERS = 1000
const MAX_IMAGES = 100

export interface Descriptor {
  readonly digest: string
  readonly bytes: number
}

export interface LayerDescriptor extends Descriptor {
  readonly mediaType: LayerMediaType
}

/** What a pushed text is. */
export type ReadManifest =
  | {
      readonly kind: 'image'
      readonly mediaType: string
      readonly configuration: Descriptor
      /** From the base up. */
      readonly layers: readonly LayerDescriptor[]
    }
  | {
      readonly kind: 'index'
      readonly mediaType: string
      /** Digest of the one image that is taken from it. */
      readonly chosen: string
    }

export const sha256Of = (text: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`

/**
 * @param announced the request's content type
 * @throws CodedError HUB_REGISTRY_MANIFEST_INVALID, HUB_REGISTRY_PLATFORM_UNFIT
 */
export function readManifest(text: Uint8Array, announced: string | undefined): ReadManifest {
  const value = parse(text)
  const type = announced?.split(';')[0]?.trim().toLowerCase()
  const stated = typeof value.mediaType === 'string' ? value.mediaType : undefined
  const mediaType = stated ?? type ?? OCI_MANIFEST
  if (stated !== undefined && type !== undefined && stated !== type && type !== 'application/json') {
    throw invalid(`it says ${stated.slice(0, 100)} but is sent as ${type.slice(0, 100)}`)
  }
  if (value.schemaVersion === 1) throw invalid('manifests of schema 1 are no longer taken')
  if (value.schemaVersion !== 2) throw invalid('its schemaVersion is not 2')
  if (mediaType === OCI_INDEX || mediaType === DOCKER_LIST) {
    return { kind: 'index', mediaType, chosen: choosePlatform(value.manifests) }
  }
  if (mediaType !== OCI_MANIFEST && mediaType !== DOCKER_MANIFEST) {
    throw invalid(`${mediaType.slice(0, 100)} is not an image`)
  }
  return {
    kind: 'image',
    mediaType,
    configuration: readConfiguration(value.config),
    layers: readLayers(value.layers),
  }
}

/**
 * The image of an index that a version is made from: the only one for Linux, or the one for linux/amd64.
 * Attestations are no images.
 */
function choosePlatform(manifests: unknown): string {
  if (!Array.isArray(manifests) || manifests.length > MAX_IMAGES) throw invalid('it lists no images')
  const images = manifests.filter(isObject).filter(({ annotations }) => {
    return !isObject(annotations) || annotations['vnd.docker.reference.type'] === undefined
  })
  const platforms = images.map(({ digest, platform }) => {
    const { os, architecture } = isObject(platform) ? platform : {}
    return { digest, os: textOr(os, 'linux'), architecture: textOr(architecture, 'unknown') }
  })
  const forLinux = platforms.filter(({ os }) => os === 'linux')
  const amd64 = forLinux.filter(({ architecture }) => architecture === 'amd64')
  const [chosen] = forLinux.length === 1 ? forLinux : amd64
  if (!chosen || (forLinux.length > 1 && amd64.length !== 1)) {
    const names = platforms.map(({ os, architecture }) => `${os}/${architecture}`).join(', ')
    throw new CodedError('HUB_REGISTRY_PLATFORM_UNFIT', {
      parameters: { platforms: names.slice(0, 300) || '-' },
    })
  }
  return requireDigest(chosen.digest)
}

function readConfiguration(config: unknown): Descriptor {
  const { mediaType } = isObject(config) ? config : {}
  if (mediaType !== OCI_CONFIGURATION && mediaType !== DOCKER_CONFIGURATION) {
    throw invalid('its configuration is not that of a container image')
  }
  return readDescriptor(config)
}

function readLayers(layers: unknown): LayerDescriptor[] {
  if (!Array.isArray(layers) || layers.length === 0) throw invalid('it has no layers')
  if (layers.length > MAX_LAYERS) throw invalid('it has too many layers')
  return layers.map((layer: unknown) => {
    const name = isObject(layer) && typeof layer.mediaType === 'string' ? layer.mediaType : ''
    const mediaType = Object.hasOwn(LAYER_TYPES, name) ? LAYER_TYPES[name] : undefined
    if (!mediaType) throw invalid(`a layer of type "${name.slice(0, 100)}" is not taken`)
    return { ...readDescriptor(layer), mediaType }
  })
}

function readDescriptor(value: unknown): Descriptor {
  const { digest, size } = isObject(value) ? value : {}
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw invalid('a size is missing')
  return { digest: requireDigest(digest), bytes: size }
}

function requireDigest(digest: unknown): string {
  if (typeof digest === 'string' && DIGEST.test(digest)) return digest
  throw invalid('a digest is not one of SHA-256')
}

function parse(text: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text).toString('utf8'))
    if (isObject(value)) return value
  } catch {
    // Told below, like any other text that is no object.
  }
  throw invalid('it is not a JSON object')
}

export interface WrittenManifest {
  readonly mediaType: string
  readonly text: string
  readonly digest: string
}

/**
 * The manifest of a version that did not come by a push. The same text for ever: it is known by its digest.
 * @param layers `plain`: layers that the hub compressed by zstd are offered as they unpack
 */
export function writeManifest(release: ReleaseManifest, layers: 'stored' | 'plain'): WrittenManifest {
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIGURATION, digest: release.imageId, size: release.configurationBytes },
    layers: release.layers.map(({ diffId, digest, mediaType, bytes, unpackedBytes }) =>
      layers === 'plain' && mediaType === ZSTD_LAYER
        ? { mediaType: PLAIN_LAYER, digest: diffId, size: unpackedBytes }
        : { mediaType, digest, size: bytes },
    ),
  })
  return { mediaType: OCI_MANIFEST, text, digest: sha256Of(text) }
}

/** Docker's engine learned zstd in version 23; everybody else who pulls has known it for longer. */
export const formFor = (userAgent: string | undefined): 'stored' | 'plain' => {
  const major = /^docker\/(\d{1,4})\./.exec(userAgent ?? '')?.[1]
  return major !== undefined && Number(major) < 23 ? 'plain' : 'stored'
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOr = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value.length > 0 ? value.slice(0, 32) : otherwise

const invalid = (problem: string) =>
  new CodedError('HUB_REGISTRY_MANIFEST_INVALID', { parameters: { problem } })
