// The engine's event stream, narrowed to what happens to our containers.
import type Docker from 'dockerode'
import type { EventHandlers, RuntimeEvent } from '../container-runtime.ts'
import { codedUnlessAborted, engineCall } from './engine-call.ts'
import { field, jsonLines } from './json-lines.ts'
import { OWNER_LABEL } from './spec/labels.ts'

// The engine answers a moment before it subscribes us (moby getEvents flushes first), so ask for the last seconds again.
const OVERLAP_SECONDS = 2

export interface WatchOptions {
  readonly owner: string
  /** Time limit for the answer to begin. */
  readonly connectTimeoutMs: number
}

/** Resolves when the signal aborts or the stream ends; rejects with a CodedError when it breaks. */
export async function watchDockerEvents(
  docker: Docker,
  { owner, connectTimeoutMs }: WatchOptions,
  handlers: EventHandlers,
  signal: AbortSignal,
): Promise<void> {
  const ending = new AbortController()
  const both = AbortSignal.any([signal, ending.signal])
  try {
    const stream = await engineCall(connectTimeoutMs, both, () =>
      docker.getEvents({
        since: Math.floor(Date.now() / 1000) - OVERLAP_SECONDS,
        filters: {
          type: ['container'],
          event: ['start', 'die', 'destroy'],
          label: [`${OWNER_LABEL}=${owner}`],
        },
        abortSignal: both,
      }),
    )
    handlers.onSubscribed()
    for await (const line of jsonLines(stream as AsyncIterable<Buffer>)) {
      const event = toRuntimeEvent(line)
      if (event) handlers.onEvent(event)
    }
  } catch (error) {
    if (signal.aborted) return
    throw codedUnlessAborted(error, undefined)
  } finally {
    ending.abort()
  }
}

/** Pure: one line of the stream; undefined for what does not concern us. */
export function toRuntimeEvent(line: unknown): RuntimeEvent | undefined {
  const containerId = field(field(line, 'Actor'), 'ID')
  const seconds = field(line, 'time')
  if (typeof containerId !== 'string' || typeof seconds !== 'number') return undefined
  const nanoseconds = field(line, 'timeNano')
  const at = new Date(typeof nanoseconds === 'number' ? nanoseconds / 1e6 : seconds * 1000)
  switch (field(line, 'Action')) {
    case 'start':
      return { kind: 'started', containerId, at }
    case 'die':
      return { kind: 'ended', containerId, at, exitCode: exitCodeOf(line) }
    case 'destroy':
      return { kind: 'removed', containerId, at }
    default:
      return undefined
  }
}

function exitCodeOf(line: unknown): number | undefined {
  const text = field(field(field(line, 'Actor'), 'Attributes'), 'exitCode')
  const code = typeof text === 'string' ? Number(text) : Number.NaN
  return Number.isInteger(code) ? code : undefined
}
