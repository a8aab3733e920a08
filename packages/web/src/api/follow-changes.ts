// Keeps the change feed open for as long as the console is: reads it, notices silence, comes back with back-off.
// What a change means for the screen is `affected-queries.ts`.
import type { Change } from '@bongsu/protocol'
import { EventStreamParser } from './event-stream.ts'

/** `interrupted`: what is on screen is read again by polling and may be older than it looks. */
export type FeedState = 'connecting' | 'live' | 'interrupted'

export interface ChangeFeed {
  /** Opens the feed; `lastEventId` lets the hub repeat what was missed. */
  readonly open: (signal: AbortSignal, lastEventId: string | undefined) => Promise<ReadableStream<Uint8Array>>
  readonly onChange: (change: Change) => void
  readonly onState: (state: FeedState) => void
  /** Waits before the next attempt; ends early when aborted. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>
  /** 0 to 1. */
  readonly random: () => number
  /** A feed silent for longer than this is taken for broken; the hub sends a comment well before. */
  readonly silenceMs: number
}

const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000

/** Half fixed, half jitter: consoles do not all return to a restarted hub at once. */
export const delayBeforeAttempt = (failures: number, random: () => number): number => {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10))
  return ceiling / 2 + (random() * ceiling) / 2
}

/** Runs until `signal` aborts; never rejects. */
export async function followChanges(feed: ChangeFeed, signal: AbortSignal): Promise<void> {
  let failures = 0
  let lastEventId: string | undefined
  feed.onState('connecting')
  while (!signal.aborted) {
    const attempt = new AbortController()
    const both = AbortSignal.any([signal, attempt.signal])
    try {
      const body = await feed.open(both, lastEventId)
      failures = 0
      feed.onState('live')
      await readEvents(body, feed.silenceMs, ({ id, data }) => {
        lastEventId = id ?? lastEventId
        const change = parseChange(data)
        if (change) feed.onChange(change)
      })
    } catch {
      // Every way to lose the feed has one answer: say so, wait, come back.
    }
    attempt.abort()
    if (signal.aborted) return
    feed.onState('interrupted')
    await feed.delay(delayBeforeAttempt(failures++, feed.random), signal).catch(() => undefined)
  }
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
  onEvent: (event: { id: string | undefined; data: string }) => void,
): Promise<void> {
  const reader = body.getReader()
  const parser = new EventStreamParser()
  const decoder = new TextDecoder()
  let watchdog: ReturnType<typeof setTimeout> | undefined
  try {
    for (;;) {
      clearTimeout(watchdog)
      watchdog = setTimeout(() => void reader.cancel().catch(() => undefined), silenceMs)
      const { done, value } = await reader.read()
      if (done) return
      for (const event of parser.push(decoder.decode(value, { stream: true }))) onEvent(event)
    }
  } finally {
    clearTimeout(watchdog)
    reader.releaseLock()
  }
}

const RESOURCES: readonly string[] = ['device', 'package', 'deployment', 'launch', 'still']

/** The change in an event's data; `undefined` for what this console does not know. */
export function parseChange(data: string): Change | undefined {
  try {
    const parsed: unknown = JSON.parse(data)
    return isChange(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

const isChange = (value: unknown): value is Change =>
  typeof value === 'object' &&
  value !== null &&
  RESOURCES.includes(String(Reflect.get(value, 'resource'))) &&
  typeof Reflect.get(value, 'id') === 'string'
