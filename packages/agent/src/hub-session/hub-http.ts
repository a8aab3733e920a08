// The few small JSON calls before a session stands: nonce and enrolment. Node's own client, because whatever is loaded
// here is loaded before the device is registered; image archives have a client of their own.
import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { CodedError, messageOf } from '@bongsu/foundation'
import type { Reason } from '@bongsu/protocol'

export interface HubEndpoint {
  readonly url: URL
  /** PEM of the authority that signed the hub's certificate, where it is not a public one. */
  readonly caCertificate?: string | undefined
}

/** The hub said no: its own coded reason, and when to come back if it said so. */
export class HubRefused extends CodedError {
  readonly retryAfterMs: number | undefined

  constructor(reason: Reason, retryAfterMs?: number) {
    super(reason.code, { parameters: reason.parameters, quote: reason.quote })
    this.retryAfterMs = retryAfterMs
  }
}

const MAX_ANSWER_BYTES = 64 * 1024
const TIMEOUT_MS = 10_000

/**
 * Posts JSON and gives back the JSON answer.
 * @throws HubRefused with the hub's reason, CodedError PROTOCOL_HUB_UNREACHABLE or PROTOCOL_NOT_A_HUB
 */
export function postToHub(
  { url, caCertificate }: HubEndpoint,
  path: string,
  content: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const body = JSON.stringify(content)
  const target = new URL(path, url)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    accept: 'application/json',
  }
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const options = { method: 'POST', headers, signal, timeout: TIMEOUT_MS }
  const call =
    target.protocol === 'https:'
      ? requestTls(target, { ...options, ...(caCertificate && { ca: caCertificate }) })
      : requestPlain(target, options)
  call.once('timeout', () => call.destroy(new Error('no answer in time')))
  call.once('error', (error) => reject(signal.aborted ? signal.reason : unreachable(error)))
  call.once('response', (response) => {
    let text = ''
    response.setEncoding('utf8')
    // Once the answer has begun, a cut link is told here and nowhere else.
    response.once('error', (error) => reject(signal.aborted ? signal.reason : unreachable(error)))
    response.on('data', (chunk: string) => {
      text += chunk
      if (text.length > MAX_ANSWER_BYTES) call.destroy(new Error('the answer is too long'))
    })
    response.once('end', () => {
      const { statusCode = 0, headers: answered } = response
      const answer = { status: statusCode, contentType: answered['content-type'] ?? '', text }
      try {
        resolve(readAnswer(answer, answered['retry-after']))
      } catch (error) {
        reject(error)
      }
    })
  })
  call.end(body)
  return promise
}

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

/** The JSON of a good answer. A 200 with a web page is a captive portal, and a 401 with one revokes nothing. */
export function readAnswer(answer: HttpAnswer, retryAfter?: string): unknown {
  const json = /^application\/(problem\+)?json\b/i.test(answer.contentType)
    ? parseJson(answer.text)
    : undefined
  if (json !== undefined && answer.status >= 200 && answer.status < 300) return json
  throw refusalOf(answer, json, retryAfter)
}

/** What a refusal says, if it is the hub's; otherwise that something else answers. */
export function refusalOf(answer: HttpAnswer, json: unknown, retryAfter?: string): CodedError {
  const code =
    typeof json === 'object' && json !== null && 'code' in json && typeof json.code === 'string'
      ? json.code
      : ''
  if (!/^(HUB|PROTOCOL)_[A-Z0-9_]+$/.test(code)) {
    const found = `${answer.status} ${answer.contentType || 'no content type'}`.slice(0, 100)
    return new CodedError('PROTOCOL_NOT_A_HUB', { parameters: { found } })
  }
  const seconds = Number(retryAfter)
  return new HubRefused({ code }, Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined)
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const unreachable = (error: unknown): CodedError =>
  new CodedError('PROTOCOL_HUB_UNREACHABLE', {
    parameters: { message: messageOf(error).slice(0, 300) },
    cause: error,
  })
