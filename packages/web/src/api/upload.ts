// Upload of one large file with progress. XMLHttpRequest, because fetch does not tell how much has been sent.
import { HubUnreachable, ProblemError, parseProblem } from './problem.ts'

export interface Progress {
  readonly sentBytes: number
  readonly totalBytes: number
}

export interface Upload {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly file: Blob
  readonly onProgress: (progress: Progress) => void
  readonly signal: AbortSignal
}

/** Resolves when the hub has received and read the whole file. */
export function uploadFile(upload: Upload): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    const end = (finish: () => void) => () => {
      upload.signal.removeEventListener('abort', abort)
      finish()
    }
    request.open('PUT', upload.url)
    for (const [name, value] of Object.entries(upload.headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) =>
      upload.onProgress({ sentBytes: loaded, totalBytes: total })
    request.onload = end(() => {
      if (request.status >= 200 && request.status < 300) resolve()
      else reject(refusal(request.status, request.responseText))
    })
    request.onerror = end(() => reject(new HubUnreachable()))
    request.onabort = end(() => reject(new DOMException('upload aborted', 'AbortError')))
    upload.signal.addEventListener('abort', abort)
    request.send(upload.file)
  })
}

function refusal(status: number, body: string): Error {
  const problem = parseProblem(body)
  return problem ? new ProblemError({ ...problem, status }) : new HubUnreachable(`status ${status}`)
}
