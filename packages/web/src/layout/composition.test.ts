import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isComposing } from './composition.ts'

test('an Enter that ends a syllable is recognised in every browser', () => {
  assert.equal(isComposing({ isComposing: true, keyCode: 229 }), true)
  assert.equal(isComposing({ isComposing: false, keyCode: 229 }), true)
  assert.equal(isComposing({ isComposing: false, keyCode: 13 }), false)
})
