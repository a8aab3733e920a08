// The few small JSON calls before a session stands: nonce and enrolment. Node's own client, because whatever is loaded
// here is loaded before the device is registered; image archives have a client of their own.
import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { CodedError, messageOf } from '@bongsu/foundation'
import { Reason } from '@bongsu/protocol'
import { Check } from 'typebox/value'

export interface HubEndpoint {
  readonly url: URL
  /** PEM of the authority that signed the hub's certificate, where it is not a public one. */
  readonly caCertificate?: string | undefined
}

const ReasonParameters = Reason.properties.parameters

/** The hub said no: its own coded reason, and when to come back if it said so. */
export class HubRefused extends CodedError {
  readonly retryAfterMs: number | undefined

  constructor(reason: Reason, retryAfterMs?: number) {
    super(reason.code, { parameters: reason.parameters, quote: reason.quote })
    this.retryAfterMs = retryAfterMs
  }
}

const MAX_ANSWER_BYTES = 64 * 1024
/** For the whole answer, since one that drips is never idle. */
const TIMEOUT_MS = 10_000
/** Longest wish of when to come back that is granted: whoever answers may ask for years. */
const LONGEST_RETRY_AFTER_MS = 3_600_000

/**
 * Posts JSON and gives back the JSON answer.
 * @throws HubRefused with the hub's reason, CodedError PROTOCOL_HUB_UNREACHABLE or PROTOCOL_NOT_A_HUB
 */
export async function postToHub(
  hub: HubEndpoint,
  path: string,
  content: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    const response = await post(hub, path, JSON.stringify(content), limit)
    const { statusCode: status = 0, headers } = response
    const text = await readText(response)
    return readAnswer({ status, contentType: headers['content-type'] ?? '', text }, headers['retry-after'])
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error instanceof CodedError ? error : unreachable(error)
  }
}

function post(
  { url, caCertificate }: HubEndpoint,
  path: string,
  body: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const target = new URL(path, url)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    accept: 'application/json',
  }
  const options = { method: 'POST', headers, signal }
  const call =
    target.protocol === 'https:'
      ? requestTls(target, { ...options, ...(caCertificate && { ca: caCertificate }) })
      : requestPlain(target, options)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  call.once('response', resolve)
  // Stays: an error after the answer has begun is told by the answer, and by this one too.
  call.on('error', reject)
  call.end(body)
  return promise
}

/** @throws Error when the answer breaks off or is too long */
export async function readText(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_ANSWER_BYTES) throw new Error('the answer is too long')
  }
  return text
}

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

/** The JSON of a good answer. A 200 with a web page is a captive portal, and a 401 with one revokes nothing. */
export function readAnswer(answer: HttpAnswer, retryAfter?: string): unknown {
  const json = isJson(answer.contentType) ? parseJson(answer.text) : undefined
  if (json !== undefined && answer.status >= 200 && answer.status < 300) return json
  throw refusalOf(answer, json, retryAfter)
}

/** What a refusal says, if it is the hub's; otherwise that something else answers. */
export function refusalOf(answer: HttpAnswer, json: unknown, retryAfter?: string): CodedError {
  const reason = readReason(json)
  if (!reason) {
    const found = `${answer.status} ${answer.contentType || 'no content type'}`.slice(0, 100)
    return new CodedError('PROTOCOL_NOT_A_HUB', { parameters: { found } })
  }
  const delayMs = Number(retryAfter) * 1000
  return new HubRefused(reason, delayMs > 0 ? Math.min(delayMs, LONGEST_RETRY_AFTER_MS) : undefined)
}

/** A reason with a code that a hub gives; one of the agent's own would be somebody's invention. */
function readReason(json: unknown): Reason | undefined {
  if (typeof json !== 'object' || json === null || !('code' in json)) return undefined
  const { code } = json
  if (typeof code !== 'string' || !/^(HUB|PROTOCOL)_[A-Z0-9_]{1,56}$/.test(code)) return undefined
  const parameters = 'parameters' in json ? json.parameters : undefined
  return Check(ReasonParameters, parameters) ? { code, parameters } : { code }
}

export const isJson = (contentType: string): boolean => /^application\/(problem\+)?json\b/i.test(contentType)

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
