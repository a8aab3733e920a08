import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sharedLayers } from './layer-plan.ts'

const cases: readonly [string, string, readonly string[], number][] = [
  ['an engine without images', 'abc', [], 0],
  ['an image without layers', 'abc', [''], 0],
  ['the whole image', 'abc', ['abc'], 3],
  ['a longer one', 'abc', ['abcd'], 3],
  ['the same base', 'abc', ['abx'], 2],
  ['the best of several', 'abc', ['x', 'ab', 'a'], 2],
  ['a layer in the middle only', 'abc', ['xb'], 0],
  ['the top only', 'abc', ['c'], 0],
]
for (const [name, layers, present, expected] of cases) {
  test(`layers that need not be sent: ${name}`, () => {
    const chains = present.map((chain) => [...chain])
    assert.equal(sharedLayers([...layers], chains), expected)
  })
}

test('what is left out is the beginning of an image that is there, and nothing longer is', () => {
  const chain = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 })
  fc.assert(
    fc.property(chain, fc.array(chain, { maxLength: 4 }), (layers, present) => {
      const count = sharedLayers(layers, present)
      const begins = (length: number) =>
        present.some((other) => layers.slice(0, length).every((diffId, at) => other[at] === diffId))
      assert.ok(count === 0 || begins(count))
      for (let longer = count + 1; longer <= layers.length; longer += 1) assert.ok(!begins(longer))
    }),
  )
})
