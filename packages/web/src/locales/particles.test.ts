import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveParticles } from './particles.ts'

test('the particle fits the last syllable; other scripts keep both forms', () => {
  const cases: [string, string][] = [
    ['사람 감지기[을/를] 등록했습니다', '사람 감지기를 등록했습니다'],
    ['서울역[을/를] 등록했습니다', '서울역을 등록했습니다'],
    ['kiosk-3[이/가] 연결되었습니다', 'kiosk-3이(가) 연결되었습니다'],
    ['[을/를] 없음', '[을/를] 없음'],
    ['no particle', 'no particle'],
  ]
  for (const [text, expected] of cases) assert.equal(resolveParticles(text), expected)
})
