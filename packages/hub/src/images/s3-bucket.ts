// A bucket of an S3-compatible store: the calls we make and what they can fail with. The only importer of the SDK.
// Source: Amazon S3 API reference; limits: UploadPart 5 MiB to 5 GiB each and 10,000 of them, CopyObject up to 5 GiB.
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { CodedError, isCodedError, messageOf } from '@bongsu/foundation'

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface S3BucketOptions {
  readonly bucket: string
  /** Undefined for Amazon's own; others are asked with the bucket in the path. */
  readonly endpoint: string | undefined
  readonly region: string
  readonly credentials: S3Credentials
}

export interface StoredObject {
  readonly key: string
  readonly bytes: number
  readonly storedAt: Date
}

/** Names an upload in parts. */
export interface PartedUpload {
  readonly key: string
  readonly uploadId: string
}

export interface StoredPart {
  readonly PartNumber: number
  readonly ETag: string
}

/** Far above what a busy hub needs: a request must not wait for the download of another. */
const MAX_SOCKETS = 512
const CONNECT_WITHIN_MS = 10_000
/** A reader on a thin link may be silent for long. */
const SILENT_MS = 300_000

export class S3Bucket {
  readonly #client: S3Client
  readonly #bucket: string

  constructor({ bucket, endpoint, region, credentials }: S3BucketOptions) {
    const { sessionToken, ...keys } = credentials
    const agent = { maxSockets: MAX_SOCKETS, keepAlive: true }
    this.#bucket = bucket
    this.#client = new S3Client({
      region,
      credentials: { ...keys, ...(sessionToken !== undefined && { sessionToken }) },
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
      // Other makers' stores do not know the newer checksums; every part is signed over its SHA-256 anyway.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECT_WITHIN_MS,
        socketTimeout: SILENT_MS,
        httpAgent: agent,
        httpsAgent: agent,
      },
    })
  }

  /** @throws CodedError HUB_CONFIG_INVALID for a bucket that is not there or not ours, HUB_STORE_UNAVAILABLE */
  async requireUsable(): Promise<void> {
    await told(this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket })), (error) => {
      const status = statusOf(error)
      if (status === undefined || status >= 500) return undefined
      const problem =
        status === 404
          ? `names the bucket ${this.#bucket}, which does not exist`
          : `names the bucket ${this.#bucket}, which the credentials do not open (${status})`
      return new CodedError('HUB_CONFIG_INVALID', {
        parameters: { path: 'BONGSU_HUB_IMAGE_STORE', problem },
      })
    })
  }

  /** Undefined when there is none. */
  async head(key: string): Promise<StoredObject | undefined> {
    const found = await orAbsent(this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key })))
    return found && { key, bytes: found.ContentLength ?? 0, storedAt: found.LastModified ?? new Date(0) }
  }

  /** Undefined when there is none. */
  async get(key: string, range?: { readonly start: number; readonly end: number }) {
    const Range = range && `bytes=${range.start}-${range.end}`
    const found = await orAbsent(
      this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, ...(Range && { Range }) })),
    )
    if (!found) return undefined
    if (!(found.Body instanceof Readable)) throw new Error('the store answered without a body')
    return found.Body
  }

  async put(key: string, Body: Uint8Array): Promise<void> {
    const input = { Bucket: this.#bucket, Key: key, Body, ContentLength: Body.length }
    await told(this.#client.send(new PutObjectCommand(input)))
  }

  /** Idempotent. */
  async remove(key: string): Promise<void> {
    await orAbsent(this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key })))
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    let ContinuationToken: string | undefined
    do {
      const page = await told(
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: prefix,
            ...(ContinuationToken !== undefined && { ContinuationToken }),
          }),
        ),
      )
      for (const { Key, Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
        if (Key !== undefined) yield { key: Key, bytes: Size, storedAt: LastModified }
      }
      ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined
    } while (ContinuationToken !== undefined)
  }

  async beginParts(key: string): Promise<PartedUpload> {
    const begun = await told(
      this.#client.send(new CreateMultipartUploadCommand({ Bucket: this.#bucket, Key: key })),
    )
    return { key, uploadId: begun.UploadId ?? '' }
  }

  async putPart(upload: PartedUpload, PartNumber: number, Body: Uint8Array): Promise<StoredPart> {
    const input = { ...this.#named(upload), PartNumber, Body, ContentLength: Body.length }
    const { ETag = '' } = await told(this.#client.send(new UploadPartCommand(input)))
    return { PartNumber, ETag }
  }

  /** Copies bytes `start` to `end`, both included, of another object into a part. */
  async copyPart(
    upload: PartedUpload,
    PartNumber: number,
    source: { readonly key: string; readonly start: number; readonly end: number },
  ): Promise<StoredPart> {
    const input = {
      ...this.#named(upload),
      PartNumber,
      CopySource: `${this.#bucket}/${source.key}`,
      CopySourceRange: `bytes=${source.start}-${source.end}`,
    }
    const { CopyPartResult } = await told(this.#client.send(new UploadPartCopyCommand(input)))
    return { PartNumber, ETag: CopyPartResult?.ETag ?? '' }
  }

  /** Makes the object of its parts, whole or not at all. */
  async completeParts(upload: PartedUpload, parts: readonly StoredPart[]): Promise<void> {
    const input = { ...this.#named(upload), MultipartUpload: { Parts: [...parts] } }
    await told(this.#client.send(new CompleteMultipartUploadCommand(input)))
  }

  /** Idempotent. */
  async abortParts(upload: PartedUpload): Promise<void> {
    await orAbsent(this.#client.send(new AbortMultipartUploadCommand(this.#named(upload))))
  }

  /** The first of those that were begun and never ended; fewer than there are where there are many. */
  async listParted(prefix: string): Promise<PartedUpload[]> {
    const { Uploads = [] } = await told(
      this.#client.send(new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: prefix })),
    )
    return Uploads.flatMap(({ Key: key, UploadId: uploadId }) =>
      key?.startsWith(prefix) && uploadId !== undefined ? [{ key, uploadId }] : [],
    )
  }

  /** Up to 5 GiB. */
  async copy(from: string, to: string): Promise<void> {
    const input = { Bucket: this.#bucket, Key: to, CopySource: `${this.#bucket}/${from}` }
    await told(this.#client.send(new CopyObjectCommand(input)))
  }

  /** Ends idle connections. */
  close(): void {
    this.#client.destroy()
  }

  #named({ key, uploadId }: PartedUpload) {
    return { Bucket: this.#bucket, Key: key, UploadId: uploadId }
  }
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined

/** The answer, or what went wrong with a code; never what was sent, which is signed with the credentials. */
async function told<Answer>(
  answer: Promise<Answer>,
  meaningOf: (error: unknown) => CodedError | undefined = () => undefined,
): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    const coded = isCodedError(error) ? error : meaningOf(error)
    if (coded) throw coded
    const name = error instanceof Error ? error.name : ''
    const problem = [name, messageOf(error)].filter((text) => text !== '').join(': ')
    throw new CodedError('HUB_STORE_UNAVAILABLE', { parameters: { problem: problem.slice(0, 300) } })
  }
}

async function orAbsent<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer
  } catch (error) {
    return statusOf(error) === 404 ? undefined : told(Promise.reject(error))
  }
}
