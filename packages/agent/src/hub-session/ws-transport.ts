// One WebSocket to the hub as a plain link of texts and bytes. The only place that knows ws.
import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { isJson, parseJson, readText, refusalOf, unreachable } from './hub-http.ts'

export interface Link {
  send(content: string | Uint8Array): void
  /** Polite end. */
  close(): void
  /** Cuts the connection: the other side is not heard any more. */
  terminate(): void
}

export interface LinkHandlers {
  onText(text: string): void
  onBytes(bytes: Uint8Array): void
  /** Once, after which nothing else is called. */
  onClose(code: number, reason: string): void
}

export interface LinkTarget {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly caCertificate?: string | undefined
}

const MAX_PAYLOAD_BYTES = 512 * 1024
const HANDSHAKE_TIMEOUT_MS = 15_000

export interface OpenedLink {
  readonly link: Link
  /** Headers of the 101 answer. */
  readonly answered: Readonly<Record<string, string>>
}

/**
 * Opens the link; `handlers` are called from the moment it resolves, and not at all when it rejects.
 * @throws HubRefused with the hub's reason, CodedError PROTOCOL_HUB_UNREACHABLE or PROTOCOL_NOT_A_HUB
 */
export function openLink(
  target: LinkTarget,
  handlers: LinkHandlers,
  signal: AbortSignal,
): Promise<OpenedLink> {
  const { promise, resolve, reject } = Promise.withResolvers<OpenedLink>()
  const socket = new WebSocket(target.url, {
    headers: target.headers,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    followRedirects: false,
    ...(target.caCertificate && { ca: target.caCertificate }),
  })
  const abort = () => {
    socket.terminate()
    reject(signal.reason)
  }
  let answered: Record<string, string> = {}
  socket.once('upgrade', (response) => {
    answered = singleHeaders(response)
  })
  socket.once('unexpected-response', (_request, response) => void refusal(response).then(reject))
  socket.on('error', (error) => reject(unreachable(error)))
  socket.once('close', () => signal.removeEventListener('abort', abort))
  socket.once('open', () => {
    hear(socket, handlers)
    resolve({ link: linkOver(socket), answered })
  })
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return promise
}

function hear(socket: WebSocket, handlers: LinkHandlers): void {
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) handlers.onBytes(data)
    else handlers.onText(data.toString('utf8'))
  })
  socket.once('close', (code, reason) => handlers.onClose(code, reason.toString('utf8')))
}

const linkOver = (socket: WebSocket): Link => ({
  send: (content) => {
    if (socket.readyState === socket.OPEN) socket.send(content)
  },
  close: () => socket.close(1000),
  terminate: () => socket.terminate(),
})

const singleHeaders = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )

/** Why there is an HTTP answer instead of a link. */
async function refusal(response: IncomingMessage): Promise<Error> {
  const { statusCode: status = 0, headers } = response
  const contentType = headers['content-type'] ?? ''
  try {
    const text = await readText(response)
    const json = isJson(contentType) ? parseJson(text) : undefined
    return refusalOf({ status, contentType, text }, json, headers['retry-after'])
  } catch (error) {
    return unreachable(error)
  }
}
