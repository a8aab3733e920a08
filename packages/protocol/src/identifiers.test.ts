// New ids fit their schemas and DNS-1123; what is almost one does not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type Type from 'typebox'
import { Check } from 'typebox/value'
import {
  DeploymentId,
  DeviceId,
  Digest,
  type IdKind,
  LaunchId,
  newId,
  PackageId,
  Timestamp,
  VersionName,
} from './identifiers.ts'

const DNS_LABEL = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/
const schemas = { dev: DeviceId, dep: DeploymentId, lau: LaunchId }

test('any random bytes make a well-formed id', () => {
  const kinds: IdKind[] = ['dev', 'dep', 'lau', 'ver', 'jtk', 'atk', 'req']
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.uint8Array({ minLength: 16, maxLength: 16 }), (kind, bytes) => {
      const id = newId(kind, () => bytes)
      assert.match(id, DNS_LABEL)
      assert.match(id, new RegExp(`^${kind}-[a-z2-7]{16}$`))
      for (const [name, schema] of Object.entries(schemas)) assert.equal(Check(schema, id), name === kind)
    }),
  )
})

test('ids do not repeat', () => {
  const ids = Array.from({ length: 2000 }, () => newId('lau'))
  assert.equal(new Set(ids).size, ids.length)
})

test('what is almost an id is none', () => {
  const good = newId('dev')
  for (const bad of [
    '',
    good.slice(1),
    `${good}a`,
    `${good}\n`,
    good.toUpperCase(),
    'dev-abcdefghijklmno1',
    5,
  ]) {
    assert.equal(Check(DeviceId, bad), false, String(bad))
  }
})

test('names of packages and versions, digests and times', () => {
  const cases: readonly [schema: Type.TString, good: string[], bad: string[]][] = [
    [
      PackageId,
      ['a', 'guide-screen', '0', 'a'.repeat(63)],
      ['', '-a', 'a-', 'A', '안내', 'a_b', 'a/b', '../a', 'a'.repeat(64), 'a\n'],
    ],
    [
      VersionName,
      ['1', '1.2.0', '2026.11+build_3-rc', 'v1'],
      ['', '.1', '-1', '1/2', '1 2', '한글', 'a'.repeat(64), '1\n'],
    ],
    [
      Digest,
      [`sha256:${'0a'.repeat(32)}`],
      [
        `sha256:${'0A'.repeat(32)}`,
        `sha256:${'0a'.repeat(31)}`,
        `sha512:${'0a'.repeat(32)}`,
        '0a'.repeat(32),
      ],
    ],
    [
      Timestamp,
      [new Date(0).toISOString(), '2026-11-23T01:02:03Z', '2026-11-23T01:02:03.123456789Z'],
      ['', 'now', '2026-11-23', '2026-11-23T01:02:03', '2026-11-23T01:02:03+09:00', '2026-11-23 01:02:03Z'],
    ],
  ]
  for (const [schema, good, bad] of cases) {
    for (const text of good) assert.equal(Check(schema, text), true, text)
    for (const text of bad) assert.equal(Check(schema, text), false, text)
  }
})
