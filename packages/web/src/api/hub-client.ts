// The only place that talks to the hub: bearer token, language, keys and revisions in, resources or problems out.
import type { HubClock } from './hub-clock.ts'
import { HubUnreachable, ProblemError, parseProblem } from './problem.ts'
import { type RunningUpload, type UploadWish, uploadFile } from './upload.ts'

export interface HubClientOptions {
  readonly token: string
  /** Language of titles and remedies, `ko` or `en`. */
  readonly language: string
  readonly clock: HubClock
  /** The token is not or no longer accepted. */
  readonly onUnauthenticated: (error: ProblemError) => void
  readonly fetch?: typeof fetch
}

/** A still of a device's screen and when it was taken. */
export interface Still {
  readonly blob: Blob
  readonly capturedAt: string | undefined
}

const API = '/api/v1'

export class HubClient {
  readonly #options: HubClientOptions
  readonly #fetch: typeof fetch

  constructor(options: HubClientOptions) {
    this.#options = options
    this.#fetch = options.fetch ?? ((...call) => globalThis.fetch(...call))
  }

  /** @param path below `/api/v1`, with query */
  async get<Resource>(path: string, signal?: AbortSignal): Promise<Resource> {
    return readJson(await this.#call(path, signal ? { signal } : {}))
  }

  /** @param key Idempotency-Key; the same one when repeating */
  async post<Resource>(path: string, content: unknown, key: string): Promise<Resource> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    return readJson(await this.#call(path, { method: 'POST', headers, body: JSON.stringify(content) }))
  }

  /** @param revision the one that was read; the hub refuses when somebody changed it meanwhile */
  async patch<Resource>(path: string, content: unknown, revision: number): Promise<Resource> {
    const headers = { 'content-type': 'application/json', 'if-match': `"${revision}"` }
    return readJson(await this.#call(path, { method: 'PATCH', headers, body: JSON.stringify(content) }))
  }

  /** For what has no revision that anybody could have read. */
  async put<Resource>(path: string, content: unknown): Promise<Resource> {
    const headers = { 'content-type': 'application/json' }
    return readJson(await this.#call(path, { method: 'PUT', headers, body: JSON.stringify(content) }))
  }

  /** @param revision left out for what has none */
  async remove(path: string, revision?: number): Promise<void> {
    const headers: Record<string, string> = revision === undefined ? {} : { 'if-match': `"${revision}"` }
    await this.#call(path, { method: 'DELETE', headers })
  }

  /** The bytes of an answer that is no JSON. */
  async download(path: string, signal?: AbortSignal): Promise<Blob> {
    return (await this.#call(path, signal ? { signal } : {})).blob()
  }

  /** Sends a small file whole. @param type content type; what the browser guesses of a file's name is not asked */
  async sendFile<Resource>(path: string, file: Blob, type: string): Promise<Resource> {
    const headers = { 'content-type': type }
    return readJson(await this.#call(path, { method: 'POST', headers, body: await file.arrayBuffer() }))
  }

  async still(path: string, signal?: AbortSignal): Promise<Still> {
    const response = await this.#call(path, signal ? { signal } : {})
    return {
      blob: await response.blob(),
      capturedAt: response.headers.get('bongsu-captured-at') ?? undefined,
    }
  }

  /** The body of the change feed, open until aborted. */
  async openChanges(signal: AbortSignal, lastEventId?: string): Promise<ReadableStream<Uint8Array>> {
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (lastEventId !== undefined) headers['last-event-id'] = lastEventId
    const { body } = await this.#call('/changes', { headers, signal, cache: 'no-store' })
    if (!body) throw new HubUnreachable()
    return body
  }

  /** The body of a long answer, open until aborted or over. */
  async openStream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#call(path, { signal, cache: 'no-store' })
    if (!body) throw new HubUnreachable()
    return body
  }

  /** Sends the archive of a version, in pieces where the line breaks. */
  upload(
    { packageId, version }: { readonly packageId: string; readonly version: string },
    file: File,
    follow: Pick<UploadWish, 'onProgress' | 'onBroken'>,
  ): RunningUpload {
    const endpoint = `${API}/uploads`
    return uploadFile({ endpoint, headers: this.#commonHeaders(), file, packageId, version, ...follow })
  }

  #commonHeaders(): Record<string, string> {
    const { token, language } = this.#options
    return { authorization: `Bearer ${token}`, 'accept-language': language }
  }

  async #call(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    const headers = { ...this.#commonHeaders(), ...init.headers }
    const response = await this.#fetch(API + path, { ...init, headers }).catch((error: unknown) => {
      if (init.signal?.aborted) throw error
      throw new HubUnreachable(error)
    })
    this.#options.clock.observe(response.headers.get('date'))
    if (response.ok) return response
    const problem = parseProblem(await response.text().catch(() => ''))
    if (!problem) throw new HubUnreachable(`status ${response.status}`)
    const error = new ProblemError({ ...problem, status: response.status })
    if (response.status === 401) this.#options.onUnauthenticated(error)
    throw error
  }
}

// The one cast: the hub's routes are typed by the same schemas, so its answers have these shapes.
const readJson = async <Resource>(response: Response): Promise<Resource> =>
  (await response.json()) as Resource
