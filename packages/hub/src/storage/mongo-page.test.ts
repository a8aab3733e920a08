// Search text is data, never a pattern; and no repository hands a JavaScript RegExp to a query.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { afterCursor, contains } from './mongo-page.ts'

test('what was typed matches itself and only itself', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(text, text, text, (before, typed, other) => {
      const { $regex, $options } = contains(typed)
      assert.equal($options, 'i')
      const pattern = new RegExp($regex, 'iu')
      assert.ok(pattern.test(before + typed))
      assert.equal(pattern.test(other), new RegExp(escapeByCode(typed), 'iu').test(other))
    }),
  )
})

// Another way to write the same, to compare with.
const escapeByCode = (text: string) =>
  Array.from(text, (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`).join('')

test('the first page has no condition', () => {
  assert.deepEqual(afterCursor('at', { limit: 5 }), {})
})

const source = join(import.meta.dirname, '..')
const repositories = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(^|\/)(mongo-[a-z-]+|model)\.ts$/.test(name),
)

test('repositories contain no regular expression but the one that escapes', () => {
  assert.ok(repositories.length >= 10)
  for (const name of repositories) {
    const text = readFileSync(join(source, name), 'utf8').replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
    const literals = text.match(/(?<=[(=:,[!&|?]\s*)\/(?![/*])[^/\n]+\/[dgimsuvy]*/g) ?? []
    assert.deepEqual(literals, name === 'storage/mongo-page.ts' ? literals.slice(0, 1) : [], name)
    assert.ok(!/new RegExp|\$where|\$function|mapReduce/.test(text), name)
  }
})
