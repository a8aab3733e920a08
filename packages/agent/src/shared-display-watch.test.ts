import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shareDisplayWatch } from './shared-display-watch.ts'

function watched() {
  let change = () => undefined as unknown
  let looks = 0
  const display = {
    watch(onChange: () => void) {
      looks += 1
      change = onChange
      return {
        stop() {
          looks -= 1
        },
      }
    },
  }
  return { shared: shareDisplayWatch(display), change: () => change(), watches: () => looks }
}

test('all hear of a change through one watch', () => {
  const { shared, change, watches } = watched()
  const heard: string[] = []
  shared.watch(() => heard.push('a'))
  const second = shared.watch(() => heard.push('b'))
  assert.equal(watches(), 0)
  shared.start()
  shared.start()
  assert.equal(watches(), 1)
  change()
  second.stop()
  change()
  assert.deepEqual(heard, ['a', 'b', 'a'])
  shared.stop()
  assert.equal(watches(), 0)
})

test('who comes after the first look is told of it', async () => {
  const { shared, change } = watched()
  shared.start()
  change()
  const heard = Promise.withResolvers<void>()
  shared.watch(() => heard.resolve())
  await heard.promise
})
