// What an image archive says of itself, from the texts found in it: `docker save` of every age, and OCI layouts. Pure.
// Layers are known by the digest of their content, never by where they lay: names and links of the archive decide nothing.
// Source: moby image/tarexport; OCI image specification 1.1, image-layout.md, image-index.md, manifest.md, config.md.
import { createHash } from 'node:crypto'
import type { ImageConfiguration } from '@bongsu/protocol'
import { readConfiguration } from './archived-configuration.ts'
import { notAnImage } from './not-an-image.ts'

export interface DescribedImage {
  /** Docker's image id: the digest of the configuration. */
  readonly imageId: string
  readonly configurationText: Buffer
  readonly architecture: string
  readonly operatingSystem: string
  /** From the base up. */
  readonly diffIds: readonly string[]
  readonly tags: readonly string[]
  readonly configuration: ImageConfiguration
}

type Texts = ReadonlyMap<string, Buffer>

const MAX_TAGS = 16
const MAX_TAG_LENGTH = 300
const MAX_LAYERS = 1000
const DIGEST = /^sha256:[0-9a-f]{64}$/

/** @throws CodedError HUB_NOT_AN_IMAGE naming what is missing or wrong */
export function describeImage(texts: Texts): DescribedImage {
  const { configurationText, tags } = texts.has('manifest.json') ? fromDocker(texts) : fromLayout(texts)
  return describeConfiguration(configurationText, tags)
}

/** @throws CodedError HUB_NOT_AN_IMAGE */
export function describeConfiguration(
  configurationText: Buffer,
  tags: readonly string[] = [],
): DescribedImage {
  const config = parseObject(configurationText, 'its configuration')
  const { architecture, os, rootfs } = config
  if (!isShortText(architecture)) throw notAnImage('its configuration names no architecture')
  if (!isShortText(os)) throw notAnImage('its configuration names no operating system')
  const diffIds: unknown = isObject(rootfs) ? rootfs.diff_ids : undefined
  if (!isTextList(diffIds) || diffIds.some((diffId) => !DIGEST.test(diffId))) {
    throw notAnImage('its configuration lists no layers')
  }
  if (diffIds.length === 0) throw notAnImage('it has no layers')
  return {
    imageId: `sha256:${createHash('sha256').update(configurationText).digest('hex')}`,
    configurationText,
    architecture,
    operatingSystem: os,
    diffIds,
    tags,
    configuration: readConfiguration(config.config),
  }
}

function fromDocker(texts: Texts) {
  const images = parse(texts.get('manifest.json'), 'manifest.json')
  if (!Array.isArray(images) || images.length === 0) throw notAnImage('manifest.json lists no image')
  if (images.length > 1) throw notAnImage(`it holds ${images.length} images; one is needed`)
  const [image]: unknown[] = images
  if (!isObject(image)) throw notAnImage('manifest.json is not a list of images')
  const { Config: config, RepoTags: tags } = image
  if (typeof config !== 'string') throw notAnImage('manifest.json names no configuration')
  const configurationText = texts.get(config)
  if (!configurationText) throw notAnImage(`its configuration ${config.slice(0, 200)} is missing`)
  const isTag = (tag: string) => tag.length <= MAX_TAG_LENGTH
  return { configurationText, tags: isTextList(tags) ? tags.filter(isTag).slice(0, MAX_TAGS) : [] }
}

function fromLayout(texts: Texts) {
  if (!texts.has('index.json')) throw notAnImage('neither manifest.json nor index.json is there')
  const found = manifestsOf(parseObject(texts.get('index.json'), 'index.json'), texts, 0)
  const [manifest] = found
  if (!manifest) throw notAnImage('index.json lists no image for Linux')
  if (found.length > 1) throw notAnImage(`it holds ${found.length} images; one is needed`)
  const config: unknown = isObject(manifest.config) ? manifest.config.digest : undefined
  return { configurationText: blobText(texts, config, 'the configuration'), tags: [] }
}

/** Indexes may hold indexes; attestations are no images. */
function manifestsOf(index: Record<string, unknown>, texts: Texts, depth: number): Record<string, unknown>[] {
  if (depth > 3 || !Array.isArray(index.manifests) || index.manifests.length > 100) {
    throw notAnImage('index.json cannot be understood')
  }
  return index.manifests.flatMap((descriptor: unknown) => {
    if (!isObject(descriptor) || !isForUs(descriptor)) return []
    const target = parseObject(blobText(texts, descriptor.digest, 'a manifest'), 'a manifest')
    return Array.isArray(target.manifests) ? manifestsOf(target, texts, depth + 1) : [target]
  })
}

function isForUs({ annotations, platform }: Record<string, unknown>): boolean {
  if (isObject(annotations) && annotations['vnd.docker.reference.type'] !== undefined) return false
  return !isObject(platform) || platform.os === undefined || platform.os === 'linux'
}

function blobText(texts: Texts, digest: unknown, what: string): Buffer {
  const text =
    typeof digest === 'string' && DIGEST.test(digest) && texts.get(`blobs/sha256/${digest.slice(7)}`)
  if (!text) throw notAnImage(`${what} is missing`)
  return text
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isShortText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 32

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= MAX_LAYERS && value.every((item) => typeof item === 'string')

function parse(text: Buffer | undefined, name: string): unknown {
  try {
    return JSON.parse(text?.toString('utf8') ?? '')
  } catch {
    throw notAnImage(`${name} is not JSON`)
  }
}

function parseObject(text: Buffer | undefined, name: string): Record<string, unknown> {
  const value = parse(text, name)
  if (!isObject(value)) throw notAnImage(`${name} is not an object`)
  return value
}
