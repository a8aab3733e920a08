// What differs between X servers: outputs, darkness, windows within windows, and a root without pixels.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@bongsu/foundation'
import {
  createDisplay,
  type Display,
  type DisplayLaunch,
} from '../../../packages/agent/src/display/display.ts'
import { describeScreen } from '../../../packages/agent/src/display/screen-description.ts'
import { type OtherXServer, startWeston, startXephyr, startXorgDummy } from '../../infra/other-x-servers.ts'
import { requireProgram } from '../../infra/programs.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startXServer } from '../../infra/x-server.ts'
import { readPng } from '../../support/png.ts'
import { cookieOf, environmentOf, program, screenOf, socketPathOf, windowOf, xClients } from './x-clients.ts'

type Wish = NonNullable<NonNullable<DisplayLaunch['profile']>['display']>

function displayOn(
  t: TestContext,
  x: OtherXServer,
  wishes: Readonly<Record<string, Partial<Wish>>> = {},
): Display {
  return createDisplay({
    clock: systemClock,
    runDir: tempDir(t, 'run'),
    displayNumber: x.display,
    authFile: x.authFile,
    launches: () =>
      Object.entries(wishes).map(([launchId, wish]) => ({
        launchId,
        containerIds: [],
        profile: { display: { required: true, ...wish } },
      })),
  })
}

const run = (x: OtherXServer, name: string, ...args: string[]) =>
  execFileSync(requireProgram(name, 'x11-xserver-utils'), args, {
    env: { ...process.env, ...environmentOf(x) },
  })

const describeOn = async (x: OtherXServer) =>
  describeScreen({ socketPath: socketPathOf(x), cookie: cookieOf(x), timeoutMs: 10_000 })

test('two outputs of a real Xorg are told, and windows go to the one that is meant', async (t) => {
  const x = await startXorgDummy(t)
  run(x, 'xrandr', '--addmode', 'DUMMY1', '1024x768')
  run(
    x,
    'xrandr',
    '--output',
    'DUMMY0',
    '--primary',
    '--output',
    'DUMMY1',
    '--mode',
    '1024x768',
    '--right-of',
    'DUMMY0',
  )
  // Asks the driver anew which monitors there are, as a plugged cable makes it do.
  run(x, 'xrandr', '--query')
  const description = await describeOn(x)
  assert.deepEqual(description?.outputs, [
    { name: 'DUMMY0', x: 0, y: 0, widthPixels: 1280, heightPixels: 1024, isPrimary: true },
    { name: 'DUMMY1', x: 1280, y: 0, widthPixels: 1024, heightPixels: 768, isPrimary: false },
  ])
  const clients = xClients(t, x)
  const display = displayOn(t, x, {
    'lau-a': { placement: 'fullscreen', output: 'DUMMY1' },
    'lau-b': { placement: 'tile:2x1', output: 'DUMMY0' },
    'lau-c': { placement: '300x200+10+20', output: 'DUMMY1' },
  })
  const expected: readonly (readonly [string, object])[] = [
    ['lau-a', { x: 1280, y: 0, widthPixels: 1024, heightPixels: 768 }],
    ['lau-b', { x: 0, y: 0, widthPixels: 640, heightPixels: 1024 }],
    ['lau-c', { x: 1290, y: 20, widthPixels: 300, heightPixels: 200 }],
  ]
  for (const [hostname, geometry] of expected) {
    await clients.start(['xclock'], { hostname })
    await windowOf(screenOf(x), hostname)
    await display.check({ hostname, motion: 'still' })
    assert.deepEqual((await windowOf(screenOf(x), hostname)).geometry, geometry)
  }
})

