// The search and the judgement over made-up trees: paths to what lies there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import type { ImageFile } from '../runtime/image-inspector.ts'
import { candidatesOf, findProgram, ProgramFile } from './program-file.ts'

const file = (head: string | Buffer, mode = 0o755, uid = 0): ImageFile => ({
  kind: 'file',
  mode,
  uid,
  target: '',
  head: Buffer.from(head),
})
const link = (target: string): ImageFile => ({
  kind: 'link',
  mode: 0o777,
  uid: 0,
  target,
  head: Buffer.alloc(0),
})
const folder: ImageFile = { kind: 'folder', mode: 0o755, uid: 0, target: '', head: Buffer.alloc(0) }

function elf(machine: number, order: 1 | 2 = 1): Buffer {
  const head = Buffer.alloc(64)
  head.write('\x7fELF', 'latin1')
  head[5] = order
  if (order === 1) head.writeUInt16LE(machine, 18)
  else head.writeUInt16BE(machine, 18)
  return head
}

const TREE: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/python3': link('python3.11'),
  '/usr/bin/python3.11': file(elf(62)),
  '/usr/bin/arm': file(elf(183)),
  '/usr/bin/s390': file(elf(22, 2)),
  '/usr/local/bin/python3': folder,
  '/usr/local/bin/tool': file('text', 0o644),
  '/usr/bin/tool': file('#!/usr/bin/env bash\n', 0o755),
  '/usr/bin/env': file(elf(62)),
  '/app/run.sh': file('#!/bin/bash\r\necho\r\n', 0o755),
  '/app/gone.sh': file('#! /opt/conda/bin/python -u\n', 0o700, 1000),
  '/app/plain': file('echo hello\n', 0o755),
  '/app/loop': link('/app/loop'),
  '/app/here': link('../usr/bin/python3'),
}
const read = async (path: string) => TREE[path]
const ask = (program: string, searchPath = '') =>
  findProgram({ program, workingDirectory: '/app', searchPath }, read)

const rows: readonly (readonly [program: string, expected: object])[] = [
  ['python3', { kind: 'found', path: '/usr/bin/python3.11', type: 'binary', architecture: 'amd64' }],
  ['./here', { kind: 'found', path: '/usr/bin/python3.11', type: 'binary', architecture: 'amd64' }],
  ['arm', { architecture: 'arm64' }],
  ['s390', { architecture: 's390x' }],
  [
    'tool',
    {
      path: '/usr/bin/tool',
      type: 'script',
      interpreter: { path: '/usr/bin/env', isThere: true, hasReturn: false },
    },
  ],
  ['/usr/local/bin/tool', { mode: 0o644, type: 'unknown' }],
  ['/app/run.sh', { type: 'script', interpreter: { path: '/bin/bash', isThere: false, hasReturn: true } }],
  ['gone.sh', { kind: 'missing' }],
  [
    './gone.sh',
    {
      uid: 1000,
      mode: 0o700,
      interpreter: { path: '/opt/conda/bin/python', isThere: false, hasReturn: false },
    },
  ],
  ['./plain', { type: 'unknown' }],
  ['/usr/local/bin/python3', { type: 'folder' }],
  ['/app/loop', { kind: 'missing' }],
  ['--device', { kind: 'missing' }],
]

for (const [program, expected] of rows) {
  test(`the file behind ${program}`, async () => {
    const found = await ask(program)
    assert.ok(Check(ProgramFile, found))
    assert.deepEqual({ ...found, ...expected }, found)
  })
}

test('the search follows PATH in its order', () => {
  const question = { program: 'x', workingDirectory: '/app', searchPath: '/opt/bin:bin::/bin' }
  assert.deepEqual(candidatesOf(question), ['/opt/bin/x', '/app/bin/x', '/app/x', '/bin/x'])
  assert.equal(candidatesOf({ ...question, searchPath: '' })[0], '/usr/local/sbin/x')
  assert.deepEqual(candidatesOf({ ...question, program: '../../../x' }), ['/x'])
})
