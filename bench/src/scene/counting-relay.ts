// A relay in front of a server that counts what it hands to the client, and cuts the connection at given points.
import { connect, createServer, type Socket } from 'node:net'
import type { Cleanup } from '../../../test/infra/temp-dir.ts'

export interface CountingRelay {
  readonly url: string
  /** Bytes handed to clients since the last `begin`, headers included. */
  readonly bytes: number
  /** Counts from 0 again. @param cutsAt where in that count connections are cut, ascending */
  begin(cutsAt?: readonly number[]): void
}

export async function startCountingRelay(cleanup: Cleanup, serverUrl: string): Promise<CountingRelay> {
  const target = new URL(serverUrl)
  const sockets = new Set<Socket>()
  let bytes = 0
  let cuts: number[] = []
  const server = createServer((client) => {
    const onward = connect(Number(target.port), target.hostname)
    for (const socket of [client, onward]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        onward.destroy()
      })
    }
    client.pipe(onward)
    onward.on('data', (chunk: Buffer) => {
      const [next = Number.POSITIVE_INFINITY] = cuts
      const passed = chunk.subarray(0, Math.min(chunk.length, next - bytes))
      bytes += passed.length
      const isRoom = client.write(passed)
      if (bytes >= next) {
        cuts = cuts.slice(1)
        onward.destroy()
        // What was counted is let through; the rest of the answer never comes.
        client.end()
      } else if (!isRoom) {
        onward.pause()
        client.once('drain', () => onward.resume())
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  cleanup.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    get bytes() {
      return bytes
    },
    begin(cutsAt = []) {
      bytes = 0
      cuts = [...cutsAt]
    },
  }
}
