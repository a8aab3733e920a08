import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SMALLEST_WINDOW_BYTES } from './delay-window.ts'
import { decodeFrame, encodeFrame, MAX_CHUNK_BYTES } from './frame.ts'
import type { IncomingStream } from './incoming-stream.ts'
import { createMultiplexer, STREAM_WINDOW_BYTES } from './multiplexer.ts'
import { StreamEnded } from './outgoing-stream.ts'

/** Two ends and a link between them that delivers when told to. */
function linkedPair() {
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
  return { agent, hub, deliver, faults, streams, toHub, toAgent, pass: (ms: number) => (nowMs += ms) }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

async function collect(stream: IncomingStream): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

test('bytes of any streams arrive complete and in order, however the link interleaves', async () => {
  const payloads = fc.array(fc.uint8Array({ minLength: 0, maxLength: 70_000 }), {
    minLength: 1,
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(payloads, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), async (contents, steps) => {
      const { agent, deliver, faults, streams } = linkedPair()
      const sent = contents.map(async (content) => {
        const stream = agent.open({ kind: 'test' })
        await stream.write(content)
        await stream.end()
      })
      let settled = false
      const all = Promise.all(sent).then(() => {
        settled = true
      })
      const readings: Promise<Buffer>[] = []
      const readNew = () => readings.push(...streams.slice(readings.length).map(collect))
      for (const step of steps) {
        deliver(step)
        readNew()
        await turn()
        if (settled) break
      }
      deliver()
      readNew()
      await all
      assert.deepEqual(
        (await Promise.all(readings)).map((bytes) => bytes.toString('hex')),
        contents.map((content) => Buffer.from(content).toString('hex')),
      )
      assert.deepEqual(faults, [])
    }),
    { numRuns: 40 },
  )
})

test('a reader that stalls stops its own sender at the window and nobody else', async () => {
  const { agent, deliver, streams } = linkedPair()
  const stalled = agent.open({ kind: 'stalled' })
  const big = stalled.write(new Uint8Array(2 * STREAM_WINDOW_BYTES)).then(() => 'written')
  for (let round = 0; round < 50; round += 1) {
    deliver()
    await turn()
  }
  const other = agent.open({ kind: 'other' })
  const small = other.write(new Uint8Array(100_000)).then(() => other.end())
  deliver()
  const reading = collect(streams[1] as IncomingStream)
  for (let round = 0; round < 50; round += 1) {
    deliver()
    await turn()
  }
  await small
  assert.equal((await reading).length, 100_000)
  assert.equal(await Promise.race([big, turn().then(() => 'waiting')]), 'waiting')
})

test('late receipts shrink what is on the way to the smallest window', async () => {
  const { agent, hub, streams, toHub, toAgent, pass } = linkedPair()
  const stream = agent.open({ kind: 'slow link' })
  void stream.write(new Uint8Array(4_000_000)).catch(() => undefined)
  let reader: Promise<Buffer> | undefined
  for (let round = 0; round < 40; round += 1) {
    // The first round trips are quick, so that the base delay is known.
    pass(round < 2 ? 1 : 1000)
    for (const frame of toHub.splice(0)) hub.receive(frame)
    reader ??= collect(streams[0] as IncomingStream)
    await turn()
    for (const frame of toAgent.splice(0)) agent.receive(frame)
  }
  const onTheWay = toHub.reduce((total, frame) => total + frame.length, 0)
  assert.ok(onTheWay <= 2 * SMALLEST_WINDOW_BYTES, `${onTheWay} bytes on the way`)
  agent.end('test over')
  hub.end('test over')
  await assert.rejects(reader as Promise<Buffer>, StreamEnded)
})

test('either end can give a stream up, and the link’s end ends them all', async () => {
  const { agent, hub, deliver, streams } = linkedPair()
  const aborted = agent.open({ kind: 'aborted' })
  const cancelled = agent.open({ kind: 'cancelled' })
  const cut = agent.open({ kind: 'cut' })
  deliver()
  const readings = Promise.allSettled(streams.map(collect))
  aborted.abort('AGENT_SCREENSHOT_FAILED')
  streams[1]?.cancel('HUB_DEVICE_TIMEOUT')
  deliver()
  await assert.rejects(cancelled.write(new Uint8Array(1)), { code: 'HUB_DEVICE_TIMEOUT' })
  agent.end('PROTOCOL_LINK_SILENT')
  hub.end('PROTOCOL_LINK_SILENT')
  await assert.rejects(cut.write(new Uint8Array(1)), { code: 'PROTOCOL_LINK_SILENT' })
  const codes = (await readings).map((outcome) =>
    outcome.status === 'rejected' ? outcome.reason.code : 'read',
  )
  assert.deepEqual(codes, ['AGENT_SCREENSHOT_FAILED', 'HUB_DEVICE_TIMEOUT', 'PROTOCOL_LINK_SILENT'])
  assert.throws(() => agent.open({ kind: 'late' }), /PROTOCOL_LINK_SILENT/)
})

test('a broken rule is a fault of the link, named; data after a reset is not one', () => {
  const data = (streamId: number, length = 1) =>
    encodeFrame({ kind: 'data', streamId, bytes: new Uint8Array(length) })
  const open = (streamId: number) => encodeFrame({ kind: 'open', streamId, detail: { kind: 'x' } })
  const cases: [string, Uint8Array[], RegExp][] = [
    ['data without open', [data(1)], /unknown stream 1/],
    ['opened twice', [open(1), open(1)], /opened twice/],
    ['opened by the wrong side', [open(2)], /wrong side/],
    [
      'more than the credit',
      [open(1), ...Array.from({ length: 17 }, () => data(1, MAX_CHUNK_BYTES))],
      /credit/,
    ],
    ['not a frame', [new Uint8Array([9, 0, 0, 0, 1])], /unknown kind/],
  ]
  for (const [name, frames, expected] of cases) {
    const { hub, faults } = linkedPair()
    for (const frame of frames) hub.receive(frame)
    assert.match(faults[0] ?? '', expected, name)
    assert.equal(faults.length, 1, name)
  }
  const { hub, faults, streams } = linkedPair()
  hub.receive(open(1))
  streams[0]?.cancel('enough')
  hub.receive(data(1))
  assert.deepEqual(faults, [])
})

test('decoding survives any bytes and gives back what was encoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const decoded = decodeFrame(bytes)
      if (decoded.ok && decoded.frame.kind !== 'open' && decoded.frame.kind !== 'reset') {
        assert.deepEqual(Buffer.from(encodeFrame(decoded.frame)), Buffer.from(bytes))
      }
    }),
    { numRuns: 2000 },
  )
})
