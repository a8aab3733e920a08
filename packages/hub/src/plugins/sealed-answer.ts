// An answer as it is stored: sealed with a key that needs both the hub's secret and the caller's Idempotency-Key,
// because answers may carry a token that is shown once, and a stolen database must not show it again.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

const keyFor = (hubSecret: Uint8Array, idempotencyKey: string) =>
  new Uint8Array(hkdfSync('sha256', hubSecret, idempotencyKey, 'bongsu/stored-answer/v1', 32))

export function sealAnswer(answer: StoredAnswer, hubSecret: Uint8Array, idempotencyKey: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyFor(hubSecret, idempotencyKey), nonce)
  const sealed = [cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()]
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()])
}

/** @throws Error when the bytes were altered or sealed with another key */
export function openAnswer(sealed: Uint8Array, hubSecret: Uint8Array, idempotencyKey: string): StoredAnswer {
  const bytes = Buffer.from(sealed)
  const decipher = createDecipheriv(
    'aes-256-gcm',
    keyFor(hubSecret, idempotencyKey),
    bytes.subarray(0, NONCE_BYTES),
  )
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const opened = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]
  return JSON.parse(Buffer.concat(opened).toString('utf8')) as StoredAnswer
}
