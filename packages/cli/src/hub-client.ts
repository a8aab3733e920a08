// The hub's HTTP API for commands: signed in by token, problems as coded errors. One importer of undici.
import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { CodedError, messageOf } from '@bongsu/foundation'
import { type Language, Problem } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import { Agent, request } from 'undici'
import { type Terminal, UsageError } from './command.ts'

export interface HubAddress {
  readonly url: URL
  readonly token: string
  /** PEM of the authority behind the hub's certificate. */
  readonly caCertificate?: string | undefined
  readonly language: Language
}

/** Options that every command with a hub takes; for `parseArgs`. */
export const HUB_OPTIONS = {
  hub: { type: 'string' },
  'token-file': { type: 'string' },
  ca: { type: 'string' },
} as const

export interface HubOptionValues {
  readonly hub?: string | undefined
  readonly 'token-file'?: string | undefined
  readonly ca?: string | undefined
}

/** @throws UsageError when address or token is missing, CodedError CLI_FILE_UNREADABLE */
export async function hubAddress(
  values: HubOptionValues,
  { environment, language }: Terminal,
): Promise<HubAddress> {
  const url = values.hub ?? environment.BONGSU_HUB
  if (url === undefined || !URL.canParse(url)) {
    throw new UsageError({
      en: 'The hub’s address is missing: --hub https://hub.example:7443, or BONGSU_HUB.',
      ko: '허브 주소가 없습니다: --hub https://hub.example:7443 또는 BONGSU_HUB.',
    })
  }
  const tokenFile = values['token-file']
  const token = tokenFile === undefined ? environment.BONGSU_TOKEN : (await readNamed(tokenFile)).trim()
  if (!token) {
    throw new UsageError({
      en: 'The access token is missing: --token-file FILE, or BONGSU_TOKEN.',
      ko: '접근 토큰이 없습니다: --token-file 파일 또는 BONGSU_TOKEN.',
    })
  }
  const caCertificate = values.ca === undefined ? undefined : await readNamed(values.ca)
  return { url: new URL(url), token, caCertificate, language }
}

/** @throws CodedError CLI_FILE_UNREADABLE */
export async function readNamed(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new CodedError('CLI_FILE_UNREADABLE', { parameters: { path, message: messageOf(error) } })
  }
}

interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | undefined
  readonly json?: unknown
  readonly body?: Readable | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export class HubClient {
  readonly address: HubAddress
  readonly #dispatcher: Agent

  constructor(address: HubAddress) {
    this.address = address
    // A whole image: its time is its size, so only silence counts.
    this.#dispatcher = new Agent({
      headersTimeout: 600_000,
      bodyTimeout: 600_000,
      ...(address.caCertificate !== undefined && { connect: { ca: address.caCertificate } }),
    })
  }

  close(): Promise<void> {
    return this.#dispatcher.close()
  }

  /** @throws CodedError CLI_HUB_UNREACHABLE, or the hub's own reason */
  async call<Answer>(
    path: string,
    { method = 'GET', json, body, headers = {} }: CallOptions = {},
  ): Promise<Answer> {
    const { url, token, language } = this.address
    try {
      const answer = await request(new URL(path, url), {
        method,
        dispatcher: this.#dispatcher,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          'accept-language': language,
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...(method === 'POST' && { 'idempotency-key': globalThis.crypto.randomUUID() }),
          ...headers,
        },
        ...(json !== undefined ? { body: JSON.stringify(json) } : body && { body }),
      })
      const text = await answer.body.text()
      if (answer.statusCode < 300) return JSON.parse(text || 'null') as Answer
      throw refusal(answer.statusCode, text)
    } catch (error) {
      throw error instanceof CodedError ? error : unreachable(url, error)
    }
  }

  /**
   * The bytes of a resource; whoever reads the stream hashes it, and it fails with errors of its own.
   * @throws CodedError CLI_HUB_UNREACHABLE, or the hub's own reason
   */
  async open(path: string): Promise<Readable> {
    const { url, token, language } = this.address
    try {
      const { statusCode, body } = await request(new URL(path, url), {
        dispatcher: this.#dispatcher,
        headers: { authorization: `Bearer ${token}`, 'accept-language': language },
        highWaterMark: 1024 * 1024,
      })
      if (statusCode === 200) return body
      throw refusal(statusCode, await body.text())
    } catch (error) {
      throw error instanceof CodedError ? error : unreachable(url, error)
    }
  }

  /** The resource, or `undefined` where there is none. */
  async find<Answer>(path: string): Promise<Answer | undefined> {
    try {
      return await this.call<Answer>(path)
    } catch (error) {
      if (error instanceof CodedError && /^HUB_[A-Z_]*NOT_FOUND$/.test(error.code)) return undefined
      throw error
    }
  }
}

const unreachable = (url: URL, error: unknown): CodedError => {
  const parameters = { url: url.origin, message: messageOf(error).slice(0, 300) }
  return new CodedError('CLI_HUB_UNREACHABLE', { parameters, cause: error })
}

/** The hub said no, in its own words and the language asked for. */
export class HubRefusal extends CodedError {
  readonly title: string
  readonly remedy: string

  constructor(code: string, words: { readonly title: string; readonly remedy: string }) {
    super(code)
    this.title = words.title
    this.remedy = words.remedy
  }
}

function refusal(status: number, text: string): CodedError {
  let problem: unknown
  try {
    problem = JSON.parse(text)
  } catch {
    problem = undefined
  }
  if (!Check(Problem, problem)) return new CodedError('CLI_NOT_A_HUB', { parameters: { status } })
  const { code, title, detail, remedy, errors = [] } = problem
  const faults = errors.map(({ pointer, message }) => `${pointer}: ${message}`)
  return new HubRefusal(code, { title: [title, detail, ...faults].filter(Boolean).join('\n'), remedy })
}
