// The two languages say the same, and every text is used.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import en from './en.json' with { type: 'json' }
import ko from './ko.json' with { type: 'json' }
import { chooseLanguage, ownNameOf } from './language.ts'

interface Texts {
  [key: string]: string | Texts
}

const flatten = (texts: Texts, prefix = ''): [key: string, text: string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  )

const english = new Map(flatten(en))
const korean = new Map(flatten(ko))
const source = join(import.meta.dirname, '..')
const files = globSync('**/*.{ts,tsx}', { cwd: source }).filter((name) => !name.endsWith('.test.ts'))
const sources = new Map(files.map((name) => [name, readFileSync(join(source, name), 'utf8')]))

test('both languages have the same keys', () => {
  assert.deepEqual([...korean.keys()].sort(), [...english.keys()].sort())
})

test('no Korean text is the English one, and each is Korean', () => {
  for (const [key, text] of korean) {
    assert.notEqual(text, english.get(key), key)
    assert.match(text, /\p{Script=Hangul}/u, key)
  }
})

test('no English text holds Hangul', () => {
  for (const [key, text] of english) assert.doesNotMatch(text, /\p{Script=Hangul}/u, key)
})

test('both languages name the same placeholders', () => {
  const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort()
  for (const [key, text] of korean) {
    assert.deepEqual(placeholders(text), placeholders(english.get(key) ?? ''), key)
  }
})

test('every text is used, by its whole key', () => {
  assert.ok(files.length > 20, 'the sources were found')
  const all = [...sources.values()].join('\n')
  assert.deepEqual(
    [...korean.keys()].filter((key) => !all.includes(`'${key}'`)),
    [],
  )
})

test('no source holds Hangul: texts belong to the locale files', () => {
  for (const [name, text] of sources) assert.doesNotMatch(text, /\p{Script=Hangul}/u, name)
})

test('the remembered language wins, then the browser’s, then Korean', () => {
  assert.equal(chooseLanguage('en', ['ko-KR']), 'en')
  assert.equal(chooseLanguage(null, ['fr', 'en-GB', 'ko']), 'en')
  assert.equal(chooseLanguage(null, ['ko-KR', 'en']), 'ko')
  assert.equal(chooseLanguage('xx', ['fr']), 'ko')
  assert.deepEqual([ownNameOf('ko'), ownNameOf('en')], ['한국어', 'English'])
})