for (const [name, start] of [
  ['Xvfb', startXServer],
  ['Xorg', startXorgDummy],
] as const) {
  test(`a screen that is set to go dark is kept lit, and one that is dark is told and woken: ${name}`, async (t) => {
    const x = await start(t)
    assert.equal((await describeOn(x))?.power, 'on')
    assert.match(String(run(x, 'xset', 'q')), /timeout:\s+0/)
    await xClients(t, x).start(['xclock'], { hostname: 'lau-a' })
    await windowOf(screenOf(x), 'lau-a')
    const display = displayOn(t, x)
    const isVisible = () =>
      waitFor(() => display.check({ hostname: 'lau-a', motion: 'still' }), {
        what: 'the clock is visible',
        until: ({ verdict }) => verdict === 'visible',
      })
    await isVisible()
    run(x, 'xset', 's', '600')
    run(x, 'xset', 's', 'activate')
    const dark = await display.check({ hostname: 'lau-a', motion: 'still' })
    assert.deepEqual([dark.verdict, dark.notes], ['unknown', [{ code: 'AGENT_SCREEN_DARK' }]])
    assert.match(String(run(x, 'xset', 'q')), /timeout:\s+0/)
    await isVisible()
    run(x, 'xset', 's', 'activate')
    assert.equal((await describeOn(x))?.power, 'covered')
    assert.equal((await describeOn(x))?.power, 'on')
  })
}

test('a screen within a screen is looked at by itself', async (t) => {
  const outer = await startXServer(t)
  const x = await startXephyr(t, outer)
  await xClients(t, x).start(['xclock', '-geometry', '200x150+30+40'], { hostname: 'lau-a' })
  await windowOf(screenOf(x), 'lau-a')
  const display = displayOn(t, x)
  const picture = await waitFor(() => display.check({ hostname: 'lau-a', motion: 'still' }), {
    what: 'the clock is visible',
    until: ({ verdict }) => verdict === 'visible',
  })
  assert.deepEqual([picture.widthPixels, picture.heightPixels], [200, 150])
  const outside = await displayOn(t, outer).check({ hostname: 'lau-a', motion: 'still' })
  assert.equal(outside.verdict, 'no_window')
})

test('where the root has no pixels, windows are judged and taken by themselves, masks and all', async (t) => {
  const x = await startWeston(t)
  const env = { ...process.env, DISPLAY: x.displayName }
  // Anybody of this uid gets in without a cookie; the first client starts the server.
  const clock = spawn(
    requireProgram('unshare', 'util-linux'),
    ['--uts', 'sh', '-c', 'hostname lau-a && exec "$0" -geometry 300x200', program('xclock')],
    { env, stdio: 'ignore' },
  )
  t.after(() => void clock.kill())
  const display = displayOn(t, x, {
    'lau-a': { masks: [{ x: 0, y: 0, width: 0.5, height: 1 }] },
  })
  const state = await waitFor(() => display.state(), {
    what: 'the display is ready',
    until: ({ kind }) => kind === 'ready',
  })
  assert.equal(state.kind === 'ready' && state.display.serverKind, 'xwayland')
  await waitFor(() => display.check({ hostname: 'lau-a', motion: 'still' }), {
    what: 'the clock is visible',
    until: ({ verdict }) => verdict === 'visible',
  })
  const shot = await display.screenshot({ hostname: 'lau-a' })
  assert.ok(shot.kind === 'taken', JSON.stringify(shot))
  const { rgb, width, height, colours } = readPng(shot.png)
  assert.deepEqual([width, height], [300, 200])
  assert.ok(colours > 1)
  const whites = (from: number, to: number) => {
    let count = 0
    for (let y = 0; y < height; y += 1) {
      for (let left = from; left < to; left += 1) if (rgb[(y * width + left) * 3] === 0xff) count += 1
    }
    return count
  }
  assert.equal(whites(0, 150), 0)
  assert.ok(whites(150, 300) > 1000)
  const screen = await display.screenshot({})
  assert.ok(screen.kind === 'taken', JSON.stringify(screen))
  assert.ok(readPng(screen.png).colours > 1, 'the whole screen is put together from its windows')
})
