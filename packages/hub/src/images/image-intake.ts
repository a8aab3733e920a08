// Takes in a whole image archive in one pass while it streams past: texts are kept, layers stored as blobs, nothing is
// extracted. No path of the archive names a file of ours, links are not followed, and everything in memory is capped.
import { createHash } from 'node:crypto'
import type { Readable, Transform } from 'node:stream'
import { CodedError, createDecompressor, isCodedError, systemErrorCode } from '@bongsu/foundation'
import type { ReleaseLayer } from '@bongsu/protocol'
import { extract, type Header } from 'tar-stream'
import type { Blobs, IncomingBlob } from './blobs.ts'
import { type DescribedImage, describeImage } from './image-texts.ts'
import type { LayerContents } from './layer-contents.ts'
import { HEAD_BYTES, layerEncoding, type ReceivedLayer, receiveLayer } from './layer-reader.ts'
import { notAnImage } from './not-an-image.ts'

export const ARCHIVE_LIMITS = {
  entries: 100_000,
  nameBytes: 4096,
  /** One text of the archive, and all of them together. */
  textBytes: 4 * 1024 * 1024,
  textBytesTotal: 32 * 1024 * 1024,
} as const

export interface Expectation {
  /** From the request's content-length, where it has one. */
  readonly bytes?: number | undefined
  /** `sha256:…` that the sender says it sends. */
  readonly digest?: string | undefined
}

/** An archive that was read whole. Nothing of it is in place yet: one of `publish` and `discard` must follow. */
export interface ReceivedImage {
  readonly described: DescribedImage
  /** Of the archive as it came. */
  readonly archiveDigest: string
  readonly archiveBytes: number
  /** From the base up; those that were there before as they are stored. */
  readonly layers: readonly ReleaseLayer[]
  /** By diffId, of the layers that came. */
  readonly contents: ReadonlyMap<string, LayerContents>
  /** Puts the blobs that the store lacks in place, durably. */
  publish(): Promise<void>
  discard(): Promise<void>
}

export interface ImageIntakeParts {
  readonly blobs: Blobs
  /** Layers that are stored already, by diffId: an archive may leave them out. */
  readonly findLayers: (diffIds: readonly string[]) => Promise<ReadonlyMap<string, ReleaseLayer>>
  readonly maxBytes: number
}

const OPENING_BRACES = new Set([0x7b, 0x5b])

/** @throws CodedError HUB_NOT_AN_IMAGE, HUB_ARCHIVE_*, HUB_BODY_TOO_LARGE, HUB_STORAGE_FULL; nothing is kept then */
export async function receiveImage(
  { blobs, findLayers, maxBytes }: ImageIntakeParts,
  body: Readable,
  expected: Expectation = {},
): Promise<ReceivedImage> {
  if (expected.bytes !== undefined && expected.bytes > maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
  const contents = new ArchiveContents(blobs)
  try {
    const came = await readThrough(body, contents, maxBytes)
    if (expected.digest !== undefined && expected.digest !== came.archiveDigest) {
      throw new CodedError('HUB_ARCHIVE_DIGEST_MISMATCH')
    }
    const described = describeImage(contents.texts)
    const stored = await findLayers(described.diffIds)
    const lacking = new Set<string>()
    const layers = described.diffIds.map((diffId) => {
      const layer = stored.get(diffId) ?? contents.layers.get(diffId)?.layer
      if (!layer) throw notAnImage(`the layer ${diffId} is missing`)
      if (!stored.has(diffId)) lacking.add(diffId)
      return layer
    })
    return {
      described,
      ...came,
      layers,
      contents: new Map([...contents.layers].map(([diffId, received]) => [diffId, received.contents])),
      publish: () => publish(blobs, contents, described, lacking),
      discard: () => contents.discard(),
    }
  } catch (error) {
    await contents.discard()
    throw toUploadError(error)
  }
}

async function publish(
  blobs: Blobs,
  contents: ArchiveContents,
  { imageId, configurationText }: DescribedImage,
  lacking: ReadonlySet<string>,
): Promise<void> {
  for (const [diffId, { layer, blob }] of contents.layers) {
    if (lacking.has(diffId)) await blob.commit(layer.digest)
    else await blob.discard()
  }
  const configuration = await blobs.receive()
  await configuration.write(configurationText)
  await configuration.commit(imageId)
}

/** Feeds the archive through its outer compression, if any, into the reader of entries. */
async function readThrough(body: Readable, contents: ArchiveContents, maxBytes: number) {
  const hash = createHash('sha256')
  const tar = extract()
  let archiveBytes = 0
  let outer: Transform | undefined
  const reading = contents.read(tar)
  reading.catch(() => undefined)
  const pass = async (chunk: Uint8Array) => {
    if (tar.write(chunk)) return
    await Promise.race([new Promise<void>((resolve) => tar.once('drain', () => resolve())), reading])
  }
  let passing: Promise<void> | undefined
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (archiveBytes === 0) {
        outer = outerCoder(chunk)
        passing = outer && passOn(outer, pass)
        passing?.catch(() => undefined)
      }
      archiveBytes += chunk.length
      if (archiveBytes > maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
      hash.update(chunk)
      if (!outer) await pass(chunk)
      else if (!outer.write(chunk))
        await Promise.race([new Promise<void>((resolve) => outer?.once('drain', () => resolve())), passing])
    }
    outer?.end()
    await passing
    tar.end(undefined)
    await reading
    if (contents.isEmpty) throw notAnImage('it is not a tar archive')
    return { archiveDigest: `sha256:${hash.digest('hex')}`, archiveBytes }
  } catch (error) {
    throw toArchiveError(error, contents)
  } finally {
    outer?.destroy()
    tar.destroy()
  }
}

