import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { recognise } from './executable.ts'

const node = readFileSync(process.execPath)

test('a Linux program tells its processor and its libraries', () => {
  const found = recognise(node)
  assert.equal(found.kind, 'elf')
  assert.ok(found.kind === 'elf' && found.libraries.includes('libc.so.6'))
  assert.ok(found.kind === 'elf' && ['amd64', 'arm64'].includes(found.architecture))
})

test('what is none is told by name', () => {
  const rows: readonly (readonly [content: Buffer, kind: string])[] = [
    [Buffer.from('MZ\x90\0\x03', 'latin1'), 'windows'],
    [Buffer.from([0xcf, 0xfa, 0xed, 0xfe]), 'macos'],
    [Buffer.from([0xca, 0xfe, 0xba, 0xbe]), 'macos'],
    [Buffer.from('#!/bin/sh\necho'), 'script'],
    [Buffer.from('hello'), 'other'],
    [Buffer.alloc(0), 'other'],
    [Buffer.from('\x7fELF', 'latin1'), 'other'],
  ]
  for (const [content, kind] of rows) assert.equal(recognise(content).kind, kind, content.toString('hex'))
})

test('however a program was cut or bent, it is told as something and nothing breaks', () => {
  const head = node.subarray(0, 4096)
  const seed = Date.now() % 2 ** 31
  const bent = fc.array(fc.tuple(fc.nat(head.length - 1), fc.nat(255)), { maxLength: 20 })
  fc.assert(
    fc.property(fc.nat(head.length), bent, (length, changes) => {
      const content = Buffer.from(head.subarray(0, length))
      for (const [at, byte] of changes) if (at > 3 && at < length) content[at] = byte
      assert.ok(recognise(content).kind.length > 0)
    }),
    { seed, numRuns: 500 },
  )
})
