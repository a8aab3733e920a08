// Asks a network camera whether it would send a picture, without taking one: OPTIONS, DESCRIBE, and DESCRIBE again with the
// password where one is asked for. One connection, a few kilobytes, a time limit for all of it.
import { connect, type Socket } from 'node:net'
import { messageOf } from '@bongsu/foundation'
import type { Reason } from '@bongsu/protocol'
import { authorizationFor, type RtspCredentials } from './rtsp-authorization.ts'
import { decodeAnswer, describesVideo, type RtspAnswer } from './rtsp-message.ts'

export interface ProbeRequest {
  /** What the place calls the camera, for the reason. */
  readonly name: string
  /** `rtsp://…` without credentials. */
  readonly url: string
  readonly credentials?: RtspCredentials | undefined
  /** For everything together. */
  readonly timeoutMs: number
}

const DEFAULT_PORT = 554

/** @returns undefined when it offers video; rejects only when aborted */
export async function probeCamera(request: ProbeRequest, signal: AbortSignal): Promise<Reason | undefined> {
  signal.throwIfAborted()
  const { name, url, timeoutMs } = request
  const address = addressOf(url)
  if (!address) return reasonOf('AGENT_CAMERA_UNREACHABLE', name, { message: 'not an address' })
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const line = new RtspLine(connect(address), limit)
  try {
    return await converse(line, request)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof NotRtsp) return reasonOf('AGENT_CAMERA_NOT_RTSP', name)
    const message = limit.aborted ? `no answer in ${timeoutMs} ms` : messageOf(error).slice(0, 300)
    return reasonOf('AGENT_CAMERA_UNREACHABLE', name, { message })
  } finally {
    line.end()
  }
}

async function converse(
  line: RtspLine,
  { name, url, credentials }: ProbeRequest,
): Promise<Reason | undefined> {
  // Some cameras answer nothing else before; what they answer to this does not matter.
  await line.ask('OPTIONS', url)
  let described = await line.ask('DESCRIBE', url)
  if (described.status === 401) {
    const challenges = described.headers.get('www-authenticate') ?? []
    const authorization =
      credentials && authorizationFor(challenges, credentials, { method: 'DESCRIBE', url })
    if (authorization === undefined) return reasonOf('AGENT_CAMERA_PASSWORD', name)
    described = await line.ask('DESCRIBE', url, authorization)
    if (described.status === 401 || described.status === 403) return reasonOf('AGENT_CAMERA_PASSWORD', name)
  }
  if (described.status !== 200) return reasonOf('AGENT_CAMERA_REFUSED', name, { status: described.status })
  return describesVideo(described.body) ? undefined : reasonOf('AGENT_CAMERA_NO_VIDEO', name)
}

const reasonOf = (code: string, name: string, more: Reason['parameters'] = {}): Reason => ({
  code,
  parameters: { name, ...more },
})

function addressOf(url: string): { host: string; port: number } | undefined {
  const parsed = URL.parse(url)
  if (parsed?.protocol !== 'rtsp:' || parsed.hostname === '') return undefined
  const host = parsed.hostname.replace(/^\[|\]$/g, '')
  return { host, port: parsed.port === '' ? DEFAULT_PORT : Number(parsed.port) }
}

class NotRtsp extends Error {}

/** Question and answer in turns on one connection. */
class RtspLine {
  readonly #socket: Socket
  readonly #limit: AbortSignal
  #received: Buffer = Buffer.alloc(0)
  #sequence = 0
  #wake: () => void = () => undefined
  #failure: Error | undefined

  constructor(socket: Socket, limit: AbortSignal) {
    this.#socket = socket
    this.#limit = limit
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the connection ended')))
    limit.addEventListener('abort', () => this.#fail(new Error('no answer in time')), { once: true })
  }

  async ask(method: string, url: string, authorization?: string): Promise<RtspAnswer> {
    this.#sequence += 1
    const lines = [
      `${method} ${url} RTSP/1.0`,
      `CSeq: ${this.#sequence}`,
      'User-Agent: bongsu-agent',
      ...(method === 'DESCRIBE' ? ['Accept: application/sdp'] : []),
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    ]
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    for (;;) {
      const decoded = decodeAnswer(this.#received)
      if (decoded.kind === 'malformed') throw new NotRtsp()
      if (decoded.kind === 'answer') {
        this.#received = decoded.rest
        return decoded.answer
      }
      if (this.#limit.aborted) throw new Error('no answer in time')
      if (this.#failure) throw this.#failure
      const news = Promise.withResolvers<void>()
      this.#wake = news.resolve
      await news.promise
    }
  }

  end(): void {
    this.#socket.destroy()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#wake()
  }
}
