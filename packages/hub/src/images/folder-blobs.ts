// Blobs in a folder: written to a temporary file while they are hashed, durable and in place before anybody hears of them.
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { CodedError, syncFolder } from '@bongsu/foundation'
import { newId } from '@bongsu/protocol'
import type { BlobInfo, Blobs, IncomingBlob } from './blobs.ts'

export interface FolderBlobsOptions {
  /** Blobs lie in `blobs/`, those on their way in `uploads/`. */
  readonly dataDir: string
  /** Largest blob. */
  readonly maxBytes: number
}

/** Kept free for the database and logs beside the blobs. */
const RESERVED_BYTES = 64 * 1024 * 1024
/** How often room is looked for while a blob of unknown size comes in. */
const ROOM_STRIDE_BYTES = 8 * 1024 * 1024
/** Large reads cost a third of the processor time of small ones. */
const READ_BYTES = 1024 * 1024

export class FolderBlobs implements Blobs {
  readonly #blobs: string
  readonly #uploads: string
  readonly #maxBytes: number

  constructor({ dataDir, maxBytes }: FolderBlobsOptions) {
    this.#blobs = join(dataDir, 'blobs', 'sha256')
    this.#uploads = join(dataDir, 'uploads')
    this.#maxBytes = maxBytes
  }

  async start(): Promise<void> {
    await mkdir(this.#blobs, { recursive: true, mode: 0o700 })
    await mkdir(this.#uploads, { recursive: true, mode: 0o700 })
    for (const name of await readdir(this.#uploads)) {
      if (name.endsWith('.part')) await rm(join(this.#uploads, name), { force: true })
    }
  }

  async receive({ bytes }: { readonly bytes?: number | undefined } = {}): Promise<IncomingBlob> {
    await this.#requireSpace(bytes ?? 0)
    const path = join(this.#uploads, `${newId('req')}.part`)
    const file = await open(path, 'wx', 0o600)
    return new IncomingFile({
      path,
      file,
      maxBytes: this.#maxBytes,
      placeOf: (digest) => this.#pathOf(digest),
      requireSpace: () => this.#requireSpace(0),
    })
  }

  async stat(digest: string): Promise<BlobInfo | undefined> {
    return stat(this.#pathOf(digest)).then(
      ({ size }) => ({ digest, bytes: size }),
      () => undefined,
    )
  }

  async read(digest: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    return createReadStream(this.#pathOf(digest), { ...range, highWaterMark: READ_BYTES })
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

  async #requireSpace(bytes: number): Promise<void> {
    if (bytes > this.#maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
    const { bavail, bsize } = await statfs(this.#uploads)
    if (bavail * bsize < bytes + RESERVED_BYTES) throw new CodedError('HUB_STORAGE_FULL')
  }
}

interface IncomingFileParts {
  readonly path: string
  readonly file: FileHandle
  readonly maxBytes: number
  readonly placeOf: (digest: string) => string
  readonly requireSpace: () => Promise<void>
}

class IncomingFile implements IncomingBlob {
  readonly #parts: IncomingFileParts
  readonly #hash: Hash = createHash('sha256')
  #bytes = 0
  #roomAskedAt = 0
  #isOpen = true

  constructor(parts: IncomingFileParts) {
    this.#parts = parts
  }

  get bytes(): number {
    return this.#bytes
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#bytes += chunk.length
    if (this.#bytes > this.#parts.maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
    if (this.#bytes - this.#roomAskedAt > ROOM_STRIDE_BYTES) {
      this.#roomAskedAt = this.#bytes
      await this.#parts.requireSpace()
    }
    this.#hash.update(chunk)
    for (let offset = 0; offset < chunk.length; ) {
      offset += (await this.#parts.file.write(chunk, offset)).bytesWritten
    }
  }

  async commit(expected?: string): Promise<BlobInfo> {
    const digest = `sha256:${this.#hash.digest('hex')}`
    if (expected !== undefined && expected !== digest) {
      await this.discard()
      throw new CodedError('HUB_ARCHIVE_DIGEST_MISMATCH')
    }
    const { file, path, placeOf } = this.#parts
    await file.sync()
    await this.#close()
    const target = placeOf(digest)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await rename(path, target)
    await syncFolder(dirname(target))
    await syncFolder(dirname(dirname(target)))
    return { digest, bytes: this.#bytes }
  }

  async discard(): Promise<void> {
    await this.#close()
    await rm(this.#parts.path, { force: true })
  }

  async #close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await this.#parts.file.close()
  }
}
