// Image archives by their digest: received into a temporary file while they are hashed and read, durable and
// in place before anybody hears of them. What ends early leaves nothing behind.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { CodedError, isCodedError, syncFolder, systemErrorCode } from '@bongsu/foundation'
import { newId } from '@bongsu/protocol'
import { createArchiveReader } from './archive-reader.ts'
import type { ArchivedImage } from './image-archive.ts'

export interface ReceivedArchive {
  readonly image: ArchivedImage
  readonly digest: string
  readonly bytes: number
  /** Puts the archive in place, durably. */
  publish(): Promise<void>
  discard(): Promise<void>
}

export interface Expectation {
  /** From the request's content-length, where it has one. */
  readonly bytes?: number | undefined
  /** `sha256:…` that the sender says it sends. */
  readonly digest?: string | undefined
}

/** Kept free for the database and logs beside the archives. */
const RESERVED_BYTES = 64 * 1024 * 1024

export class BlobStore {
  readonly #blobs: string
  readonly #uploads: string
  readonly #maxBytes: number

  constructor({ dataDir, maxBytes }: { dataDir: string; maxBytes: number }) {
    this.#blobs = join(dataDir, 'blobs', 'sha256')
    this.#uploads = join(dataDir, 'uploads')
    this.#maxBytes = maxBytes
  }

  /** Makes the folders and removes what uploads of an earlier life left. */
  async start(): Promise<void> {
    await mkdir(this.#blobs, { recursive: true, mode: 0o700 })
    await mkdir(this.#uploads, { recursive: true, mode: 0o700 })
    for (const name of await readdir(this.#uploads)) await rm(join(this.#uploads, name), { force: true })
  }

  /** @throws CodedError HUB_NOT_AN_IMAGE, HUB_ARCHIVE_*, HUB_BODY_TOO_LARGE, HUB_STORAGE_FULL; nothing is kept then */
  async receive(body: Readable, expected: Expectation): Promise<ReceivedArchive> {
    await this.#requireSpace(expected.bytes)
    const path = join(this.#uploads, `${newId('req')}.part`)
    const discard = () => rm(path, { force: true })
    try {
      const { digest, bytes, image } = await this.#write(body, path)
      if (expected.digest !== undefined && expected.digest !== digest) {
        throw new CodedError('HUB_ARCHIVE_DIGEST_MISMATCH')
      }
      return { digest, bytes, image, discard, publish: () => this.#publish(path, digest) }
    } catch (error) {
      await discard().catch(() => undefined)
      throw toUploadError(error)
    }
  }

  /** The bytes of an archive from `start` to `end`, both included. */
  read(digest: string, range: { start: number; end: number }): Readable {
    return createReadStream(this.#pathOf(digest), range)
  }

  async has(digest: string): Promise<boolean> {
    return stat(this.#pathOf(digest)).then(
      () => true,
      () => false,
    )
  }

  async remove(digest: string): Promise<void> {
    await rm(this.#pathOf(digest), { force: true })
  }

  #pathOf(digest: string): string {
    const hex = digest.replace(/^sha256:/, '')
    // Digests come from the database or a hash; a path is made of one only when it is one.
    if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error('not a digest')
    return join(this.#blobs, hex.slice(0, 2), hex)
  }

  async #requireSpace(bytes: number | undefined): Promise<void> {
    if (bytes === undefined) return
    if (bytes > this.#maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
    const { bavail, bsize } = await statfs(this.#uploads)
    if (bavail * bsize < bytes + RESERVED_BYTES) throw new CodedError('HUB_STORAGE_FULL')
  }

  async #write(body: Readable, path: string) {
    const hash = createHash('sha256')
    const reader = createArchiveReader()
    const file = await open(path, 'wx', 0o600)
    let bytes = 0
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > this.#maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
        hash.update(chunk)
        // Both wait, so the sender is slowed to the slower of disk and reader.
        await Promise.all([writeWhole(file, chunk), reader.write(chunk)])
      }
      const image = await reader.end()
      await file.sync()
      return { digest: `sha256:${hash.digest('hex')}`, bytes, image }
    } finally {
      reader.destroy()
      await file.close()
    }
  }

  async #publish(path: string, digest: string): Promise<void> {
    const target = this.#pathOf(digest)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await rename(path, target)
    await syncFolder(dirname(target))
    await syncFolder(this.#blobs)
  }
}

async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length; ) {
    offset += (await file.write(chunk, offset)).bytesWritten
  }
}

const CUT_OFF = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'ERR_STREAM_DESTROYED'])

/** A sender that went away left an incomplete archive; everything else keeps its own meaning. */
function toUploadError(error: unknown): unknown {
  if (isCodedError(error)) return error
  const isCut =
    CUT_OFF.has(systemErrorCode(error) ?? '') || (error instanceof Error && error.message === 'aborted')
  return isCut ? new CodedError('HUB_ARCHIVE_INCOMPLETE', { cause: error }) : error
}
