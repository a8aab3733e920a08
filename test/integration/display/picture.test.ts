// Verdicts on what really is on a screen.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { waitFor } from '../../infra/wait-for.ts'
import { startXServer } from '../../infra/x-server.ts'
import {
  displayOf,
  environmentOf,
  program,
  screenOf,
  startOpenbox,
  startTwm,
  whileHalted,
  windowOf,
  xClients,
} from './x-clients.ts'

const still = (hostname: string) => ({ hostname, motion: 'still' }) as const
const moving = (hostname: string) => ({ hostname, motion: 'animates' }) as const

test('no window, a window of somebody else, a picture', async (t) => {
  const x = await startXServer(t)
  const display = displayOf(t, x)
  assert.equal((await display.check(still('lau-a'))).verdict, 'no_window')
  const clients = xClients(t, x)
  await clients.start(['xlogo'], { hostname: 'lau-b' })
  await windowOf(screenOf(x), 'lau-b')
  assert.equal((await display.check(still('lau-a'))).verdict, 'no_window')

  await clients.start(['xclock', '-geometry', '200x150+500+0'], { hostname: 'lau-a' })
  await windowOf(screenOf(x), 'lau-a')
  // A window is mapped before it is painted.
  const picture = await waitFor(() => display.check(still('lau-a')), {
    what: 'the clock is painted',
    until: ({ verdict }) => verdict !== 'black',
  })
  const { checkedAt, ...rest } = picture
  assert.deepEqual(rest, {
    verdict: 'visible',
    windowTitle: 'xclock',
    widthPixels: 200,
    heightPixels: 150,
  })
  assert.ok(Date.parse(checkedAt) > 0)
})

test('one flat colour is black, whichever colour, and the evidence names it', async (t) => {
  const x = await startXServer(t)
  await xClients(t, x).start(['xlogo', '-fg', '#123456', '-bg', '#123456'], { hostname: 'lau-a' })
  await windowOf(screenOf(x), 'lau-a')
  const display = displayOf(t, x)
  const check = await waitFor(() => display.examine(still('lau-a')), {
    what: 'the background is painted',
    until: ({ colours }) => colours?.first !== '#000000',
  })
  assert.equal(check.verdict, 'black')
  assert.deepEqual(check.colours, { isFlat: true, first: '#123456', distinctCount: 1 })
})

test('an unmapped window is told from none', async (t) => {
  const x = await startXServer(t)
  await xClients(t, x).start(['xclock'], { hostname: 'lau-a' })
  const { windowId } = await windowOf(screenOf(x), 'lau-a')
  const env = { ...process.env, ...environmentOf(x) }
  execFileSync(program('xdotool'), ['windowunmap', '--sync', String(windowId)], { env })
  const check = await displayOf(t, x).examine(still('lau-a'))
  assert.equal(check.verdict, 'unmapped')
  assert.equal(check.window?.windowId, windowId)
})

test('a program that animates is visible while it moves and frozen when it hangs', async (t) => {
  const x = await startXServer(t)
  const clients = xClients(t, x)
  const clock = await clients.start(['xclock', '-update', '1'], { hostname: 'lau-a' })
  await windowOf(screenOf(x), 'lau-a')
  const display = displayOf(t, x)
  const check = await waitFor(() => display.examine(moving('lau-a')), {
    what: 'the clock is painted',
    until: ({ verdict }) => verdict !== 'black',
  })
  assert.equal(check.verdict, 'visible')
  assert.ok((check.changedShare ?? 0) > 0)
  await whileHalted(clock.pid, async () => {
    const halted = await display.examine(moving('lau-a'))
    assert.equal(halted.verdict, 'frozen')
    assert.equal(halted.changedShare, 0)
  })
})

test('a window wholly beneath another is unknown, since nothing of it is on the glass', async (t) => {
  const x = await startXServer(t)
  const clients = xClients(t, x)
  await clients.start(['xclock', '-geometry', '100x100+50+50'], { hostname: 'lau-a' })
  await windowOf(screenOf(x), 'lau-a')
  await clients.start(['xlogo', '-geometry', '300x300+0+0'], { hostname: 'lau-b' })
  await windowOf(screenOf(x), 'lau-b')
  const check = await displayOf(t, x).examine(still('lau-a'))
  assert.deepEqual([check.verdict, check.note, check.window?.shownShare], ['unknown', 'hidden', 0])
})

