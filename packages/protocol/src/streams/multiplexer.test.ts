// Streams that stall, end early or break rules: whose business it is, and whose not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SMALLEST_WINDOW_BYTES } from './delay-window.ts'
import { decodeFrame, encodeFrame, MAX_CHUNK_BYTES, type StreamFrame } from './frame.ts'
import type { IncomingStream } from './incoming-stream.ts'
import { collect, linkedPair, turn } from './linked-pair.fixture.ts'
import { MAX_STREAMS, STREAM_WINDOW_BYTES } from './multiplexer.ts'
import { StreamEnded } from './outgoing-stream.ts'

test('a reader that leaves early gives its stream up, and the sender learns it', async () => {
  const { agent, deliver, streams } = linkedPair()
  const stream = agent.open({ kind: 'left' })
  const written = stream.write(new Uint8Array(2 * STREAM_WINDOW_BYTES))
  deliver()
  for await (const _ of streams[0] as IncomingStream) break
  deliver()
  await assert.rejects(written, { code: 'PROTOCOL_STREAM_CANCELLED' })
})

test('more streams than allowed are refused, and those open go on', async () => {
  const { agent, hub, deliver, faults, streams } = linkedPair()
  const open = (id: number) => encodeFrame({ kind: 'open', streamId: id, detail: { kind: 'x' } })
  for (let count = 0; count <= MAX_STREAMS; count += 1) hub.receive(open(2 * count + 1))
  assert.equal(streams.length, MAX_STREAMS)
  hub.receive(encodeFrame({ kind: 'close', streamId: 1 }))
  hub.receive(open(2 * MAX_STREAMS + 3))
  assert.equal(streams.length, MAX_STREAMS + 1)
  assert.deepEqual(faults, [])
  for (let count = 0; count < MAX_STREAMS; count += 1) agent.open({ kind: 'x' })
  assert.throws(() => agent.open({ kind: 'x' }), /more than 64 streams/)
  deliver()
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
    ['data without open', [data(1)], /data on unknown stream 1/],
    ['a close without open', [encodeFrame({ kind: 'close', streamId: 3 })], /close on unknown stream 3/],
    [
      'credit for a stream of ours that was not opened',
      [encodeFrame({ kind: 'credit', streamId: 2, bytes: 1 })],
      /credit on unknown stream 2/,
    ],
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
  hub.receive(encodeFrame({ kind: 'close', streamId: 1 }))
  hub.receive(encodeFrame({ kind: 'reset', streamId: 1, code: 'X' }))
  assert.deepEqual(faults, [])
})

test('decoding survives any bytes and gives back what was encoded', () => {
  const message = fc
    .tuple(fc.nat(8), fc.uint8Array({ maxLength: 200 }))
    .map(([kind, rest]) => Uint8Array.of(kind, ...rest))
  fc.assert(
    fc.property(message, (bytes) => {
      const decoded = decodeFrame(bytes)
      if (decoded.ok && decoded.frame.kind !== 'open' && decoded.frame.kind !== 'reset') {
        assert.deepEqual(Buffer.from(encodeFrame(decoded.frame)), Buffer.from(bytes))
      }
    }),
    { numRuns: 5000 },
  )
})

test('any frames at all end in at most one fault, and never in an exception', () => {
  const streamId = fc.integer({ min: 1, max: 8 })
  const bytes = fc.oneof(fc.nat(100), fc.integer({ min: 1, max: 0xffffffff }))
  const frame: fc.Arbitrary<StreamFrame> = fc.oneof(
    fc.record({ kind: fc.constant('open' as const), streamId, detail: fc.constant({ kind: 'x' }) }),
    fc.record({
      kind: fc.constant('data' as const),
      streamId,
      bytes: fc.constantFrom(new Uint8Array(1), new Uint8Array(MAX_CHUNK_BYTES)),
    }),
    fc.record({ kind: fc.constant('credit' as const), streamId, bytes }),
    fc.record({ kind: fc.constant('close' as const), streamId }),
    fc.record({ kind: fc.constant('reset' as const), streamId, code: fc.constant('X') }),
    fc.record({ kind: fc.constant('received' as const), streamId: fc.constant(0 as const), bytes }),
  )
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 60 }), fc.nat(3), (frames, opened) => {
      const { hub, faults } = linkedPair()
      for (let count = 0; count < opened; count += 1) {
        hub
          .open({ kind: 'x' })
          .write(new Uint8Array(300_000))
          .catch(() => undefined)
      }
      for (const one of frames) hub.receive(encodeFrame(one))
      assert.ok(faults.length <= 1, faults.join())
    }),
    { numRuns: 2000 },
  )
})
