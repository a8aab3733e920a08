import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgressLines } from '../report.ts'
import { same } from '../text.ts'
import { TrialError } from '../trial-error.ts'
import { runSteps, type Step } from './step.ts'

function scenario() {
  const ran: string[] = []
  let text = ''
  const output = {
    write(part: string) {
      text += part
    },
  }
  const lines = createProgressLines({ output, language: 'en', now: () => 0 })
  const step = (name: string, state: 'done' | 'missing', commands: readonly string[] = []): Step => ({
    name: same(name),
    check: async () => ({ state, detail: same(state === 'done' ? 'there' : 'making') }),
    manualCommands: () => commands,
    async run() {
      ran.push(name)
      return same('made')
    },
  })
  return { ran, lines, step, said: () => text }
}

test('what is there is skipped and said so, what is missing is done, in order', async () => {
  const { ran, lines, step, said } = scenario()
  await runSteps([step('a', 'missing'), step('b', 'done'), step('c', 'missing')], lines)
  assert.deepEqual(ran, ['a', 'c'])
  assert.match(said(), /✔ \[1\/3\] a: made \(0.0 s\)\n– \[2\/3\] b: there\n/)
})

test('one step a person must do keeps all from beginning, and every command is told once', async () => {
  const { ran, lines, step } = scenario()
  const steps = [
    step('a', 'missing'),
    step('b', 'missing', ['sudo x', 'sudo y']),
    step('c', 'missing', ['sudo y']),
  ]
  await assert.rejects(runSteps(steps, lines), (error) => {
    assert.ok(error instanceof TrialError)
    assert.equal(error.code, 'TRIAL_NEEDS_ROOT')
    assert.match(error.remedy.ko, /\n {2}sudo x\n {2}sudo y$/)
    return true
  })
  assert.deepEqual(ran, [])
})

test('commands of steps that are done are not asked for', async () => {
  const { lines, step } = scenario()
  await runSteps([step('a', 'done', ['sudo x'])], lines)
})

test('a failing step ends the run with its own error', async () => {
  const { ran, lines, step, said } = scenario()
  const failing = { ...step('a', 'missing'), run: () => Promise.reject(new Error('disk full')) }
  await assert.rejects(runSteps([failing, step('b', 'missing')], lines), /disk full/)
  assert.deepEqual(ran, [])
  assert.match(said(), /✘ \[1\/2\] a: failed/)
})
