import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLifecycle, type Part } from './lifecycle.ts'

function recording(log: string[], failures: ReadonlySet<string> = new Set()) {
  return (name: string): Part => ({
    name,
    start: async () => {
      log.push(`start ${name}`)
      if (failures.has(`start ${name}`)) throw new Error(`start ${name}`)
    },
    stop: async () => {
      log.push(`stop ${name}`)
      if (failures.has(`stop ${name}`)) throw new Error(`stop ${name}`)
    },
  })
}

test('parts start in order and stop in reverse, once however often asked', async () => {
  const log: string[] = []
  const lifecycle = createLifecycle(['a', 'b'].map(recording(log)))
  await Promise.all([lifecycle.start(), lifecycle.start()])
  await Promise.all([lifecycle.stop(), lifecycle.stop()])
  assert.deepEqual(log, ['start a', 'start b', 'stop b', 'stop a'])
})

test('a part that cannot start has what was started before it stopped', async () => {
  const log: string[] = []
  const lifecycle = createLifecycle(['a', 'b', 'c'].map(recording(log, new Set(['start b']))))
  await assert.rejects(lifecycle.start(), /start b/)
  assert.deepEqual(log, ['start a', 'start b', 'stop b', 'stop a'])
})

test('one part that cannot stop keeps no other from stopping', async () => {
  const log: string[] = []
  const lifecycle = createLifecycle(['a', 'b'].map(recording(log, new Set(['stop b']))))
  await lifecycle.start()
  await assert.rejects(lifecycle.stop(), /stop b/)
  assert.deepEqual(log.slice(2), ['stop b', 'stop a'])
})
