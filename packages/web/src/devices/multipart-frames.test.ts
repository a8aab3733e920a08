import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LivePart, LivePartReader } from './multipart-frames.ts'

const encoder = new TextEncoder()
const part = (type: string, body: Uint8Array, more = '') =>
  Buffer.concat([
    encoder.encode(
      `--bongsu-frame\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n${more}\r\n`,
    ),
    body,
    encoder.encode('\r\n'),
  ])
const at = '2026-11-23T00:00:00.000Z'
const frames = [Uint8Array.of(1, 2, 3), encoder.encode('--bongsu-frame\r\n\r\n'), new Uint8Array(5000)]
const problem = { code: 'AGENT_NO_DISPLAY', title: '없음' }
const stream = Buffer.concat([
  ...frames.map((frame) => part('image/png', frame, `Bongsu-Received-At: ${at}\r\n`)),
  part('application/problem+json', encoder.encode(JSON.stringify(problem))),
  encoder.encode('--bongsu-frame--\r\n'),
])

test('frames and the problem that ends a view are read, however the bytes are cut', () => {
  for (const size of [1, 2, 3, 7, 64, 100, 1000, stream.length]) {
    const reader = new LivePartReader()
    const parts: LivePart[] = []
    for (let offset = 0; offset < stream.length; offset += size) {
      parts.push(...reader.push(stream.subarray(offset, offset + size)))
    }
    const expected = frames.map((png) => ({ kind: 'frame', png: [...png], receivedAt: at }))
    const read = parts.map((one) => (one.kind === 'frame' ? { ...one, png: [...one.png] } : one))
    assert.deepEqual(read, [...expected, { kind: 'problem', text: JSON.stringify(problem) }])
  }
})

test('what is no live view is told', () => {
  assert.throws(() => new LivePartReader().push(new Uint8Array(5000)), RangeError)
  assert.throws(
    () => new LivePartReader().push(encoder.encode('--x\r\nContent-Type: image/png\r\n\r\n')),
    RangeError,
  )
  assert.throws(
    () => new LivePartReader().push(encoder.encode('--x\r\nContent-Length: 999999999\r\n\r\n')),
    RangeError,
  )
})
