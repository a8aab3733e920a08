// Where the bytes of images are kept: blobs under their own digest, in a folder or in an S3-compatible store.
import type { Readable } from 'node:stream'

export interface BlobInfo {
  readonly digest: string
  readonly bytes: number
}

export interface KeptBlob extends BlobInfo {
  /** When it was put in place last, by the store's clock. */
  readonly storedAt: Date
}

/** A blob on its way in. Nothing of it is visible under its digest before `commit`. */
export interface IncomingBlob {
  /** Bytes written so far. */
  readonly bytes: number
  /** Resolves when more may follow. @throws CodedError HUB_STORAGE_FULL, HUB_BODY_TOO_LARGE, HUB_STORE_UNAVAILABLE */
  write(chunk: Uint8Array): Promise<void>
  /**
   * Durable under the digest of what was written when this resolves, in place of whatever lay there: so is a damaged
   * blob made good.
   * @param expected `sha256:…`; another one throws HUB_ARCHIVE_DIGEST_MISMATCH and keeps nothing
   */
  commit(expected?: string): Promise<BlobInfo>
  /** Keeps nothing of what is not in place. Idempotent, also after `commit`. */
  discard(): Promise<void>
}

/**
 * One store of the hub; the folder and S3 forms pass the same contract suite. Digests are `sha256:<64 hex>`.
 * A store that cannot be reached throws HUB_STORE_UNAVAILABLE from any of these.
 */
export interface Blobs {
  /** Makes what it needs and clears away what an earlier life left half-written. */
  start(): Promise<void>
  receive(expected?: { readonly bytes?: number | undefined }): Promise<IncomingBlob>
  /** Undefined when there is none. */
  stat(digest: string): Promise<BlobInfo | undefined>
  /**
   * The bytes from `start` to `end`, both included; all without a range.
   * @throws CodedError HUB_BLOB_MISSING
   */
  read(digest: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>
  /** Idempotent. */
  remove(digest: string): Promise<void>
  /** All that are in place, in no order. */
  list(): AsyncIterable<KeptBlob>
}
