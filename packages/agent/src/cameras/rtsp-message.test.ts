// Answers in pieces, and everything that is none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeAnswer, describesVideo } from './rtsp-message.ts'

const SDP = 'v=0\r\nm=audio 0 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\n'
const ANSWER = `RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`

test('an answer is the same however it is cut, and what follows is kept', () => {
  fc.assert(
    fc.property(fc.nat(ANSWER.length), fc.string({ unit: 'binary-ascii' }), (cut, more) => {
      const bytes = Buffer.from(ANSWER + more, 'latin1')
      const early = decodeAnswer(bytes.subarray(0, Math.min(cut, ANSWER.length - 1)))
      assert.equal(early.kind, 'more')
      const whole = decodeAnswer(bytes)
      assert.ok(whole.kind === 'answer')
      assert.equal(whole.answer.status, 200)
      assert.equal(whole.answer.body, SDP)
      assert.deepEqual(whole.answer.headers.get('cseq'), ['2'])
      assert.equal(whole.rest.toString('latin1'), more)
    }),
  )
})

const MALFORMED: readonly (readonly [string, string])[] = [
  ['another protocol', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['another protocol from its first byte', 'S'],
  ['no status', 'RTSP/1.0 OK\r\n\r\n'],
  ['a line that is no header', 'RTSP/1.0 200 OK\r\nnonsense\r\n\r\n'],
  ['a length that is none', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['a body beyond the cap', 'RTSP/1.0 200 OK\r\nContent-Length: 65537\r\n\r\n'],
  ['a head without end', `RTSP/1.0 200 OK\r\nA: ${'x'.repeat(17_000)}`],
  ['headers without number', `RTSP/1.0 200 OK\r\n${'A: b\r\n'.repeat(101)}\r\n`],
]

for (const [what, text] of MALFORMED) {
  test(`${what} is malformed`, () => assert.equal(decodeAnswer(Buffer.from(text)).kind, 'malformed'))
}

test('whatever comes, it is decided, and only what is bounded is waited for', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(bytes)),
    fc
      .string({ unit: 'binary', maxLength: 400 })
      .map((text) => Buffer.from(`RTSP/1.0 200 OK\r\n${text}\r\n\r\n`)),
  )
  fc.assert(
    fc.property(noise, (bytes) => {
      const decoded = decodeAnswer(bytes)
      if (decoded.kind === 'more') assert.ok(bytes.length <= 16 * 1024 + 4 + 64 * 1024)
      if (decoded.kind === 'answer') assert.ok(decoded.rest.length < bytes.length)
    }),
  )
})

test('video is what a description names so at the beginning of a line', () => {
  assert.ok(describesVideo(SDP))
  assert.ok(!describesVideo('v=0\r\ns=m=video \r\nm=audio 0 RTP/AVP 0\r\n'))
})
