import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger } from './logger.ts'

test('secrets are redacted at the top and below, and fields are kept', () => {
  const lines: string[] = []
  const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } })
  const secret = 'canary-4711'
  logger.info(
    {
      token: secret,
      deviceId: 'dev-1',
      headers: { authorization: secret },
      a: { b: { joinSecret: secret } },
    },
    'hello',
  )
  logger.child({ accessToken: secret }).info({ body: { password: secret } }, 'again')
  const written = lines.join('')
  assert.ok(!written.includes(secret))
  assert.match(written, /"deviceId":"dev-1"/)
  assert.match(written, /\[redacted\]/)
})
