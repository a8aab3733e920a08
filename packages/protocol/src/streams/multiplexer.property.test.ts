// Streams in both directions under any order of frames and readings: complete, in order, and never beyond the credit.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { collect, type LinkedPair, linkedPair, turn } from './linked-pair.fixture.ts'
import type { Multiplexer } from './multiplexer.ts'

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

/** What happens next: frames come through in one direction, or one reader takes one chunk. */
type Move =
  | { kind: 'up'; frames: number }
  | { kind: 'down'; frames: number }
  | { kind: 'read'; reader: number }

const frames = fc.integer({ min: 1, max: 8 })
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('up' as const), frames }),
  fc.record({ kind: fc.constant('down' as const), frames }),
  fc.record({ kind: fc.constant('read' as const), reader: fc.nat(5) }),
)
const sizes = fc.array(fc.nat(400_000), { minLength: 1, maxLength: 3 })

/** Sends zeros on a stream whose kind tells how many. */
async function send(end: Multiplexer, bytes: number) {
  const stream = end.open({ kind: String(bytes) })
  await stream.write(new Uint8Array(bytes))
  await stream.end()
}

/** One reader for each stream that has come in, each with at most one reading under way. */
function readersOf({ streams }: LinkedPair) {
  const readers: {
    next: () => Promise<IteratorResult<Uint8Array>>
    taken: number
    busy?: Promise<boolean>
  }[] = []
  const attend = () => {
    for (const stream of streams.slice(readers.length)) {
      const bytes = stream[Symbol.asyncIterator]()
      readers.push({ next: () => bytes.next(), taken: 0 })
    }
  }
  /** Resolves with whether that was the end. */
  const read = (index: number): Promise<boolean> => {
    const reader = readers[index]
    if (!reader) return Promise.resolve(true)
    reader.busy ??= reader.next().then((next) => {
      delete reader.busy
      if (!next.done) reader.taken += next.value.length
      return next.done ?? false
    })
    return reader.busy
  }
  const readToEnd = async (index: number) => {
    while (!(await read(index)));
  }
  return { attend, read, readToEnd, readers }
}

test('whatever the order of frames and readings, credit is kept and everything arrives', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, sizes, fc.array(move, { maxLength: 400 }), async (up, down, moves) => {
      const pair = linkedPair()
      const { agent, hub, toHub, toAgent, streams } = pair
      const { attend, read, readToEnd, readers } = readersOf(pair)
      const sent = [...up.map((bytes) => send(agent, bytes)), ...down.map((bytes) => send(hub, bytes))]
      for (const next of moves) {
        attend()
        if (next.kind === 'up') for (const frame of toHub.splice(0, next.frames)) hub.receive(frame)
        else if (next.kind === 'down')
          for (const frame of toAgent.splice(0, next.frames)) agent.receive(frame)
        else void read(next.reader)
        await turn()
      }
      // From here on everyone reads to the end, whoever stalled before.
      let isAllSent = false
      const all = Promise.all(sent).then(() => {
        isAllSent = true
      })
      const drained: Promise<void>[] = []
      while (!isAllSent || drained.length < streams.length) {
        pair.deliver(20)
        attend()
        for (let index = drained.length; index < readers.length; index += 1) drained.push(readToEnd(index))
        await turn()
      }
      pair.deliver()
      await Promise.all([all, ...drained])
      assert.deepEqual(pair.faults, [])
      assert.deepEqual(
        readers.map(({ taken }) => taken),
        streams.map(({ opening }) => Number(opening.kind)),
      )
    }),
    { numRuns: 60 },
  )
})
