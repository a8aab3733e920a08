// A command is answered once: by its stream, its result, the deadline or the end of the session.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodedError, ManualClock } from '@bongsu/foundation'
import type { Command, IncomingStream } from '@bongsu/protocol'
import { createCommandBook } from './command-book.ts'

const ASKED = { deviceId: 'dev-a', timeoutMs: 5000 }
const screenshot = { kind: 'screenshot' as const }
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const coded = (code: string) => (error: unknown) => {
  assert.ok(error instanceof CodedError, String(error))
  assert.equal(error.code, code)
  return true
}

function book() {
  const clock = new ManualClock()
  const sent: Command[] = []
  const commands = createCommandBook({ clock, send: (command) => void sent.push(command) })
  const lastId = () => sent.at(-1)?.id ?? ''
  return { clock, commands, lastId, sent }
}

/** A stream whose bytes the test hands over; `fail` breaks it, as the end of a link does. */
function stream(commandId: string | undefined) {
  const cancelled: string[] = []
  const chunks: Uint8Array[] = []
  let wake = Promise.withResolvers<void>()
  let end: Error | 'finished' | undefined
  const changed = () => {
    wake.resolve()
    wake = Promise.withResolvers<void>()
  }
  async function* read() {
    for (;;) {
      const chunk = chunks.shift()
      if (chunk) yield chunk
      else if (end === 'finished') return
      else if (end) throw end
      else await wake.promise
    }
  }
  const incoming: IncomingStream = {
    opening: { kind: 'screenshot', commandId },
    [Symbol.asyncIterator]: read,
    cancel: (code) => {
      cancelled.push(code)
      end ??= Object.assign(new Error(code), { code })
      changed()
    },
  }
  const push = (bytes: Uint8Array) => {
    chunks.push(bytes)
    changed()
  }
  const finish = (how: Error | 'finished' = 'finished') => {
    end = how
    changed()
  }
  return { cancelled, finish, incoming, push }
}

test('the bytes of the stream are the answer; the result behind it changes nothing', async () => {
  const { clock, commands, lastId, sent } = book()
  const asked = commands.request(screenshot, ASKED)
  assert.equal(sent[0]?.expiresAt, '2026-01-01T00:00:05.000Z')
  const answer = stream(lastId())
  commands.accept(answer.incoming)
  answer.push(Buffer.from('ab'))
  answer.push(Buffer.from('c'))
  answer.finish()
  commands.settle({ type: 'command-result', id: lastId(), outcome: 'done' })
  assert.equal(Buffer.from(await asked).toString(), 'abc')
  await turn()
  assert.equal(clock.waiting, 0)
})

test('ids do not repeat and answers do not mix', async () => {
  const { commands, sent } = book()
  const asked = [commands.request(screenshot, ASKED), commands.request(screenshot, ASKED)]
  const answers = sent.map(({ id }) => stream(id))
  for (const { incoming } of answers) commands.accept(incoming)
  answers[1]?.push(Buffer.from('two'))
  answers[0]?.push(Buffer.from('one'))
  for (const { finish } of answers) finish()
  assert.deepEqual((await Promise.all(asked)).map(String), ['one', 'two'])
})

test('the agent’s reason is passed on', async () => {
  const { commands, lastId } = book()
  const failed = commands.request(screenshot, ASKED)
  const reason = { code: 'AGENT_NO_WINDOW', quote: 'q' }
  commands.settle({ type: 'command-result', id: lastId(), outcome: 'failed', reason })
  await assert.rejects(failed, coded('AGENT_NO_WINDOW'))
  const expired = commands.request(screenshot, ASKED)
  commands.settle({ type: 'command-result', id: lastId(), outcome: 'expired' })
  await assert.rejects(expired, coded('HUB_DEVICE_TIMEOUT'))
  commands.settle({ type: 'command-result', id: 'req-unknown', outcome: 'failed' })
})

test('after the deadline the answer is a timeout, and a stream under way is told to stop', async () => {
  const { clock, commands, lastId } = book()
  const asked = commands.request(screenshot, ASKED)
  const answer = stream(lastId())
  commands.accept(answer.incoming)
  answer.push(Buffer.from('a'))
  const refused = assert.rejects(asked, (error) => {
    assert.ok(error instanceof CodedError)
    assert.deepEqual([error.code, error.parameters], ['HUB_DEVICE_TIMEOUT', { id: 'dev-a' }])
    return true
  })
  await clock.advance(ASKED.timeoutMs)
  await refused
  await turn()
  assert.deepEqual(answer.cancelled, ['HUB_DEVICE_TIMEOUT'])
  const late = stream(lastId())
  commands.accept(late.incoming)
  assert.deepEqual(late.cancelled, ['HUB_DEVICE_TIMEOUT'])
})

test('streams that answer nothing, or the same again, are cancelled', async () => {
  const { commands, lastId } = book()
  for (const id of [undefined, '', 'req-unknown']) {
    const stray = stream(id)
    commands.accept(stray.incoming)
    assert.equal(stray.cancelled.length, 1)
  }
  const asked = commands.request(screenshot, ASKED)
  const [first, second] = [stream(lastId()), stream(lastId())]
  commands.accept(first.incoming)
  commands.accept(second.incoming)
  assert.equal(second.cancelled.length, 1)
  first.push(Buffer.from('first'))
  first.finish()
  assert.equal(String(await asked), 'first')
})

test('a stream that breaks, and the end of the session, fail what waits', async () => {
  const { clock, commands, lastId } = book()
  const broken = commands.request(screenshot, ASKED)
  const answer = stream(lastId())
  commands.accept(answer.incoming)
  answer.finish(Object.assign(new Error('gone'), { code: 'PROTOCOL_LINK_SILENT' }))
  await assert.rejects(broken, coded('PROTOCOL_LINK_SILENT'))
  const waiting = [commands.request(screenshot, ASKED), commands.request(screenshot, ASKED)]
  const failed = waiting.map((one) => assert.rejects(one, coded('HUB_DEVICE_OFFLINE')))
  commands.failAll(new CodedError('HUB_DEVICE_OFFLINE'))
  await Promise.all(failed)
  assert.equal(clock.waiting, 0)
})

test('an answer without an end is refused at its limit', async () => {
  const { commands, lastId } = book()
  const asked = commands.request(screenshot, ASKED)
  const refused = assert.rejects(asked, coded('HUB_BODY_TOO_LARGE'))
  const answer = stream(lastId())
  commands.accept(answer.incoming)
  const megabyte = new Uint8Array(1024 * 1024)
  for (let sent = 0; sent <= 32; sent += 1) answer.push(megabyte)
  await refused
  assert.equal(answer.cancelled[0], 'HUB_BODY_TOO_LARGE')
})
