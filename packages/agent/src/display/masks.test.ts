// What is masked stays masked wherever its window lies; what nobody knows is masked wholly.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { blacken, createMaskBook, maskedAreas } from './masks.ts'
import type { ScreenWindow } from './windows.ts'

const LAUNCH = 'lau-abcdefghijklmnop'
const CONTAINER = 'c'.repeat(64)
const TOP_HALF = { x: 0, y: 0, width: 1, height: 0.5 }

function window(overrides: Partial<ScreenWindow> = {}): ScreenWindow {
  const geometry = { x: 100, y: 50, widthPixels: 40, heightPixels: 30 }
  return {
    windowId: 1,
    title: undefined,
    clientMachine: LAUNCH,
    containerId: undefined,
    windowClass: undefined,
    geometry,
    depth: 24,
    visual: 33,
    state: 'viewable',
    role: 'top_level',
    isUnmanaged: false,
    shownParts: [geometry],
    ...overrides,
  }
}

function bookOf(masks: readonly (typeof TOP_HALF)[] | undefined) {
  const book = createMaskBook()
  book.learn([{ launchId: LAUNCH, containerIds: [CONTAINER], masks }])
  return book
}

const whole = { x: 100, y: 50, widthPixels: 40, heightPixels: 30 }
const topHalf = { ...whole, heightPixels: 15 }

const cases: readonly [what: string, window: ScreenWindow, areas: readonly object[]][] = [
  ['by its machine', window(), [topHalf]],
  [
    'by its container, whatever it calls itself',
    window({ clientMachine: 'me', containerId: CONTAINER }),
    [topHalf],
  ],
  ['a window of the machine’s own', window({ clientMachine: 'kiosk' }), []],
  ['a window that names no machine', window({ clientMachine: undefined }), []],
  ['another launch, never heard of', window({ clientMachine: 'lau-zzzzzzzzzzzzzzzz' }), [whole]],
  ['a container never heard of', window({ clientMachine: LAUNCH, containerId: 'd'.repeat(64) }), [whole]],
  ['a menu of a launch masked in part', window({ role: 'popup' }), []],
  [
    'a menu of a launch masked wholly',
    window({ role: 'popup', clientMachine: 'lau-zzzzzzzzzzzzzzzz' }),
    [whole],
  ],
  ['not on the screen', window({ state: 'unmapped' }), []],
  ['wholly covered, since the cover may be see-through', window({ shownParts: [] }), [topHalf]],
]
for (const [what, shown, areas] of cases) {
  test(what, () => assert.deepEqual(maskedAreas([shown], bookOf([TOP_HALF])), areas))
}

test('a launch whose profile was never known is masked wholly, and one that was known stays as it was', () => {
  assert.deepEqual(maskedAreas([window()], bookOf(undefined)), [whole])
  const book = bookOf([TOP_HALF])
  book.learn([{ launchId: LAUNCH, containerIds: [], masks: undefined }])
  assert.deepEqual(maskedAreas([window({ containerId: CONTAINER })], book), [topHalf])
})

test('what is forgotten is masked wholly', () => {
  const book = bookOf([])
  assert.deepEqual(maskedAreas([window()], book), [])
  for (let index = 0; index < 5000; index += 1) {
    book.learn([{ launchId: `other-${index}`, containerIds: [], masks: [] }])
  }
  assert.deepEqual(maskedAreas([window()], book), [whole])
})

test('every pixel of the masked share is black, and none beside it but the last half one', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const side = fc.integer({ min: 2, max: 30 })
  fc.assert(
    fc.property(share, share, share, share, side, side, (x, y, width, height, widthPixels, heightPixels) => {
      const geometry = { x: 3, y: 4, widthPixels, heightPixels }
      const areas = maskedAreas([window({ geometry })], bookOf([{ x, y, width, height }]))
      const image = { widthPixels: 40, heightPixels: 40, data: Buffer.alloc(40 * 40 * 3, 1) }
      blacken(image, areas)
      const isBlack = (column: number, row: number) => image.data[(row * 40 + column) * 3] === 0
      for (let row = 0; row < 40; row += 1) {
        for (let column = 0; column < 40; column += 1) {
          const [across, down] = [(column - 3) / widthPixels, (row - 4) / heightPixels]
          const touches =
            width > 0 &&
            height > 0 &&
            across + 1 / widthPixels > x &&
            across < x + width &&
            down + 1 / heightPixels > y &&
            down < y + height
          const isFar =
            across + 1 / widthPixels < x ||
            across > x + width ||
            down + 1 / heightPixels < y ||
            down > y + height
          if (touches) assert.ok(isBlack(column, row), `${column},${row} is shown`)
          if (isFar) assert.ok(!isBlack(column, row), `${column},${row} is hidden`)
        }
      }
    }),
  )
})
