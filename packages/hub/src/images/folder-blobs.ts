// Blobs in a folder: written to a temporary file while they are hashed, durable and in place before anybody hears of them.
import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { CodedError, syncFolder, systemErrorCode } from '@bongsu/foundation'
import { newId } from '@bongsu/protocol'
import type { BlobInfo, Blobs, IncomingBlob, KeptBlob } from './blobs.ts'
import { digestOfKey, keyOfDigest } from './digest-key.ts'
import { FileStream } from './file-stream.ts'

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
    const found = await orAbsent(stat(this.#pathOf(digest)))
    return found && { digest, bytes: found.size }
  }

  async read(digest: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    // Opened before anything is answered: a stream would tell too late that there is no file.
    const file = await orAbsent(open(this.#pathOf(digest)))
    if (!file) throw new CodedError('HUB_BLOB_MISSING', { parameters: { digest } })
    return new FileStream({ file, ...(range ?? { start: 0, end: (await file.stat()).size - 1 }) })
  }

  async remove(digest: string): Promise<void> {
    await rm(this.#pathOf(digest), { force: true })
  }

  async *list(): AsyncGenerator<KeptBlob> {
    for (const folder of await readdir(this.#blobs)) {
      for (const name of await readdir(join(this.#blobs, folder))) {
        const digest = digestOfKey(name)
        const found = digest && (await orAbsent(stat(this.#pathOf(digest))))
        if (digest && found) yield { digest, bytes: found.size, storedAt: found.mtime }
      }
    }
  }

  #pathOf(digest: string): string {
    return join(this.#blobs, keyOfDigest(digest))
  }

  async #requireSpace(bytes: number): Promise<void> {
    if (bytes > this.#maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
    const { bavail, bsize } = await statfs(this.#uploads)
    if (bavail * bsize < bytes + RESERVED_BYTES) throw new CodedError('HUB_STORAGE_FULL')
  }
}

/** A file that is not there is a value; any other failure is one. */
async function orAbsent<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
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
