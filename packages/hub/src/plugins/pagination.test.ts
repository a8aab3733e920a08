// Cursors give back what they were made of, and nothing else is taken for one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DEFAULT_LIMIT, decodeCursor, toPage, toPageRequest, toSlice } from './pagination.ts'

test('a page names where the next one begins, the last one does not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.date({ noInvalidDate: true }), id: fc.string({ maxLength: 64 }) }), {
        maxLength: 12,
      }),
      fc.integer({ min: 1, max: 10 }),
      (read, limit) => {
        const slice = toSlice(read, limit)
        const page = toPage(slice, (item) => item, slice.items)
        const last = slice.items.at(-1)
        assert.equal(page.nextCursor !== undefined, read.length > limit)
        if (page.nextCursor === undefined || last === undefined) return
        assert.deepEqual(decodeCursor(page.nextCursor), { atMs: last.at.getTime(), id: last.id })
      },
    ),
  )
})

test('whatever is no cursor is refused by code', () => {
  const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const forged = [
    [1],
    [1, 2],
    ['1', 'a'],
    [1.5, 'a'],
    [9e15, 'a'],
    [1, 'a', 2],
    { 0: 1 },
    null,
    [1, 'a'.repeat(200)],
  ]
  for (const cursor of ['', '!', 'abc', ...forged.map(written)]) {
    assert.throws(() => decodeCursor(cursor), /HUB_INVALID_CURSOR/, cursor)
  }
  fc.assert(
    fc.property(fc.string(), (cursor) => {
      try {
        assert.equal(typeof decodeCursor(cursor).id, 'string')
      } catch (error) {
        assert.match(String(error), /HUB_INVALID_CURSOR/)
      }
    }),
  )
})

test('the limit has a default', () => {
  assert.equal(toPageRequest({}).limit, DEFAULT_LIMIT)
  assert.equal(toPageRequest({ limit: 200 }).limit, 200)
})
