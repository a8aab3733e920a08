import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EnginePlan, type EngineSituation, planEngine } from './docker-engine.ts'

test('an engine is started by what the machine has, and a user is told the commands', () => {
  const cases: [EngineSituation, EnginePlan['kind'], RegExp?][] = [
    [{ answer: 'ready', isRoot: false, init: 'systemd' }, 'nothing'],
    [{ answer: 'absent', isRoot: true, init: 'systemd' }, 'service', /^systemctl/],
    [{ answer: 'silent', isRoot: true, init: 'sysv' }, 'service', /^service/],
    [{ answer: 'absent', isRoot: true, init: 'none' }, 'by-hand'],
    [
      { answer: 'absent', isRoot: false, init: 'systemd' },
      'ask-person',
      /sudo systemctl enable --now docker/,
    ],
    [{ answer: 'absent', isRoot: false, init: 'none' }, 'ask-person', /dockerd/],
    [{ answer: 'denied', isRoot: false, init: 'systemd' }, 'ask-person', /^sudo usermod -aG docker/],
  ]
  for (const [situation, kind, words] of cases) {
    const plan = planEngine(situation)
    assert.equal(plan.kind, kind, JSON.stringify(situation))
    const text =
      plan.kind === 'service'
        ? plan.argv.join(' ')
        : plan.kind === 'ask-person'
          ? plan.commands.join('\n')
          : ''
    if (words) assert.match(text, words)
  }
})
