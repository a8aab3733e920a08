import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { listXProcesses, parseXCommandLine } from './x-processes.ts'

const line = (...args: string[]) => `${args.join('\0')}\0`

test('command lines of X servers are understood', () => {
  const table = [
    [
      line('/usr/lib/xorg/Xorg', 'vt2', '-displayfd', '3', '-auth', '/run/user/1000/gdm/Xauthority'),
      { kind: 'xorg', virtualTerminal: 2, authFile: '/run/user/1000/gdm/Xauthority' },
    ],
    [
      line('/usr/bin/X', ':0', '-seat', 'seat0', '-auth', '/var/run/lightdm/root/:0', 'vt7'),
      {
        kind: 'xorg',
        displayNumber: 0,
        seat: 'seat0',
        authFile: '/var/run/lightdm/root/:0',
        virtualTerminal: 7,
      },
    ],
    [line('/usr/bin/Xwayland', ':1', '-rootless'), { kind: 'xwayland', displayNumber: 1 }],
    [line('Xvfb', ':99', '-auth', 'relative'), { kind: 'xvfb', displayNumber: 99 }],
    [line('Xvfb', '-auth'), { kind: 'xvfb' }],
    [line('/usr/bin/vim', 'Xorg', ':0'), undefined],
    [line('constructor'), undefined],
    ['', undefined],
  ] as const
  for (const [cmdline, expected] of table) assert.deepEqual(parseXCommandLine(cmdline), expected)
})

test('only X servers of a process tree are listed, with their owner', async (t) => {
  const procDir = await mkdtemp(join(tmpdir(), 'bongsu-proc-'))
  t.after(() => rm(procDir, { recursive: true }))
  for (const [pid, cmdline] of [
    ['1', line('/sbin/init')],
    ['42', line('/usr/bin/Xvfb', ':7')],
    ['43', line('/usr/bin/Xvfb', ':9')],
    ['self', line('/usr/bin/Xvfb', ':8')],
  ] as const) {
    await mkdir(join(procDir, pid))
    await writeFile(join(procDir, pid, 'cmdline'), cmdline)
  }
  // Named otherwise, whatever its command line says: a program may write there what it likes.
  await writeFile(join(procDir, '43', 'comm'), 'bash\n')
  await mkdir(join(procDir, '99'))
  const found = listXProcesses(procDir)
  assert.deepEqual(
    found.map(({ pid, uid, displayNumber }) => ({ pid, uid, displayNumber })),
    [{ pid: 42, uid: process.getuid?.(), displayNumber: 7 }],
  )
  assert.deepEqual(listXProcesses(join(procDir, 'absent')), [])
})
