// What an image archive (as `docker save` writes it) says of itself, from the texts found in it. Pure.
// Source: moby image/tarexport; the OCI image specification 1.1 for the configuration.
import { createHash } from 'node:crypto'
import { CodedError } from '@bongsu/foundation'
import type { PackageImage } from '@bongsu/protocol'
import { readConfiguration } from './archived-configuration.ts'

/** One entry of the archive: its size, and its content where it may be one of the texts. */
export interface ArchiveEntry {
  readonly sizeBytes: number
  readonly content?: Buffer | undefined
}

export type ArchivedImage = Omit<PackageImage, 'archiveDigest' | 'archiveBytes'>

export const notAnImage = (problem: string): CodedError =>
  new CodedError('HUB_NOT_AN_IMAGE', { parameters: { problem } })

const MAX_TAGS = 16
const MAX_TAG_LENGTH = 300

/** @throws CodedError HUB_NOT_AN_IMAGE naming what is missing or wrong */
export function describeImage(entries: ReadonlyMap<string, ArchiveEntry>): ArchivedImage {
  const manifest = readManifest(entries)
  const configText = entries.get(manifest.config)?.content
  if (!configText) throw notAnImage(`its configuration ${manifest.config} is missing`)
  const config = parseObject(configText, manifest.config)
  const { architecture, os } = config
  if (!isShortText(architecture)) throw notAnImage('its configuration names no architecture')
  if (!isShortText(os)) throw notAnImage('its configuration names no operating system')
  const layers = manifest.layers.map((path) => {
    const layer = entries.get(path)
    if (!layer) throw notAnImage(`the layer ${path} is missing`)
    return layer.sizeBytes
  })
  if (layers.length === 0) throw notAnImage('it has no layers')
  return {
    imageId: `sha256:${createHash('sha256').update(configText).digest('hex')}`,
    architecture,
    operatingSystem: os,
    unpackedBytes: layers.reduce((sum, bytes) => sum + bytes, 0),
    layers: layers.length,
    tags: manifest.tags,
    configuration: readConfiguration(config.config),
  }
}

const isShortText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 32

function readManifest(entries: ReadonlyMap<string, ArchiveEntry>) {
  const text = entries.get('manifest.json')?.content
  if (!text) {
    throw notAnImage(
      entries.has('index.json') ? 'it is an OCI layout without manifest.json' : 'manifest.json is missing',
    )
  }
  const images = parse(text, 'manifest.json')
  if (!Array.isArray(images) || images.length === 0) throw notAnImage('manifest.json lists no image')
  if (images.length > 1) throw notAnImage(`it holds ${images.length} images; one is needed`)
  const [image]: unknown[] = images
  if (typeof image !== 'object' || image === null) throw notAnImage('manifest.json is not a list of images')
  const config: unknown = Reflect.get(image, 'Config')
  const layers: unknown = Reflect.get(image, 'Layers')
  const tags: unknown = Reflect.get(image, 'RepoTags')
  if (typeof config !== 'string') throw notAnImage('manifest.json names no configuration')
  if (!isTextList(layers)) throw notAnImage('manifest.json lists no layers')
  const isTag = (tag: string) => tag.length <= MAX_TAG_LENGTH
  return { config, layers, tags: isTextList(tags) ? tags.filter(isTag).slice(0, MAX_TAGS) : [] }
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= 1_000 && value.every((item) => typeof item === 'string')

function parse(text: Buffer, name: string): unknown {
  try {
    return JSON.parse(text.toString('utf8'))
  } catch {
    throw notAnImage(`${name} is not JSON`)
  }
}

function parseObject(text: Buffer, name: string): Record<string, unknown> {
  const value = parse(text, name)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw notAnImage(`${name} is not an object`)
}
