// No repository hands a JavaScript RegExp to a query.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { afterCursor } from './mongo-page.ts'

test('the first page has no condition', () => {
  assert.deepEqual(afterCursor('at', { limit: 5 }), {})
})

const source = join(import.meta.dirname, '..')
const repositories = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(^|\/)(mongo-[a-z-]+|model)\.ts$/.test(name),
)

test('repositories contain no regular expression', () => {
  assert.ok(repositories.length >= 10)
  for (const name of repositories) {
    const text = readFileSync(join(source, name), 'utf8').replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
    const literals = text.match(/(?<=[(=:,[!&|?]\s*)\/(?![/*])[^/\n]+\/[dgimsuvy]*/g) ?? []
    assert.deepEqual(literals, [], name)
    assert.ok(!/new RegExp|\$where|\$function|mapReduce/.test(text), name)
  }
})
