// Upload of one large file in as many pieces as the line needs (tus 1.0). Breaks are waited out; the same file chosen again,
// even after the page was closed, goes on where it was. One importer of tus-js-client.
import { DetailedError, Upload } from 'tus-js-client'
import { HubUnreachable, ProblemError, parseProblem } from './problem.ts'

export interface Progress {
  readonly sentBytes: number
  readonly totalBytes: number
}

export interface UploadWish {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly file: File
  readonly packageId: string
  readonly version: string
  readonly onProgress: (progress: Progress) => void
  /** The line broke, and it will go on by itself. */
  readonly onBroken: () => void
}

export interface RunningUpload {
  /**
   * Resolves when the hub has received and read the whole file; stays open while it is paused.
   * Rejects with the hub's refusal, HubUnreachable when waiting was in vain, or an AbortError.
   */
  readonly done: Promise<void>
  pause(): void
  resume(): void
  /** What was sent is thrown away. */
  cancel(): void
}

/** A site's line may be away for long: half an hour without any progress. */
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10_000, 20_000, ...Array.from({ length: 60 }, () => 30_000)]

export function uploadFile(wish: UploadWish): RunningUpload {
  const { endpoint, headers, file, packageId, version, onProgress, onBroken } = wish
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  const upload = new Upload(file, {
    endpoint,
    headers: { ...headers },
    metadata: { packageId, version, filename: file.name },
    retryDelays: RETRY_DELAYS_MS,
    fingerprint: async () =>
      ['bongsu', packageId, version, file.name, file.size, file.lastModified].join(' '),
    removeFingerprintOnSuccess: true,
    onProgress: (sentBytes, totalBytes) => onProgress({ sentBytes, totalBytes }),
    onShouldRetry: (error) => {
      if (!mayPass(error)) return false
      onBroken()
      return true
    },
    onSuccess: () => resolve(),
    onError: (error) => reject(toUploadError(error)),
  })
  const begin = async () => {
    const [previous] = await upload.findPreviousUploads()
    if (previous) upload.resumeFromPreviousUpload(previous)
    upload.start()
  }
  begin().catch(reject)
  return {
    done,
    pause: () => void upload.abort(),
    resume: () => upload.start(),
    cancel: () => {
      upload.abort(true).catch(() => undefined)
      reject(new DOMException('upload aborted', 'AbortError'))
    },
  }
}

/** No answer at all, another offset, somebody else at it, or what the hub itself says will pass. */
function mayPass(error: Error): boolean {
  const answer = error instanceof DetailedError ? error.originalResponse : null
  if (!answer) return true
  return [409, 423].includes(answer.getStatus()) || answer.getHeader('bongsu-retryable') === 'true'
}

function toUploadError(error: Error): Error {
  const answer = error instanceof DetailedError ? error.originalResponse : null
  const problem = answer ? parseProblem(answer.getBody()) : undefined
  if (answer && problem) return new ProblemError({ ...problem, status: answer.getStatus() })
  return new HubUnreachable(answer ? `status ${answer.getStatus()}` : error)
}
