// A Unix socket in front of the machine's engine that notes how long the engine takes for each call, so that what is
// left of a launch is ours.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { MACHINE_ENGINE_SOCKET } from '@bongsu/trial'
import { type Cleanup, tempDir } from '../../../test/infra/temp-dir.ts'

export interface EngineCall {
  readonly method: string
  readonly path: string
  /** From the call's head to the last byte of the answer. */
  readonly tookMs: number
  /** On the clock of `performance.now()`. */
  readonly endedMs: number
  readonly body: string
}

export interface EngineGauge {
  readonly socketPath: string
  /** Those answered since the last time. */
  take(): readonly EngineCall[]
}

export async function startEngineGauge(cleanup: Cleanup): Promise<EngineGauge> {
  const socketPath = join(tempDir(cleanup, 'gauge'), 'engine.sock')
  let calls: EngineCall[] = []
  const server = createServer((incoming, outgoing) => forward(incoming, outgoing, (call) => calls.push(call)))
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  cleanup.after(async () => {
    server.closeAllConnections()
    server.close()
  })
  return {
    socketPath,
    take() {
      const taken = calls
      calls = []
      return taken
    },
  }
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  note: (call: EngineCall) => void,
): void {
  const { method = 'GET', url: path = '/', headers } = incoming
  const beganMs = performance.now()
  let body = ''
  const call = request({ socketPath: MACHINE_ENGINE_SOCKET, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
    // A stream of events has begun before its first event.
    outgoing.flushHeaders()
    answer.on('data', (part: Buffer) => outgoing.write(part))
    answer.once('end', () => {
      const endedMs = performance.now()
      note({ method, path, tookMs: endedMs - beganMs, endedMs, body })
      outgoing.end()
    })
  })
  call.once('error', () => outgoing.destroy())
  outgoing.once('close', () => call.destroy())
  incoming.on('data', (part: Buffer) => {
    body += part.toString()
    call.write(part)
  })
  incoming.once('end', () => call.end())
}
