// Blobs on their way in by the distribution API: begun, written in one or many pieces, finished under a digest.
// They live in memory and end with the process; a client then begins that one blob again, never those that are there.
import type { Readable } from 'node:stream'
import { type Clock, CodedError, systemErrorCode } from '@bongsu/foundation'
import { newId } from '@bongsu/protocol'
import type { BlobInfo, Blobs, IncomingBlob } from '../images/blobs.ts'

export interface BlobUploadsParts {
  readonly blobs: Blobs
  readonly clock: Clock
}

/** Names an upload: it continues only for who began it, in the repository it was begun in. */
export interface UploadKey {
  readonly id: string
  readonly packageId: string
  readonly principalId: string
}

interface Upload extends UploadKey {
  readonly blob: IncomingBlob
  isBusy: boolean
  lastAtMs: number
}

const MAX_UPLOADS = 256
const MAX_IDLE_MS = 3_600_000
const SWEEP_MS = 60_000
const CUT_OFF = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'ERR_STREAM_DESTROYED'])

export class BlobUploads {
  readonly #parts: BlobUploadsParts
  readonly #uploads = new Map<string, Upload>()
  #sweeping: { stop(): void } | undefined

  constructor(parts: BlobUploadsParts) {
    this.#parts = parts
  }

  start(): void {
    this.#sweeping = this.#parts.clock.every(SWEEP_MS, () => void this.#dropIdle())
  }

  /** Drops what is under way. */
  async stop(): Promise<void> {
    this.#sweeping?.stop()
    await Promise.allSettled([...this.#uploads.values()].map((upload) => this.#drop(upload)))
  }

  /** @throws CodedError HUB_REGISTRY_UPLOADS_FULL */
  async begin(packageId: string, principalId: string): Promise<UploadKey> {
    const { blobs, clock } = this.#parts
    if (this.#uploads.size >= MAX_UPLOADS) throw new CodedError('HUB_REGISTRY_UPLOADS_FULL')
    const key = { id: newId('req'), packageId, principalId }
    const blob = await blobs.receive()
    this.#uploads.set(key.id, { ...key, blob, isBusy: false, lastAtMs: clock.monotonicMs() })
    return key
  }

  /** Bytes that are there. @throws CodedError HUB_REGISTRY_UPLOAD_UNKNOWN */
  bytesOf(key: UploadKey): number {
    return this.#require(key).blob.bytes
  }

  /**
   * Writes more of it. A sender that goes away leaves what arrived; the store failing ends the upload.
   * @param from where the sender believes to be
   * @returns bytes that are there now
   * @throws CodedError HUB_REGISTRY_UPLOAD_UNKNOWN, HUB_REGISTRY_OFFSET, HUB_ARCHIVE_INCOMPLETE, what the store throws
   */
  async append(key: UploadKey, body: Readable | undefined, from?: number): Promise<number> {
    const upload = this.#require(key)
    const { blob } = upload
    if (upload.isBusy || (from !== undefined && from !== blob.bytes)) {
      throw new CodedError('HUB_REGISTRY_OFFSET', { parameters: { bytes: blob.bytes } })
    }
    if (body) await this.#busily(upload, () => this.#write(upload, body))
    return blob.bytes
  }

  /** Puts it in place. @throws CodedError HUB_REGISTRY_DIGEST_INVALID: the upload is over then */
  async finish(key: UploadKey, digest: string): Promise<BlobInfo> {
    const upload = this.#require(key)
    if (upload.isBusy)
      throw new CodedError('HUB_REGISTRY_OFFSET', { parameters: { bytes: upload.blob.bytes } })
    return this.#busily(upload, async () => {
      this.#uploads.delete(key.id)
      try {
        return await upload.blob.commit(digest)
      } catch (error) {
        await upload.blob.discard()
        const isDamaged = error instanceof CodedError && error.code === 'HUB_ARCHIVE_DIGEST_MISMATCH'
        throw isDamaged
          ? new CodedError('HUB_REGISTRY_DIGEST_INVALID', { parameters: { digest }, cause: error })
          : error
      }
    })
  }

  async cancel(key: UploadKey): Promise<void> {
    await this.#drop(this.#require(key))
  }

  async #write(upload: Upload, body: Readable): Promise<void> {
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        try {
          await upload.blob.write(chunk)
        } catch (error) {
          await this.#drop(upload)
          throw error
        }
        upload.lastAtMs = this.#parts.clock.monotonicMs()
      }
    } catch (error) {
      const isCut =
        CUT_OFF.has(systemErrorCode(error) ?? '') || (error instanceof Error && error.message === 'aborted')
      throw isCut ? new CodedError('HUB_ARCHIVE_INCOMPLETE', { cause: error }) : error
    }
  }

  async #busily<Result>(upload: Upload, work: () => Promise<Result>): Promise<Result> {
    upload.isBusy = true
    try {
      return await work()
    } finally {
      upload.isBusy = false
      upload.lastAtMs = this.#parts.clock.monotonicMs()
    }
  }

  #require({ id, packageId, principalId }: UploadKey): Upload {
    const upload = this.#uploads.get(id)
    if (upload?.packageId === packageId && upload.principalId === principalId) return upload
    throw new CodedError('HUB_REGISTRY_UPLOAD_UNKNOWN')
  }

  async #drop(upload: Upload): Promise<void> {
    this.#uploads.delete(upload.id)
    await upload.blob.discard()
  }

  async #dropIdle(): Promise<void> {
    const before = this.#parts.clock.monotonicMs() - MAX_IDLE_MS
    for (const upload of [...this.#uploads.values()]) {
      if (!upload.isBusy && upload.lastAtMs < before) await this.#drop(upload)
    }
  }
}
