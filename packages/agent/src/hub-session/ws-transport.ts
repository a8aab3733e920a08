// One WebSocket to the hub as a plain link of texts and bytes. The only place that knows ws.
import { CodedError } from '@bongsu/foundation'
import { WebSocket } from 'ws'
import { parseJson, readAnswer, unreachable } from './hub-http.ts'

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

/**
 * Opens the link; `handlers` are called from the moment it resolves.
 * @returns the link and the headers of the 101 answer
 * @throws HubRefused with the hub's reason, CodedError PROTOCOL_HUB_UNREACHABLE or PROTOCOL_NOT_A_HUB
 */
export function openLink(
  target: LinkTarget,
  handlers: LinkHandlers,
  signal: AbortSignal,
): Promise<{ link: Link; answered: Readonly<Record<string, string>> }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    link: Link
    answered: Readonly<Record<string, string>>
  }>()
  const socket = new WebSocket(target.url, {
    headers: target.headers,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    followRedirects: false,
    ...(target.caCertificate && { ca: target.caCertificate }),
  })
  let answered: Record<string, string> = {}
  const abort = () => {
    socket.terminate()
    reject(signal.reason)
  }
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })

  socket.once('upgrade', ({ headers }) => {
    answered = Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    )
  })
  socket.once('unexpected-response', (_request, response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      if (text.length < 16_384) text += chunk
    })
    response.once('end', () => {
      const { statusCode = 0, headers } = response
      // 101 is the only good answer, so a 2xx here is somebody else's page.
      const status = statusCode < 300 ? 502 : statusCode
      try {
        readAnswer({ status, contentType: headers['content-type'] ?? '', text }, headers['retry-after'])
        reject(new CodedError('PROTOCOL_NOT_A_HUB', { parameters: { found: String(parseJson(text)) } }))
      } catch (error) {
        reject(error)
      }
    })
    response.once('error', (error) => reject(unreachable(error)))
  })
  socket.on('error', (error) => reject(unreachable(error)))
  socket.once('open', () => {
    resolve({
      answered,
      link: {
        send: (content) => {
          if (socket.readyState === socket.OPEN) socket.send(content)
        },
        close: () => socket.close(1000),
        terminate: () => socket.terminate(),
      },
    })
  })
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) handlers.onBytes(data)
    else handlers.onText(data.toString('utf8'))
  })
  socket.once('close', (code, reason) => {
    signal.removeEventListener('abort', abort)
    reject(unreachable(new Error(`closed with ${code}`)))
    handlers.onClose(code, reason.toString('utf8'))
  })
  return promise
}