function outerCoder(head: Uint8Array): Transform | undefined {
  const encoding = layerEncoding(head)
  return encoding === undefined || encoding === 'plain' ? undefined : createDecompressor(encoding)
}

async function passOn(coder: Transform, pass: (chunk: Uint8Array) => Promise<void>): Promise<void> {
  try {
    for await (const chunk of coder as AsyncIterable<Buffer>) await pass(chunk)
  } catch (error) {
    coder.destroy()
    throw error
  }
}

/** What was found in an archive so far. */
class ArchiveContents {
  readonly texts = new Map<string, Buffer>()
  /** By diffId. */
  readonly layers = new Map<string, ReceivedLayer>()
  readonly #blobs: Blobs
  #entries = 0
  #textBytes = 0
  /** A reader that is ended in the middle of an entry says nothing any more. */
  #underWay: IncomingBlob | undefined

  constructor(blobs: Blobs) {
    this.#blobs = blobs
  }

  get isEmpty(): boolean {
    return this.#entries === 0
  }

  async read(tar: ReturnType<typeof extract>): Promise<void> {
    for await (const entry of tar) {
      const { header } = entry
      this.#entries += 1
      if (this.#entries > ARCHIVE_LIMITS.entries) throw notAnImage('it has too many entries')
      if (Buffer.byteLength(header.name) > ARCHIVE_LIMITS.nameBytes) {
        throw notAnImage('an entry has too long a name')
      }
      // Its type says no more than "readable".
      await this.#take(header, entry as unknown as AsyncIterable<Uint8Array>)
    }
  }

  async discard(): Promise<void> {
    await this.#underWay?.discard()
    for (const { blob } of this.layers.values()) await blob.discard()
  }

  async #take(header: Header, content: AsyncIterable<Uint8Array>): Promise<void> {
    const { head, rest } = await peek(content)
    const encoding = header.type === 'file' ? layerEncoding(head) : undefined
    if (encoding) return this.#takeLayer(header, encoding, rest)
    const mayBeText =
      header.type === 'file' &&
      OPENING_BRACES.has(head[0] ?? 0) &&
      (header.size ?? 0) <= ARCHIVE_LIMITS.textBytes &&
      /(\.json|^(\.\/)?blobs\/.*)$/.test(header.name)
    const chunks: Uint8Array[] = []
    for await (const chunk of rest) if (mayBeText) chunks.push(chunk)
    if (!mayBeText) return
    const text = Buffer.concat(chunks)
    this.#textBytes += text.length
    if (this.#textBytes > ARCHIVE_LIMITS.textBytesTotal) throw notAnImage('it holds too many texts')
    requireNamed(header.name, createHash('sha256').update(text).digest('hex'))
    this.texts.set(plainName(header.name), text)
  }

  async #takeLayer(
    { name }: Header,
    encoding: NonNullable<ReturnType<typeof layerEncoding>>,
    content: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const blob = await this.#blobs.receive()
    this.#underWay = blob
    const received = await receiveLayer(blob, encoding, content)
    const { diffId } = received.layer
    const isNew = !this.layers.has(diffId)
    if (isNew) this.layers.set(diffId, received)
    else await blob.discard()
    this.#underWay = undefined
    requireNamed(name, received.cameAs.slice(7))
  }
}

const plainName = (name: string): string => name.replace(/^\.\//, '')

/** A blob of a layout that is not what its name says was damaged or swapped. */
function requireNamed(name: string, hex: string): void {
  const claimed = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(plainName(name))?.[1]
  if (claimed !== undefined && claimed !== hex) throw notAnImage(`${name} does not hold what its name says`)
}

/** The first block, and everything from the beginning on. */
async function peek(content: AsyncIterable<Uint8Array>) {
  const iterator = content[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let length = 0
  while (length < HEAD_BYTES) {
    const { value, done } = await iterator.next()
    if (done) break
    first.push(value)
    length += value.length
  }
  const head = Buffer.concat(first)
  async function* rest(): AsyncGenerator<Uint8Array> {
    if (head.length > 0) yield head
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  }
  return { head, rest: rest() }
}

const CUT_OFF = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'ERR_STREAM_DESTROYED'])

function toArchiveError(error: unknown, contents: ArchiveContents): unknown {
  if (isCodedError(error) || CUT_OFF.has(systemErrorCode(error) ?? '')) return error
  const message = error instanceof Error ? error.message : ''
  if (message === 'aborted' || systemErrorCode(error)?.startsWith('E')) return error
  // Bytes that end before the first entry were no archive to begin with.
  if (/unexpected end/i.test(message) && !contents.isEmpty) {
    return new CodedError('HUB_ARCHIVE_INCOMPLETE', { cause: error })
  }
  return notAnImage('it is not a tar archive')
}

/** A sender that went away left an incomplete archive; everything else keeps its own meaning. */
function toUploadError(error: unknown): unknown {
  if (isCodedError(error)) return error
  if (systemErrorCode(error) === 'ENOSPC') return new CodedError('HUB_STORAGE_FULL', { cause: error })
  const isCut =
    CUT_OFF.has(systemErrorCode(error) ?? '') || (error instanceof Error && error.message === 'aborted')
  return isCut ? new CodedError('HUB_ARCHIVE_INCOMPLETE', { cause: error }) : error
}
