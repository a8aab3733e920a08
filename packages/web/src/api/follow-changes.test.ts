import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Change } from '@bongsu/protocol'
import { delayBeforeAttempt, type FeedState, followChanges, parseChange } from './follow-changes.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const event = (change: object, id: string) => `id: ${id}\ndata: ${JSON.stringify(change)}\n\n`
const change = (id: string): Change => ({ resource: 'device', id, at: '2026-08-01T00:00:00Z' })

/** A feed that plays one script per attempt; a script is what the hub sends before the link ends. */
async function play(scripts: readonly (readonly string[] | 'refused' | 'silent')[]) {
  const end = new AbortController()
  const seen = { ids: [] as string[], states: [] as FeedState[], resumedAfter: [] as (string | undefined)[] }
  let attempt = 0
  await followChanges(
    {
      open: async (_signal, lastEventId) => {
        seen.resumedAfter.push(lastEventId)
        const script = scripts[attempt++]
        if (script === undefined || script === 'refused') throw new Error('refused')
        return new ReadableStream({
          start: (controller) => {
            if (script === 'silent') return
            for (const piece of script) controller.enqueue(encode(piece))
            controller.close()
          },
        })
      },
      onChange: ({ id }) => seen.ids.push(id),
      onState: (state) => seen.states.push(state),
      delay: async () => {
        if (attempt >= scripts.length) end.abort()
      },
      random: () => 0.5,
      silenceMs: 20,
    },
    end.signal,
  )
  return seen
}

test('changes are told in order, whatever the pieces they arrive in', async () => {
  const whole = event(change('a'), '1') + event(change('b'), '2')
  const pieces = Array.from(whole, (letter) => letter)
  assert.deepEqual((await play([pieces])).ids, ['a', 'b'])
})

test('a broken feed says so, comes back, and resumes after the last event it saw', async () => {
  const seen = await play([[event(change('a'), '7')], 'refused', [event(change('b'), '8')]])
  assert.deepEqual(seen.ids, ['a', 'b'])
  assert.deepEqual(seen.resumedAfter, [undefined, '7', '7'])
  assert.deepEqual(seen.states, ['connecting', 'live', 'interrupted', 'interrupted', 'live', 'interrupted'])
})

test('silence counts as broken', async () => {
  assert.deepEqual((await play(['silent'])).states, ['connecting', 'live', 'interrupted'])
})

test('attempts grow apart up to a bound, and never all at once', () => {
  const fixed = [0, 1, 2, 10, 50].map((failures) => delayBeforeAttempt(failures, () => 0))
  assert.deepEqual(fixed, [500, 1000, 2000, 15_000, 15_000])
  assert.equal(
    delayBeforeAttempt(50, () => 1),
    30_000,
  )
})

test('what is no change of this contract is passed over', () => {
  assert.deepEqual(parseChange(JSON.stringify(change('a'))), change('a'))
  for (const data of ['', '{', 'null', '{"resource":"rule","id":"x"}', '{"resource":"device"}']) {
    assert.equal(parseChange(data), undefined, data)
  }
})
