// The few calls of the Docker Engine API that setting up needs, over its unix socket. Launching containers is the
// agent's business and goes through dockerode there. Reference: docs.docker.com/reference/api/engine, v1.41.
import { request } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Where every distribution puts it. */
export const MACHINE_ENGINE_SOCKET = '/var/run/docker.sock'

/**
 * `absent`: nobody listens. `denied`: this user may not connect. `silent`: connected, but no proper answer in time.
 */
export type EngineAnswer = 'ready' | 'absent' | 'denied' | 'silent'

export interface BuildOptions {
  readonly tag: string
  /** Within the context; `Dockerfile` when left out. */
  readonly dockerfile?: string
  readonly buildArguments: Readonly<Record<string, string>>
  readonly onLine?: (line: string) => void
}

export interface ImportOptions {
  readonly repository: string
  readonly tag: string
  /** Dockerfile instructions such as `ENV A=b`. */
  readonly changes: readonly string[]
}

/** One engine. Construction does not connect. */
export class EngineApi {
  readonly #socketPath: string

  constructor(socketPath: string = MACHINE_ENGINE_SOCKET) {
    this.#socketPath = socketPath
  }

  /** Never throws: what went wrong is the answer. */
  async ping(timeoutMs = 2000): Promise<EngineAnswer> {
    try {
      const { status } = await this.#call('GET', '/_ping', { timeoutMs })
      return status === 200 ? 'ready' : 'silent'
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'absent'
      return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'silent'
    }
  }

  /** The id (`sha256:…`) of an image, or undefined when the engine does not have it. */
  async imageId(reference: string): Promise<string | undefined> {
    const { status, body } = await this.#call('GET', `/images/${encodeURIComponent(reference)}/json`)
    if (status === 404) return undefined
    if (status !== 200) throw new Error(`engine: inspecting ${reference}: ${status} ${body}`)
    return (JSON.parse(body) as { Id: string }).Id
  }

  /** Makes a one-layer image of a tar stream of a root file system. Throws what the engine says. */
  async importImage(rootfsTar: Readable, { repository, tag, changes }: ImportOptions): Promise<void> {
    const query = new URLSearchParams({ fromSrc: '-', repo: repository, tag })
    for (const change of changes) query.append('changes', change)
    const answer = await this.#call('POST', `/images/create?${query}`, { body: rootfsTar })
    refuse(answer, 'import')
  }

  /** Builds the tar stream of a context that holds a Dockerfile, with the engine's own builder and no network. */
  async buildImage(
    context: Readable,
    { tag, dockerfile, buildArguments, onLine }: BuildOptions,
  ): Promise<void> {
    const query = new URLSearchParams({
      t: tag,
      ...(dockerfile && { dockerfile }),
      buildargs: JSON.stringify(buildArguments),
      networkmode: 'none',
      rm: '1',
      forcerm: '1',
    })
    const onMessage = (message: EngineMessage) => {
      const line = message.stream?.trim()
      if (line) onLine?.(line)
    }
    const answer = await this.#call('POST', `/build?${query}`, { body: context, onMessage })
    refuse(answer, 'build')
  }

  /** The image as a docker-archive tar, while the engine writes it; the caller reads it to its end. */
  async saveImage(reference: string): Promise<Readable> {
    const { promise, resolve, reject } = Promise.withResolvers<Readable>()
    const path = `/images/${encodeURIComponent(reference)}/get`
    const call = request({ socketPath: this.#socketPath, path, headers: { host: 'docker' } })
    call.once('error', reject)
    call.once('response', (response) => {
      if (response.statusCode === 200) return resolve(response)
      response.resume()
      reject(new Error(`engine: saving ${reference}: ${response.statusCode}`))
    })
    call.end()
    return promise
  }

  async #call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const call = request({
      socketPath: this.#socketPath,
      method,
      path,
      // The engine's own host name check wants none of ours.
      headers: { host: 'docker', ...(options.body ? { 'content-type': 'application/x-tar' } : {}) },
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    })
    call.once('timeout', () => call.destroy(new Error('engine: no answer in time')))
    call.once('error', reject)
    call.once('response', (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
        if (options.onMessage) for (const line of chunk.split('\n')) tellMessage(line, options.onMessage)
      })
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    if (options.body) pipeline(options.body, call).catch(reject)
    else call.end()
    return promise
  }
}

interface CallOptions {
  readonly body?: Readable
  readonly timeoutMs?: number
  readonly onMessage?: (message: EngineMessage) => void
}

interface Answer {
  readonly status: number
  readonly body: string
}

interface EngineMessage {
  readonly stream?: string
  readonly error?: string
}

function tellMessage(line: string, onMessage: (message: EngineMessage) => void): void {
  try {
    onMessage(JSON.parse(line) as EngineMessage)
  } catch {
    // A message cut between two chunks is progress not shown; errors are read from the whole body.
  }
}

/** Both calls answer 200 at once and tell a failure in the stream's last message. */
function refuse({ status, body }: Answer, what: string): void {
  const error = body
    .split('\n')
    .map((line) => /"error":\s*(?<text>"(?:[^"\\]|\\.)*")/.exec(line)?.groups?.text)
    .find((text) => text !== undefined)
  if (status === 200 && error === undefined) return
  throw new Error(
    `engine: ${what} failed: ${error === undefined ? `${status} ${body.trim()}` : JSON.parse(error)}`,
  )
}
