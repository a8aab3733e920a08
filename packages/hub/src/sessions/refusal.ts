// An HTTP answer in place of an upgrade: the same problem+json as everywhere, with what a device needs to explain it.
import type { Duplex } from 'node:stream'
import type { CodedError } from '@bongsu/foundation'
import { newId } from '@bongsu/protocol'
import { toProblem } from '../plugins/error-handler.ts'

/** Answers and closes. `retryAfterMs` is rounded up to whole seconds (RFC 9110, 10.2.3). */
export function refuseUpgrade(
  socket: Duplex,
  error: CodedError,
  { retryAfterMs }: { retryAfterMs?: number | undefined } = {},
): void {
  const { parameters } = error
  const problem = toProblem(error, 'en', newId('req'))
  const body = JSON.stringify({ ...problem, ...(parameters && { parameters }) })
  const head = [
    `HTTP/1.1 ${problem.status} Refused`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterMs === undefined ? [] : [`Retry-After: ${Math.ceil(retryAfterMs / 1000)}`]),
    'Connection: close',
  ]
  // A peer that keeps its half open must not keep the socket.
  socket.once('finish', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
