// Two ends of a multiplexed link for tests: frames wait on the way until they are delivered.
import type { IncomingStream } from './incoming-stream.ts'
import { createMultiplexer, type Multiplexer } from './multiplexer.ts'

export interface LinkedPair {
  readonly agent: Multiplexer
  readonly hub: Multiplexer
  /** Frames under way. */
  readonly toHub: Uint8Array[]
  readonly toAgent: Uint8Array[]
  /** Streams that either end was given, in order. */
  readonly streams: IncomingStream[]
  readonly faults: string[]
  /** Lets frames through, one each way at a time; all that there are without a count. */
  deliver(count?: number): void
  /** Moves the clock. */
  pass(ms: number): void
}

export function linkedPair(): LinkedPair {
  let nowMs = 0
  const faults: string[] = []
  const streams: IncomingStream[] = []
  const toHub: Uint8Array[] = []
  const toAgent: Uint8Array[] = []
  const end = (side: 'agent' | 'hub', queue: Uint8Array[]) =>
    createMultiplexer({
      side,
      send: (frame) => void queue.push(frame),
      nowMs: () => nowMs,
      onStream: (stream) => void streams.push(stream),
      onFault: (problem) => void faults.push(problem),
    })
  const agent = end('agent', toHub)
  const hub = end('hub', toAgent)
  const deliver = (count = Number.POSITIVE_INFINITY) => {
    for (let done = 0; done < count && (toHub.length > 0 || toAgent.length > 0); done += 1) {
      const up = toHub.shift()
      if (up) hub.receive(up)
      const down = toAgent.shift()
      if (down) agent.receive(down)
    }
  }
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { agent, hub, deliver, faults, streams, toHub, toAgent, pass }
}

/** Lets promises run. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Reads to the end. */
export async function collect(stream: IncomingStream): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}
