// Words by the POSIX rules; symbols of the device; faults told with their line; time linear in the text.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import fc from 'fast-check'
import { MAX_IMPORT_BYTES, splitShell, wordOf } from './shell-words.ts'

const textsOf = (text: string) => splitShell(text).map(({ words }) => words.map((word) => word.text))

const CASES: readonly [text: string, commands: string[][]][] = [
  ['', []],
  ['  \n\t ', []],
  ['a b', [['a', 'b']]],
  [`a'b c'"d e"f\\ g`, [['ab cd ef g']]],
  [`'' ""`, [['', '']]],
  [`"a\\"b\\\\c\\d\\$e"`, [['a"b\\c\\d$e']]],
  [`'a\\b$HOME'`, [['a\\b$HOME']]],
  ['a \\\n  b', [['a', 'b']]],
  ['a \\\r\n  b', [['a', 'b']]],
  ['a \\  \n  b', [['a', 'b']]],
  ['a\\\nb', [['ab']]],
  ['"a\\\nb"', [['ab']]],
  ['a \\', [['a']]],
  ['a # b\nc#d', [['a'], ['c#d']]],
  ['a && b; c | d & (e)', [['a'], ['b'], ['c'], ['d'], ['e']]],
  ['a > log 2>&1 b', [['a', 'b']]],
  ['a 2>log', [['a']]],
  ['a b>c', [['a', 'b']]],
  ['cost 5$ $ $.', [['cost', '5$', '$', '$.']]],
  ['~ ~/a b~ ~root', [['$HOME', '$HOME/a', 'b~', '~root']]],
]
for (const [text, commands] of CASES) {
  test(`splits ${JSON.stringify(text)}`, () => assert.deepEqual(textsOf(text), commands))
}

const SYMBOLS: readonly [text: string, plain: string, symbols: string[]][] = [
  ['unix$DISPLAY', 'unix$DISPLAY', ['DISPLAY']],
  [`"unix$${'{DISPLAY}'}"`, 'unix$DISPLAY', ['DISPLAY']],
  [`$${'{DISPLAY:-:0}'}`, '$DISPLAY', ['DISPLAY']],
  ['$(id -u):$(id -g)', '$(id -u):$(id -g)', ['UID', 'GID']],
  ['"$( id  -u )"', '$(id -u)', ['UID']],
  ['`id -u`', '$(id -u)', ['UID']],
  ['/home/$USER', '/home/$USER', ['USER']],
  ['$(whoami)', '$USER', ['USER']],
  ['$(pwd)/a:/a', '$PWD/a:/a', ['PWD']],
  ["'$DISPLAY'", '$DISPLAY', []],
  ['\\$DISPLAY', '$DISPLAY', []],
]
for (const [text, plain, symbols] of SYMBOLS) {
  test(`finds the symbols of ${text}`, () => {
    const word = splitShell(text)[0]?.words[0]
    assert.deepEqual([word?.text, word?.symbols, word?.unresolved], [plain, symbols, []])
  })
}

for (const text of [
  '$(curl x)',
  '`reboot`',
  '$FOO',
  `$${'{FOO:-a}'}`,
  '$1',
  '$(id -u; rm)',
  '$(a $(b) ")" c)',
]) {
  test(`leaves ${text} unresolved`, () => {
    const word = splitShell(`x${text}.y`)[0]?.words[0]
    assert.deepEqual([word?.text, word?.symbols, word?.unresolved], [`x${text}.y`, [], [text]])
  })
}

const FAULTS: readonly [text: string, line: number][] = [
  ["a\n'b", 2],
  ['"b', 1],
  ['a\nb\n$(c', 3],
  [`$${'{A'}`, 1],
  ['`a', 1],
]
for (const [text, line] of FAULTS) {
  test(`names the line of what is left open in ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => splitShell(text),
      (error) =>
        isCodedError(error) && error.code === 'HUB_IMPORT_UNTERMINATED' && error.parameters?.line === line,
    )
  })
}

test('a text over the limit is refused, in bytes', () => {
  assert.equal(splitShell('a'.repeat(MAX_IMPORT_BYTES)).length, 1)
  for (const text of ['a'.repeat(MAX_IMPORT_BYTES + 1), '가'.repeat(MAX_IMPORT_BYTES / 2)]) {
    assert.throws(() => splitShell(text), { code: 'HUB_IMPORT_TOO_LARGE' })
  }
})

test('what was quoted comes back as it was', () => {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (words) => {
      const wanted = words.map((word) => word.replaceAll('\r\n', '\n'))
      assert.deepEqual(textsOf(words.map(quote).join(' ')), [wanted])
    }),
  )
})

test('a text that no shell splits keeps its blanks and its open ends', () => {
  assert.deepEqual(wordOf('a  "$USER" $(x').text, 'a  "$USER" $(x')
  assert.deepEqual(wordOf('$(id -u)').symbols, ['UID'])
})
