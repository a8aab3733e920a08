// The window on links of any speed: it fills a fast one, and never queues much more than its target on a thin one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDelayWindow, SMALLEST_WINDOW_BYTES } from './delay-window.ts'

const CHUNK_BYTES = 16 * 1024

/** Sends as much as the window lets through a link of one speed, and tells the longest queue from then on. */
function longestQueueMs(link: { bytesPerMs: number; roundTripMs: number }, chunks: number) {
  let nowMs = 0
  let linkFreeMs = 0
  let longestMs = 0
  const window = createDelayWindow({ nowMs: () => nowMs })
  const receipts: { atMs: number; bytes: number }[] = []
  for (let sent = 0; sent < chunks; ) {
    if (window.available() >= CHUNK_BYTES) {
      window.sent(CHUNK_BYTES)
      sent += 1
      linkFreeMs = Math.max(linkFreeMs, nowMs) + CHUNK_BYTES / link.bytesPerMs
      // The first hundred chunks find out how thin the link is.
      if (sent > 100) longestMs = Math.max(longestMs, linkFreeMs - nowMs)
      receipts.push({ atMs: linkFreeMs + link.roundTripMs, bytes: CHUNK_BYTES })
    } else {
      const [next] = receipts
      assert.ok(next, 'the window never closes with nothing on the way')
      receipts.shift()
      nowMs = Math.max(nowMs, next.atMs)
      window.received(next.bytes)
    }
  }
  return { longestMs, nowMs }
}

test('on any link the queue stays near the target, or at what the smallest window takes', () => {
  fc.assert(
    fc.property(
      fc.record({
        bytesPerMs: fc.integer({ min: 20, max: 100_000 }),
        roundTripMs: fc.integer({ min: 0, max: 300 }),
      }),
      (link) => {
        const { longestMs } = longestQueueMs(link, 600)
        // Lateness is heard a round trip after it began, and the window may have doubled by then; on the thinnest links
        // the queue is counted in single chunks.
        const chunksMs = (3 * SMALLEST_WINDOW_BYTES) / link.bytesPerMs
        assert.ok(longestMs <= 2 * (200 + link.roundTripMs) + chunksMs, `${longestMs} ms`)
      },
    ),
    { numRuns: 300 },
  )
})

test('a fast link far away is filled', () => {
  const link = { bytesPerMs: 10_000, roundTripMs: 50 }
  const { nowMs } = longestQueueMs(link, 2000)
  const idealMs = (2000 * CHUNK_BYTES) / link.bytesPerMs
  assert.ok(nowMs <= 1.5 * idealMs, `${nowMs} ms instead of ${idealMs}`)
})

test('receipts for what was never sent open nothing', () => {
  const window = createDelayWindow({ nowMs: () => 0 })
  const before = window.available()
  for (let round = 0; round < 100; round += 1) window.received(4_000_000_000)
  assert.equal(window.available(), before)
})
