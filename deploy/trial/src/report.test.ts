import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgressLines, fit } from './report.ts'
import { languageOf, same } from './text.ts'

test('a terminal line is rewritten in place and cut to its width, Hangul counted double', () => {
  const written: string[] = []
  const output = { isTTY: true, columns: 24, write: (text: string) => void written.push(text) }
  const line = createProgressLines({ output, language: 'ko', now: () => 0 }).begin(
    { index: 1, count: 2 },
    same('이름'),
  )
  line.progress({ ko: '가나다라마바사아자차', en: 'x' })
  line.done({ ko: '끝', en: 'done' })
  assert.deepEqual(written, ['\r\x1b[2K… [1/2] 이름: 가나다라', '\r\x1b[2K✔ [1/2] 이름: 끝 (0.0 s)\n'])
})

test('into a file progress is told at most every ten seconds', () => {
  const written: string[] = []
  let now = 0
  const output = { write: (text: string) => void written.push(text) }
  const line = createProgressLines({ output, language: 'en', now: () => now }).begin(
    { index: 1, count: 1 },
    same('step'),
  )
  for (; now <= 25_000; now += 1000) line.progress(same(`at ${now}`))
  assert.deepEqual(written, ['… [1/1] step: at 0\n', '… [1/1] step: at 10000\n', '… [1/1] step: at 20000\n'])
})

test('a line that fits is left as it is', () => {
  assert.equal(fit('abc', 10), 'abc')
  assert.equal(fit('가나다', 5), '가나')
})

test('the language is what the locale says messages are in', () => {
  const cases: [Record<string, string>, 'ko' | 'en'][] = [
    [{ LANG: 'ko_KR.UTF-8' }, 'ko'],
    [{ LANG: 'ko' }, 'ko'],
    [{ LANG: 'kok_IN' }, 'en'],
    [{ LANG: 'ko_KR.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LANG: 'C', LC_MESSAGES: 'ko_KR.UTF-8' }, 'ko'],
    [{}, 'en'],
  ]
  for (const [environment, expected] of cases) assert.equal(languageOf(environment), expected)
})
