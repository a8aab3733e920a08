import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPastedToken } from './token-store.ts'

test('a pasted token loses what copying added', () => {
  for (const pasted of ['bongsu_abc123', ' bongsu_abc123\n', 'Bearer bongsu_abc123', 'bongsu_\nabc123']) {
    assert.equal(readPastedToken(pasted), 'bongsu_abc123')
  }
})
