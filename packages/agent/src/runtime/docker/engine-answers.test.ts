// How the engine's answers are read: errors, events, log frames, lines, inspections.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isConflict, isMissingContainer, isMissingImage, toCodedError } from './docker-errors.ts'
import { toRuntimeEvent } from './docker-events.ts'
import { endOf, payloadsOf } from './docker-logs.ts'
import { engineCall } from './engine-call.ts'
import { jsonLines } from './json-lines.ts'

const answer = (statusCode: number, message: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message}`), {
    statusCode,
    json: { message },
  })
const system = (code: string) => Object.assign(new Error(code), { code })

for (const [error, code, quote] of [
  [answer(400, 'bad mount'), 'AGENT_ENGINE_FAILED', 'bad mount'],
  [answer(500, 'driver failed'), 'AGENT_ENGINE_TROUBLE', 'driver failed'],
  [system('ENOENT'), 'AGENT_ENGINE_UNREACHABLE', 'ENOENT'],
  [system('ECONNREFUSED'), 'AGENT_ENGINE_UNREACHABLE', 'ECONNREFUSED'],
  [system('EACCES'), 'AGENT_ENGINE_PERMISSION', 'EACCES'],
  [new Error('socket hang up'), 'AGENT_ENGINE_UNREACHABLE', 'socket hang up'],
  ['something', 'AGENT_ENGINE_TROUBLE', 'something'],
] as const) {
  test(`${String(error)} is ${code}`, () => {
    const coded = toCodedError(error)
    assert.deepEqual([coded.code, coded.quote], [code, quote])
  })
}

test('tells a missing image from a missing container, and ours from another', () => {
  assert.ok(isMissingImage(answer(404, 'No such image: sha256:1')))
  assert.ok(!isMissingImage(answer(404, 'No such container: abc')))
  assert.ok(isMissingContainer(answer(404, 'No such container: abc'), 'abc'))
  // The lead of a network that is gone, not the container that is being started.
  assert.ok(!isMissingContainer(answer(404, 'No such container: def'), 'abc'))
  assert.ok(isConflict(answer(409, 'Conflict')))
})

test('reads events of containers and passes over the rest', () => {
  const line = (Action: string, Attributes = {}) => ({
    Action,
    Actor: { ID: 'c', Attributes },
    time: 1_700_000_000,
    timeNano: 1_700_000_000_123_000_000,
  })
  const at = new Date(1_700_000_000_123)
  assert.deepEqual(toRuntimeEvent(line('start')), { kind: 'started', containerId: 'c', at })
  assert.deepEqual(toRuntimeEvent(line('die', { exitCode: '137' })), {
    kind: 'ended',
    containerId: 'c',
    at,
    exitCode: 137,
  })
  assert.deepEqual(toRuntimeEvent(line('die')), { kind: 'ended', containerId: 'c', at, exitCode: undefined })
  assert.deepEqual(toRuntimeEvent(line('destroy')), { kind: 'removed', containerId: 'c', at })
  for (const other of [line('exec_start'), 'text', null, {}, { Action: 'start' }]) {
    assert.equal(toRuntimeEvent(other), undefined)
  }
})

const frame = (text: string, stream = 1) => {
  const payload = Buffer.from(text)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

test('takes the frames off a log, an unfinished one as far as it goes', () => {
  const whole = Buffer.concat([frame('out\n'), frame('err\n', 2), frame('more')])
  assert.equal(payloadsOf(whole).toString(), 'out\nerr\nmore')
  assert.equal(payloadsOf(whole.subarray(0, -2)).toString(), 'out\nerr\nmo')
  assert.equal(payloadsOf(Buffer.alloc(3)).toString(), '')
})

test('the end of a log never begins within a character', () => {
  assert.equal(endOf(Buffer.from('봉수'), 4), '수')
  assert.equal(endOf(Buffer.from('봉수'), 6), '봉수')
  assert.equal(endOf(Buffer.from('abc'), 0), '')
})

test('lines come whole however the stream is cut', async () => {
  const values = [{ a: '한글' }, { error: 'x\ny' }, 3, 'text that is no JSON']
  const text = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n')
  const bytes = Buffer.from(`${text}\n\n`)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
      const chunks = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end))
      assert.deepEqual(await Array.fromAsync(jsonLines(toAsync(chunks))), values)
    }),
  )
})

test('a line without end is given up', async () => {
  const endless = toAsync(Array.from({ length: 3 }, () => Buffer.alloc(512 * 1024, 'x')))
  await assert.rejects(Array.fromAsync(jsonLines(endless)), RangeError)
})

async function* toAsync(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks
}

test('a call that is not answered ends as an engine that does not answer', async () => {
  const call = engineCall(1, undefined, () => new Promise<never>(() => undefined))
  await assert.rejects(call, { code: 'AGENT_ENGINE_UNREACHABLE', quote: 'no answer within 1 ms' })
})

test('a call that is aborted ends with the caller’s reason', async () => {
  const abort = new AbortController()
  const call = engineCall(60_000, abort.signal, () => new Promise<never>(() => undefined))
  const reason = new Error('enough')
  abort.abort(reason)
  await assert.rejects(call, reason)
})