test('a display that goes away or hangs makes a verdict unknown, never wrong', async (t) => {
  const x = await startXServer(t)
  await xClients(t, x).start(['xclock'], { hostname: 'lau-a' })
  await windowOf(screenOf(x), 'lau-a')
  const display = displayOf(t, x)
  await display.state()
  const controller = new AbortController()
  await whileHalted(x.pid, async () => {
    const reason = new Error('stopping')
    const check = display.check(still('lau-a'), controller.signal)
    controller.abort(reason)
    await assert.rejects(check, reason)
  })
  await x.stop()
  const check = await display.examine(still('lau-a'))
  assert.deepEqual([check.verdict, check.note], ['unknown', 'display_not_ready'])
  assert.deepEqual(await display.screenshot({}), { kind: 'failed', reason: { code: 'AGENT_NO_DISPLAY' } })
})

for (const manager of ['none', 'twm', 'openbox'] as const) {
  test(`every verdict, window by window and launch by launch, with window manager: ${manager}`, async (t) => {
    const x = await startXServer(t)
    const clients = xClients(t, x)
    const env = { ...process.env, ...environmentOf(x) }
    if (manager === 'twm') await startTwm(clients, x)
    if (manager === 'openbox') await startOpenbox(clients, x)
    // Side by side, also with what a window manager draws around them.
    await clients.start(['xclock', '-update', '1', '-geometry', '150x150+10+40'], { hostname: 'lau-moves' })
    await clients.start(['xclock', '-update', '3600', '-geometry', '150x150+210+40'], {
      hostname: 'lau-hangs',
    })
    const flat = ['-fg', '#102030', '-bg', '#102030', '-bd', '#102030']
    await clients.start(['xlogo', ...flat, '-geometry', '150x150+410+40'], { hostname: 'lau-black' })
    await clients.start(['xlogo', '-geometry', '150x150+610+40'], { hostname: 'lau-hidden' })
    const screen = screenOf(x)
    for (const name of ['moves', 'hangs', 'black', 'hidden']) await windowOf(screen, `lau-${name}`)
    // A second window of one launch, and one of another container of it, which shares the hostname.
    await clients.start(['xlogo', ...flat, '-geometry', '150x150+10+340'], { hostname: 'lau-moves' })
    const hidden = await windowOf(screen, 'lau-hidden')
    execFileSync(program('xdotool'), ['windowunmap', '--sync', String(hidden.windowId)], { env })
    const display = displayOf(t, x)
    const verdicts = async () => {
      const names = ['moves', 'hangs', 'black', 'hidden', 'nobody']
      const checks = names.map((name) =>
        display.check(name === 'black' ? still(`lau-${name}`) : moving(`lau-${name}`)),
      )
      return (await Promise.all(checks)).map(({ verdict }) => verdict)
    }
    const expected = ['visible', 'frozen', 'black', 'unmapped', 'no_window']
    await waitFor(verdicts, {
      what: expected.join(),
      until: (found) => found.join() === expected.join(),
    })
  })
}

test('a full-screen window that bypasses the window manager is a picture like any other', async (t) => {
  const x = await startXServer(t)
  const clients = xClients(t, x)
  await clients.start(['xclock', '-geometry', '200x200'], { hostname: 'lau-a' })
  const screen = screenOf(x)
  const { windowId } = await windowOf(screen, 'lau-a')
  const env = { ...process.env, ...environmentOf(x) }
  const xdotool = (...args: string[]) => execFileSync(program('xdotool'), args, { env })
  const id = String(windowId)
  xdotool('windowunmap', '--sync', id, 'set_window', '--overrideredirect', '1', id, 'windowmap', '--sync', id)
  xdotool('windowsize', id, '1280', '720', 'windowmove', id, '0', '0')
  // A window manager that comes later leaves it alone; one that has it already would not let go at once.
  await startOpenbox(clients, x)
  const display = displayOf(t, x)
  const picture = await waitFor(() => display.check(still('lau-a')), {
    what: 'it fills the screen and is painted',
    until: ({ verdict, widthPixels }) => verdict === 'visible' && widthPixels === 1280,
  })
  assert.equal(picture.heightPixels, 720)
})
