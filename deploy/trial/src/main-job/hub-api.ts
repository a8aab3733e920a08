// The trial's client of the hub's HTTP API: signed in by bearer token, every acting POST with its Idempotency-Key.
// Knows requests and problems; what is asked for, and in which order, is the main job's business.
import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Problem } from '@bongsu/protocol'
import { request } from 'undici'
import type { Language, Text } from '../text.ts'
import { TrialError } from '../trial-error.ts'

/** The hub refused: its own words, in the language asked for. */
export class HubRefusal extends TrialError {
  readonly status: number
  readonly hubCode: string

  constructor(what: Text, remedy: Text, problem: { status: number; code: string }) {
    super('TRIAL_HUB_REFUSED', what, remedy)
    this.status = problem.status
    this.hubCode = problem.code
  }
}

export interface HubApiOptions {
  /** Such as `http://127.0.0.1:7480`. */
  readonly url: string
  readonly token: string
  readonly language: Language
}

export interface BinaryBody {
  readonly stream: Readable
  readonly contentType: string
}

export class HubApi {
  readonly #options: HubApiOptions

  constructor(options: HubApiOptions) {
    this.#options = options
  }

  get url(): string {
    return this.#options.url
  }

  /** The resource, or `undefined` where there is none (404). */
  async find<Resource>(path: string): Promise<Resource | undefined> {
    try {
      return await this.get<Resource>(path)
    } catch (error) {
      if (error instanceof HubRefusal && error.status === 404) return undefined
      throw error
    }
  }

  async get<Resource>(path: string): Promise<Resource> {
    const { body } = await this.#call('GET', path)
    return (await body.json()) as Resource
  }

  /** @param idempotencyKey the same for the same wish, so that a repeated start repeats no effect */
  async post<Resource>(
    path: string,
    content: unknown,
    idempotencyKey: string = randomUUID(),
  ): Promise<Resource> {
    const { body } = await this.#call('POST', path, {
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(content),
    })
    return (await body.json()) as Resource
  }

  async put(path: string, content: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const { body } = await this.#call('PUT', path, { headers, body: JSON.stringify(content) })
    await body.dump()
  }

  async putBinary(path: string, { stream, contentType }: BinaryBody): Promise<void> {
    // A whole image: its time is its size, so only silence counts.
    const { body } = await this.#call('PUT', path, {
      headers: { 'content-type': contentType },
      body: stream,
      headersTimeout: 600_000,
    })
    await body.dump()
  }

  async getBinary(path: string): Promise<Uint8Array> {
    const { body } = await this.#call('GET', path)
    return new Uint8Array(await body.arrayBuffer())
  }

  async #call(method: 'GET' | 'POST' | 'PUT', path: string, options: CallOptions = {}) {
    const { headers, ...rest } = options
    const answer = await request(`${this.#options.url}${path}`, {
      method,
      ...rest,
      headers: {
        authorization: `Bearer ${this.#options.token}`,
        'accept-language': this.#options.language,
        ...headers,
      },
    })
    if (answer.statusCode < 300) return answer
    throw refusal(answer.statusCode, await answer.body.text(), `${method} ${path}`)
  }
}

interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Readable
  readonly headersTimeout?: number
}

function refusal(status: number, body: string, call: string): HubRefusal {
  const problem = parseProblem(body)
  const title = problem?.detail ?? problem?.title ?? `${status} ${body.slice(0, 200)}`
  const remedy = problem?.remedy ?? ''
  return new HubRefusal(
    { ko: `${call}: ${title}`, en: `${call}: ${title}` },
    { ko: remedy, en: remedy },
    { status, code: problem?.code ?? 'HUB_INTERNAL' },
  )
}

function parseProblem(body: string): Partial<Problem> | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}
