// However the agent's bytes are cut, the client gets whole parts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createFrameParts, LAST_BOUNDARY, problemPart } from './live-frames.ts'

const AT = new Date('2026-01-01T00:00:00Z')

function framed(frames: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    frames.flatMap((frame) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(frame.length)
      return [length, frame]
    }),
  )
}

/** Reads an answer as a client does. */
function partsOf(answer: Buffer): { type: string; body: Buffer }[] {
  const parts: { type: string; body: Buffer }[] = []
  for (let at = 0; at < answer.length; ) {
    const headEnd = answer.indexOf('\r\n\r\n', at)
    if (headEnd < 0) break
    const head = answer.toString('latin1', at, headEnd)
    assert.match(head, /^--bongsu-frame\r\n/)
    const length = Number(/Content-Length: (\d+)/.exec(head)?.[1])
    const type = /Content-Type: (\S+)/.exec(head)?.[1] ?? ''
    parts.push({ type, body: answer.subarray(headEnd + 4, headEnd + 4 + length) })
    at = headEnd + 4 + length + 2
  }
  return parts
}

test('frames come out whole, however they were cut', () => {
  const frame = fc.uint8Array({ minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 60 })),
      (frames, cuts) => {
        const parts = createFrameParts()
        let rest = framed(frames)
        const out: Buffer[] = []
        for (const cut of [...cuts, rest.length]) {
          const sent = parts.take(rest.subarray(0, cut), AT)
          assert.ok(sent)
          out.push(...sent)
          rest = rest.subarray(cut)
        }
        assert.equal(parts.isAtRest(), true)
        const got = partsOf(Buffer.concat(out))
        assert.deepEqual(
          got.map(({ body }) => Buffer.from(body).toString('hex')),
          frames.map((bytes) => Buffer.from(bytes).toString('hex')),
        )
        assert.ok(got.every(({ type }) => type === 'image/png'))
      },
    ),
  )
})

test('an empty or enormous frame is no frame', () => {
  for (const length of [0, 0xffffffff]) {
    const bytes = Buffer.alloc(5)
    bytes.writeUInt32BE(length)
    assert.equal(createFrameParts().take(bytes, AT), undefined)
  }
})

test('within a frame there is no rest', () => {
  const parts = createFrameParts()
  parts.take(framed([new Uint8Array(10)]).subarray(0, 6), AT)
  assert.equal(parts.isAtRest(), false)
})

test('the reason of a broken view is a part of its own, before the last boundary', () => {
  const [part, ...more] = partsOf(Buffer.concat([problemPart({ code: 'AGENT_NO_WINDOW' }), LAST_BOUNDARY]))
  assert.equal(part?.type, 'application/problem+json')
  assert.deepEqual(JSON.parse(part?.body.toString() ?? ''), { code: 'AGENT_NO_WINDOW' })
  assert.equal(more.length, 0)
})
