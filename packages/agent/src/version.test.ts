import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AGENT_VERSION } from './version.ts'

test('the version said is the one released', () => {
  const manifest = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')
  assert.equal(AGENT_VERSION, JSON.parse(manifest).version)
})
