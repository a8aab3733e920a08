import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ProgramEnvironment, readEnvironments, voteOnDisplays } from './session-environment.ts'

const says = (display: string, more: Partial<ProgramEnvironment> = {}): ProgramEnvironment => ({
  uid: 1000,
  program: 'bash',
  display,
  authFile: undefined,
  ...more,
})

test('the majority wins, and one program that is the session outweighs many that run in it', () => {
  const shells = [says(':1'), says(':1.0'), says('unix:1'), says(':0')]
  assert.deepEqual(voteOnDisplays(shells), [
    { uid: 1000, displayNumber: 1, votes: 3 },
    { uid: 1000, displayNumber: 0, votes: 1 },
  ])
  const [first] = voteOnDisplays([...shells, says(':0', { program: 'gnome-shell', authFile: '/run/a' })])
  assert.deepEqual(first, { uid: 1000, displayNumber: 0, authFile: '/run/a', votes: 1000 })
})

test('displays of other machines and paths from nowhere do not count', () => {
  const list = ['localhost:10.0', 'unixlocalhost:10.0', 'host/unix:0', ':x', ':99999', '', 'unix'].map(
    (display) => says(display),
  )
  assert.deepEqual(voteOnDisplays(list), [])
  assert.deepEqual(voteOnDisplays([says(':0', { authFile: '.Xauthority' })]), [
    { uid: 1000, displayNumber: 0, votes: 1 },
  ])
})

test('only processes of the session’s people are asked', (t) => {
  const procDir = mkdtempSync(join(tmpdir(), 'bongsu-proc-'))
  t.after(() => rmSync(procDir, { recursive: true }))
  for (const [pid, environ] of [
    ['10', 'HOME=/root\0DISPLAY=:3\0XAUTHORITY=/run/x\0'],
    ['11', 'MYDISPLAY=:4\0'],
    ['self', 'DISPLAY=:5\0'],
  ] as const) {
    mkdirSync(join(procDir, pid))
    writeFileSync(join(procDir, pid, 'environ'), environ)
    writeFileSync(join(procDir, pid, 'comm'), 'openbox\n')
  }
  const own = process.getuid?.() ?? 0
  assert.deepEqual(readEnvironments(procDir, new Set([own])), [
    { uid: own, program: 'openbox', display: ':3', authFile: '/run/x' },
  ])
  assert.deepEqual(readEnvironments(procDir, new Set([own + 1])), [])
  assert.deepEqual(readEnvironments(procDir, new Set()), [])
})
