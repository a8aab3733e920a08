// A TCP proxy that spoils the link between two ends on demand: slow, thin, half-open, cut, or answered by somebody else.
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cleanup } from '../infra/temp-dir.ts'

/** `up` is from the client to the server. */
export type Direction = 'up' | 'down'

export interface Faults {
  /** Added to each byte's way, in each direction. */
  readonly latencyMs?: number
  /** In each direction. */
  readonly bytesPerSecond?: number
  /** Bytes of this direction are taken and lost; while it lasts no end learns that the other has closed. */
  readonly blackhole?: Direction
  /** Cuts a connection when it has carried so many bytes in both directions together. */
  readonly cutAfterBytes?: number
  /** Whole HTTP answer that every connection gets in place of the server. */
  readonly answer?: string
}

export interface FaultProxy {
  readonly port: number
  /** Replaces the faults, for connections that are open too. */
  set(faults: Faults): void
  /** Cuts every connection that is open. */
  cut(): void
  /** Connections accepted so far. */
  readonly accepted: number
}

/** Bytes under way within the proxy in one direction before it stops reading, as the queue of a thin link. */
const QUEUE_BYTES = 64 * 1024
const SLICES_PER_SECOND = 50

/** An HTTP answer such as a captive portal gives. */
export function webPage(statusLine: string, headers: readonly string[] = []): string {
  const body = '<html><body>Please sign in</body></html>'
  const head = ['Content-Type: text/html', `Content-Length: ${body.length}`, 'Connection: close', ...headers]
  return `HTTP/1.1 ${statusLine}\r\n${head.join('\r\n')}\r\n\r\n${body}`
}

/** Listens on loopback until the test ends. */
export async function startFaultProxy(cleanup: Cleanup, targetPort: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  let faults: Faults = {}
  let accepted = 0
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
    return socket.setNoDelay(true)
  }
  const server = createServer((client) => {
    accepted += 1
    track(client)
    if (faults.answer !== undefined) {
      const { answer } = faults
      client.once('data', () => client.end(answer))
      return
    }
    const target = track(connect(targetPort, '127.0.0.1'))
    const carried = { bytes: 0 }
    pump({ from: client, to: target, direction: 'up', carried, faults: () => faults })
    pump({ from: target, to: client, direction: 'down', carried, faults: () => faults })
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanup.after(() => {
    cut()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port given')
  return {
    port: address.port,
    set: (next) => {
      faults = next
    },
    cut,
    get accepted() {
      return accepted
    },
  }
}

interface Pipe {
  readonly from: Socket
  readonly to: Socket
  readonly direction: Direction
  readonly carried: { bytes: number }
  readonly faults: () => Faults
}

function pump({ from, to, direction, carried, faults }: Pipe): void {
  let work: Promise<void> = Promise.resolve()
  let queuedBytes = 0

  const carry = async (chunk: Buffer, readMs: number) => {
    const dueMs = readMs + (faults().latencyMs ?? 0)
    if (dueMs > performance.now()) await delay(dueMs - performance.now())
    for (let sent = 0; sent < chunk.length && !to.destroyed; ) {
      const { blackhole, bytesPerSecond, cutAfterBytes } = faults()
      if (blackhole === direction) return
      const size = bytesPerSecond ? Math.ceil(bytesPerSecond / SLICES_PER_SECOND) : chunk.length
      const slice = chunk.subarray(sent, sent + size)
      sent += slice.length
      carried.bytes += slice.length
      if (cutAfterBytes !== undefined && carried.bytes > cutAfterBytes) {
        from.destroy()
        to.destroy()
        return
      }
      to.write(slice)
      if (bytesPerSecond) await delay((slice.length / bytesPerSecond) * 1000)
    }
  }

  from.on('data', (chunk: Buffer) => {
    const readMs = performance.now()
    queuedBytes += chunk.length
    if (queuedBytes > QUEUE_BYTES) from.pause()
    work = work.then(async () => {
      await carry(chunk, readMs)
      queuedBytes -= chunk.length
      if (queuedBytes <= QUEUE_BYTES && !from.destroyed) from.resume()
    })
  })
  from.once('close', () => {
    void work.then(() => {
      if (faults().blackhole === undefined) to.destroySoon()
    })
  })
}
