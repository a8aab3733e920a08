import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { checkPicture, type PictureVerdict } from './picture-check.ts'
import type { Screen, WindowPicture } from './screen.ts'
import { type ScreenWindow, windowsOf } from './windows.ts'

const geometry = { x: 0, y: 0, widthPixels: 40, heightPixels: 40 }

function window(overrides: Partial<ScreenWindow> = {}): ScreenWindow {
  return {
    windowId: 1,
    title: '검출',
    clientMachine: 'lau-a',
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

function picture(...changes: [index: number, value: number][]): WindowPicture {
  const data = Buffer.alloc(40 * 40 * 3)
  for (const [index, value] of changes) data[index] = value
  return { image: { widthPixels: 40, heightPixels: 40, data }, parts: [geometry] }
}

/** Shows the given frames of each window one after another, the last one for ever. */
function fakeScreen(
  windows: readonly ScreenWindow[],
  frames: Readonly<Record<number, readonly (WindowPicture | undefined)[]>> = {},
): Screen {
  const shown = new Map<number, number>()
  return {
    listWindows: async () => [...windows],
    captureWindow: async ({ windowId }) => {
      const index = shown.get(windowId) ?? 0
      shown.set(windowId, index + 1)
      const own = frames[windowId] ?? []
      return own[Math.min(index, own.length - 1)]
    },
    photograph: () => Promise.reject(new Error('not asked for')),
  }
}

/** Moves the clock whenever the check waits for it, until the check has ended. */
async function drive<T>(clock: ManualClock, check: Promise<T>, stepMs: number): Promise<T> {
  let ended = false
  const settled = check.finally(() => {
    ended = true
  })
  while (!ended) {
    if (clock.waiting > 0) await clock.advance(stepMs)
    else await new Promise((resolve) => setImmediate(resolve))
  }
  return settled
}

const still = { hostname: 'lau-a', motion: 'still' } as const
const moving = { hostname: 'lau-a', motion: 'animates' } as const
const flat = picture()
const drawn = picture([100, 200])

test('a still launch is judged by its windows', async () => {
  const unmapped = window({ state: 'unmapped', shownParts: [] })
  const table: [string, Screen, PictureVerdict][] = [
    ['no window at all', fakeScreen([]), 'no_window'],
    [
      'a window of another launch',
      fakeScreen([window({ clientMachine: 'lau-b' })], { 1: [drawn] }),
      'no_window',
    ],
    ['only a tooltip', fakeScreen([window({ role: 'popup' })], { 1: [drawn] }), 'no_window'],
    ['an unmapped window', fakeScreen([unmapped]), 'unmapped'],
    ['a minimised window', fakeScreen([window({ state: 'iconic', shownParts: [] })]), 'unmapped'],
    [
      'only the toolkit leader, never mapped',
      fakeScreen([{ ...unmapped, geometry: { ...geometry, widthPixels: 10, heightPixels: 10 } }]),
      'no_window',
    ],
    ['one flat colour', fakeScreen([window()], { 1: [flat] }), 'black'],
    ['something drawn', fakeScreen([window()], { 1: [drawn] }), 'visible'],
    ['covered by another', fakeScreen([window({ shownParts: [] })], { 1: [drawn] }), 'unknown'],
    ['gone while we looked', fakeScreen([window()], { 1: [undefined] }), 'unknown'],
    [
      'an empty large window and a drawn small one',
      fakeScreen([window(), window({ windowId: 2, shownParts: [{ ...geometry, widthPixels: 5 }] })], {
        1: [flat],
        2: [drawn],
      }),
      'visible',
    ],
  ]
  for (const [name, screen, verdict] of table) {
    const check = await checkPicture(still, { screen, clock: new ManualClock() })
    assert.equal(check.verdict, verdict, name)
    assert.equal(check.note !== undefined, verdict === 'unknown', name)
  }
})

test('the evidence names the window, its place and its colours', async () => {
  const half = { ...geometry, widthPixels: 20 }
  const screen = fakeScreen([window({ shownParts: [half] })], {
    1: [{ ...picture([30, 200]), parts: [half] }],
  })
  const clock = new ManualClock(new Date('2026-11-23T00:00:00Z'))
  assert.deepEqual(await checkPicture(still, { screen, clock }), {
    verdict: 'visible',
    checkedAt: new Date('2026-11-23T00:00:00Z'),
    window: { windowId: 1, title: '검출', geometry, shownShare: 0.5 },
    colours: { isFlat: false, first: '#000000', distinctCount: 2 },
  })
})

test('a launch that animates is visible at the first frame that differs', async () => {
  const moved = picture([100, 201])
  const screen = fakeScreen([window()], { 1: [drawn, drawn, moved] })
  const clock = new ManualClock()
  const check = checkPicture(moving, { screen, clock, frameIntervalMs: 100 })
  const { verdict, changedShare } = await drive(clock, check, 100)
  assert.equal(verdict, 'visible')
  assert.equal(changedShare, 1 / 1600)
})

test('a launch that animates but stands still is frozen after its time', async () => {
  const screen = fakeScreen([window()], { 1: [drawn] })
  const clock = new ManualClock()
  const check = checkPicture(moving, { screen, clock, frameIntervalMs: 100, frozenAfterMs: 1000 })
  const { verdict, changedShare, checkedAt } = await drive(clock, check, 100)
  assert.equal(verdict, 'frozen')
  assert.equal(changedShare, 0)
  assert.equal(checkedAt.getTime(), new Date('2026-01-01T00:00:01Z').getTime())
})

test('a window that was covered meanwhile has not moved by itself', async () => {
  const base = fakeScreen([window()], { 1: [drawn, picture([100, 7])] })
  let lists = 0
  const screen: Screen = {
    ...base,
    listWindows: async () => {
      lists += 1
      return [window({ shownParts: lists === 1 ? [geometry] : [] })]
    },
  }
  const clock = new ManualClock()
  const { verdict, note } = await drive(clock, checkPicture(moving, { screen, clock }), 250)
  assert.deepEqual([verdict, note], ['unknown', 'window_changed'])
})

test('an aborted check ends with the reason of the signal', async () => {
  const screen = fakeScreen([window()], { 1: [drawn] })
  const clock = new ManualClock()
  const controller = new AbortController()
  const check = checkPicture(moving, { screen, clock }, controller.signal)
  const reason = new Error('stopping')
  const rejected = assert.rejects(check, reason)
  while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
  controller.abort(reason)
  await rejected
})

test('windows of a launch are told by the process behind them, else by their client machine', () => {
  const all = [
    window(),
    window({ windowId: 2, clientMachine: undefined }),
    window({ windowId: 3, role: 'popup' }),
    window({ windowId: 4, clientMachine: undefined, containerId: 'c1' }),
    // Says it is another one.
    window({ windowId: 5, clientMachine: 'lau-a', containerId: 'c2' }),
  ]
  const idsOf = (containerIds?: readonly string[]) =>
    windowsOf(all, { hostname: 'lau-a', containerIds }).map(({ windowId }) => windowId)
  assert.deepEqual(idsOf(['c1']), [1, 4])
  assert.deepEqual(idsOf(['c2', 'c3']), [1, 5])
  assert.deepEqual(idsOf(), [1, 5])
})
