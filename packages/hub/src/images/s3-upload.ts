// A blob on its way into a bucket: sent in parts under a name of its own while it is hashed, and copied to the name of its
// digest by the store itself. Memory is two parts, whatever its size.
import { createHash, type Hash } from 'node:crypto'
import { CodedError } from '@bongsu/foundation'
import type { BlobInfo, IncomingBlob } from './blobs.ts'
import type { PartedUpload, S3Bucket, StoredPart } from './s3-bucket.ts'

export interface S3UploadParts {
  readonly bucket: S3Bucket
  /** Where it lies until it is whole. */
  readonly key: string
  readonly keyOf: (digest: string) => string
  readonly maxBytes: number
  readonly partBytes: number
  /** What the store copies in one request. */
  readonly copyBytes: number
}

export class S3Upload implements IncomingBlob {
  readonly #parts: S3UploadParts
  readonly #hash: Hash = createHash('sha256')
  readonly #stored: StoredPart[] = []
  #bytes = 0
  #part: Buffer | undefined
  #filled = 0
  #upload: PartedUpload | undefined
  /** The part that is being sent while the next one fills. */
  #sending: Promise<void> = Promise.resolve()
  #isOver = false

  constructor(parts: S3UploadParts) {
    this.#parts = parts
  }

  get bytes(): number {
    return this.#bytes
  }

  async write(chunk: Uint8Array): Promise<void> {
    const { maxBytes, partBytes } = this.#parts
    this.#bytes += chunk.length
    if (this.#bytes > maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
    this.#hash.update(chunk)
    for (let offset = 0; offset < chunk.length; ) {
      this.#part ??= Buffer.allocUnsafe(partBytes)
      const taken = chunk.subarray(offset, offset + partBytes - this.#filled)
      this.#part.set(taken, this.#filled)
      this.#filled += taken.length
      offset += taken.length
      if (this.#filled === partBytes) await this.#send()
    }
  }

  async commit(expected?: string): Promise<BlobInfo> {
    const digest = `sha256:${this.#hash.digest('hex')}`
    if (expected !== undefined && expected !== digest) {
      await this.discard()
      throw new CodedError('HUB_ARCHIVE_DIGEST_MISMATCH')
    }
    const { bucket, keyOf } = this.#parts
    const target = keyOf(digest)
    if (this.#upload) await this.#publish(this.#upload, target)
    else await bucket.put(target, (this.#part ?? Buffer.alloc(0)).subarray(0, this.#filled))
    const found = await bucket.head(target)
    if (found?.bytes !== this.#bytes) {
      throw new CodedError('HUB_STORE_UNAVAILABLE', {
        parameters: { problem: `${digest} has ${found?.bytes ?? 0} bytes instead of ${this.#bytes}` },
      })
    }
    this.#isOver = true
    this.#part = undefined
    return { digest, bytes: this.#bytes }
  }

  async discard(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    this.#part = undefined
    await this.#sending.catch(() => undefined)
    if (!this.#upload) return
    const { bucket, key } = this.#parts
    // What cannot be cleared away now is at the next start.
    await bucket.abortParts(this.#upload).catch(() => undefined)
    await bucket.remove(key).catch(() => undefined)
  }

  /** Sends what has filled, after the part before it. */
  async #send(): Promise<void> {
    const { bucket, key } = this.#parts
    await this.#sending
    this.#upload ??= await bucket.beginParts(key)
    const upload = this.#upload
    const number = this.#stored.length + 1
    const body = (this.#part ?? Buffer.alloc(0)).subarray(0, this.#filled)
    this.#part = undefined
    this.#filled = 0
    this.#sending = bucket.putPart(upload, number, body).then((part) => void this.#stored.push(part))
    // Told to whoever awaits it next.
    this.#sending.catch(() => undefined)
  }

  async #publish(upload: PartedUpload, target: string): Promise<void> {
    const { bucket, key, copyBytes } = this.#parts
    if (this.#filled > 0) await this.#send()
    await this.#sending
    await bucket.completeParts(upload, this.#stored)
    if (this.#bytes <= copyBytes) await bucket.copy(key, target)
    else await this.#copyInParts(target)
    await bucket.remove(key)
  }

  async #copyInParts(target: string): Promise<void> {
    const { bucket, key, copyBytes } = this.#parts
    const upload = await bucket.beginParts(target)
    try {
      const copied: StoredPart[] = []
      for (let start = 0; start < this.#bytes; start += copyBytes) {
        const end = Math.min(start + copyBytes, this.#bytes) - 1
        copied.push(await bucket.copyPart(upload, copied.length + 1, { key, start, end }))
      }
      await bucket.completeParts(upload, copied)
    } catch (error) {
      await bucket.abortParts(upload).catch(() => undefined)
      throw error
    }
  }
}
