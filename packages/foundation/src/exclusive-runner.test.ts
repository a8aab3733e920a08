import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createExclusiveRunner } from './exclusive-runner.ts'

function gatedJob() {
  const gates: { open(): void; signal: AbortSignal }[] = []
  let active = 0
  const job = async (signal: AbortSignal) => {
    active += 1
    assert.equal(active, 1, 'two runs at once')
    await new Promise<void>((resolve, reject) => {
      gates.push({ open: resolve, signal })
      signal.addEventListener('abort', () => reject(signal.reason))
    }).finally(() => {
      active -= 1
    })
  }
  return { gates, job }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

test('requests during a run are answered by one run that starts afterwards', async () => {
  const { gates, job } = gatedJob()
  const runner = createExclusiveRunner(job)
  const first = runner.request()
  const second = runner.request()
  const third = runner.request()
  assert.equal(gates.length, 1)
  gates[0]?.open()
  await first
  await settled()
  assert.equal(gates.length, 2)
  gates[1]?.open()
  await Promise.all([second, third])
  assert.equal(gates.length, 2)
})

test('a failed run is told to those who asked for it and does not block the next', async () => {
  let runs = 0
  const runner = createExclusiveRunner(async () => {
    runs += 1
    if (runs === 1) throw new Error('first run')
  })
  await assert.rejects(runner.request(), /first run/)
  await runner.request()
  assert.equal(runs, 2)
})

test('stop aborts the running job, waits for it and refuses later requests', async () => {
  const { gates, job } = gatedJob()
  const runner = createExclusiveRunner(job)
  const running = runner.request()
  const waiting = runner.request()
  const both = Promise.allSettled([running, waiting])
  await runner.stop()
  assert.ok(gates[0]?.signal.aborted)
  assert.deepEqual(
    (await both).map((outcome) => outcome.status),
    ['rejected', 'rejected'],
  )
  await assert.rejects(runner.request())
  assert.equal(gates.length, 1)
})
