// Blobs in a bucket of an S3-compatible store. What is on its way in lies under `uploads/`, what is whole under
// `blobs/sha256/`; the hub's own disk holds nothing of either.
import type { Readable } from 'node:stream'
import { CodedError, type Logger } from '@bongsu/foundation'
import { newId } from '@bongsu/protocol'
import type { BlobInfo, Blobs, IncomingBlob, KeptBlob } from './blobs.ts'
import { digestOfKey, keyOfDigest } from './digest-key.ts'
import type { S3Bucket } from './s3-bucket.ts'
import { S3Upload } from './s3-upload.ts'

export interface S3BlobsOptions {
  readonly bucket: S3Bucket
  /** What all names begin with, such as `bongsu/`; may be empty. Belongs to one hub. */
  readonly prefix: string
  /** Largest blob. */
  readonly maxBytes: number
  readonly logger: Logger
  /** What one part of an upload holds at least. */
  readonly partBytes?: number
  readonly copyBytes?: number
}

const MIB = 1024 * 1024
const PART_BYTES = 8 * MIB
const MAX_PARTS = 10_000
const COPY_BYTES = 1024 * MIB

export class S3Blobs implements Blobs {
  readonly #bucket: S3Bucket
  readonly #uploads: string
  readonly #blobs: string
  readonly #maxBytes: number
  readonly #partBytes: number
  readonly #copyBytes: number
  readonly #logger: Logger

  constructor(options: S3BlobsOptions) {
    const { bucket, prefix, maxBytes, logger, partBytes = PART_BYTES, copyBytes = COPY_BYTES } = options
    this.#bucket = bucket
    this.#uploads = `${prefix}uploads/`
    this.#blobs = `${prefix}blobs/sha256/`
    this.#maxBytes = maxBytes
    // All parts have one size: some stores want it so.
    this.#partBytes = Math.max(partBytes, Math.ceil(maxBytes / MAX_PARTS / MIB) * MIB)
    this.#copyBytes = copyBytes
    this.#logger = logger
  }

  /**
   * A store that does not answer does not keep the hub from its devices: it is told in the log, and by every request.
   * @throws CodedError HUB_CONFIG_INVALID
   */
  async start(): Promise<void> {
    try {
      await this.#bucket.requireUsable()
      await this.#clearUploads()
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'HUB_STORE_UNAVAILABLE') throw error
      this.#logger.error({ err: error }, 'the image store does not answer')
    }
  }

  async receive({ bytes = 0 }: { readonly bytes?: number | undefined } = {}): Promise<IncomingBlob> {
    if (bytes > this.#maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
    return new S3Upload({
      bucket: this.#bucket,
      key: `${this.#uploads}${newId('req')}`,
      keyOf: (digest) => this.#keyOf(digest),
      maxBytes: this.#maxBytes,
      partBytes: this.#partBytes,
      copyBytes: this.#copyBytes,
    })
  }

  async stat(digest: string): Promise<BlobInfo | undefined> {
    const found = await this.#bucket.head(this.#keyOf(digest))
    return found && { digest, bytes: found.bytes }
  }

  async read(digest: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    const found = await this.#bucket.get(this.#keyOf(digest), range)
    if (!found) throw new CodedError('HUB_BLOB_MISSING', { parameters: { digest } })
    return found
  }

  async remove(digest: string): Promise<void> {
    await this.#bucket.remove(this.#keyOf(digest))
  }

  async *list(): AsyncGenerator<KeptBlob> {
    for await (const { key, bytes, storedAt } of this.#bucket.list(this.#blobs)) {
      const digest = digestOfKey(key)
      if (digest !== undefined) yield { digest, bytes, storedAt }
    }
  }

  #keyOf(digest: string): string {
    return `${this.#blobs}${keyOfDigest(digest)}`
  }

  /** An earlier life's: its copies to the name of a digest were cut short in parts as well. */
  async #clearUploads(): Promise<void> {
    for (const prefix of [this.#uploads, this.#blobs]) {
      for (const upload of await this.#bucket.listParted(prefix)) await this.#bucket.abortParts(upload)
    }
    for await (const { key } of this.#bucket.list(this.#uploads)) await this.#bucket.remove(key)
  }
}
