// Windows brought to their places on real X servers: without a window manager, with one that speaks EWMH and with one
// that does not.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@bongsu/foundation'
import {
  createDisplay,
  type Display,
  type DisplayLaunch,
} from '../../../packages/agent/src/display/display.ts'
import type { PixelRectangle } from '../../../packages/agent/src/display/x11/requests.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startXServer, type XServer } from '../../infra/x-server.ts'
import { environmentOf, program, screenOf, startOpenbox, startTwm, windowOf, xClients } from './x-clients.ts'

type Wish = NonNullable<NonNullable<DisplayLaunch['profile']>['display']>

interface Scene {
  readonly x: XServer
  readonly clients: ReturnType<typeof xClients>
  readonly display: Display
  readonly wishes: Map<string, Partial<Wish>>
  readonly tilesFile: string
}

function displayWith(t: TestContext, x: XServer, wishes: Scene['wishes'], tilesFile: string): Display {
  return createDisplay({
    clock: systemClock,
    runDir: tempDir(t, 'run'),
    displayNumber: x.display,
    authFile: x.authFile,
    tilesFile,
    launches: () =>
      [...wishes].map(([launchId, wish]) => ({
        launchId,
        containerIds: [],
        profile: { display: { required: true, ...wish } },
      })),
  })
}

async function scene(t: TestContext, manager: 'none' | 'twm' | 'openbox'): Promise<Scene> {
  const x = await startXServer(t)
  const clients = xClients(t, x)
  if (manager === 'twm') await startTwm(clients, x)
  if (manager === 'openbox') await startOpenbox(clients, x)
  const tilesFile = join(tempDir(t, 'tiles'), 'tiles.json')
  const wishes: Scene['wishes'] = new Map()
  const display = displayWith(t, x, wishes, tilesFile)
  return { x, clients, display, wishes, tilesFile }
}

const geometryOf = async (x: XServer, hostname: string): Promise<PixelRectangle> =>
  (await windowOf(screenOf(x), hostname)).geometry

async function placed(
  { x, display }: Scene,
  hostname: string,
  area: readonly [x: number, y: number, width: number, height: number],
): Promise<void> {
  const [left, top, widthPixels, heightPixels] = area
  await waitFor(
    async () => {
      await display.check({ hostname, motion: 'still' })
      return geometryOf(x, hostname)
    },
    {
      what: `${hostname} at ${area.join()}`,
      until: (is) =>
        is.x === left && is.y === top && is.widthPixels === widthPixels && is.heightPixels === heightPixels,
    },
  )
}

for (const manager of ['none', 'twm', 'openbox'] as const) {
  test(`full screen, with window manager: ${manager}`, async (t) => {
    const all = await scene(t, manager)
    all.wishes.set('lau-a', { placement: 'fullscreen' })
    await all.clients.start(['xclock', '-geometry', '200x150+40+50'], { hostname: 'lau-a' })
    await windowOf(screenOf(all.x), 'lau-a')
    await placed(all, 'lau-a', [0, 0, 1280, 720])
    const picture = await waitFor(() => all.display.check({ hostname: 'lau-a', motion: 'still' }), {
      what: 'it is painted in its new size',
      until: ({ verdict }) => verdict === 'visible',
    })
    assert.deepEqual([picture.widthPixels, picture.heightPixels, picture.notes], [1280, 720, undefined])
  })
}

test('four launches in four tiles lie side by side, and a fifth is told that it shares one', async (t) => {
  const all = await scene(t, 'none')
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    all.wishes.set(`lau-${name}`, { placement: 'tile:2x2' })
    await all.clients.start(['xclock'], { hostname: `lau-${name}` })
    await windowOf(screenOf(all.x), `lau-${name}`)
  }
  await placed(all, 'lau-a', [0, 0, 640, 360])
  await placed(all, 'lau-b', [640, 0, 640, 360])
  await placed(all, 'lau-c', [0, 360, 640, 360])
  await placed(all, 'lau-d', [640, 360, 640, 360])
  const fifth = await all.display.check({ hostname: 'lau-e', motion: 'still' })
  assert.equal(fifth.notes?.[0]?.code, 'AGENT_PLACEMENT_FULL')
})

test('a tile is kept when others go, when the program is started again and when the agent is', async (t) => {
  const all = await scene(t, 'none')
  for (const name of ['a', 'b']) all.wishes.set(`lau-${name}`, { placement: 'tile:2x1' })
  await all.clients.start(['xclock'], { hostname: 'lau-a' })
  const second = await all.clients.start(['xclock'], { hostname: 'lau-b' })
  await Promise.all(['lau-a', 'lau-b'].map((hostname) => windowOf(screenOf(all.x), hostname)))
  await placed(all, 'lau-b', [640, 0, 640, 720])
  all.wishes.delete('lau-a')
  await second.stop()
  await all.clients.start(['xclock', '-geometry', '100x100+0+0'], { hostname: 'lau-b' })
  await windowOf(screenOf(all.x), 'lau-b')
  await placed(all, 'lau-b', [640, 0, 640, 720])
  const again = { ...all, display: displayWith(t, all.x, all.wishes, all.tilesFile) }
  await placed(again, 'lau-b', [640, 0, 640, 720])
})

test('a geometry is kept on the output, frame and all, with a window manager', async (t) => {
  const all = await scene(t, 'openbox')
  all.wishes.set('lau-a', { placement: '400x300+1200+20' })
  await all.clients.start(['xclock'], { hostname: 'lau-a' })
  await windowOf(screenOf(all.x), 'lau-a')
  const geometry = await waitFor(
    async () => {
      await all.display.check({ hostname: 'lau-a', motion: 'still' })
      return geometryOf(all.x, 'lau-a')
    },
    { what: 'it lies within the right edge', until: ({ x, widthPixels }) => x >= 880 && widthPixels > 350 },
  )
  assert.ok(geometry.x + geometry.widthPixels <= 1280, JSON.stringify(geometry))
  assert.ok(geometry.y > 20, 'below its title')
  assert.ok(geometry.y + geometry.heightPixels <= 320 + 2, JSON.stringify(geometry))
})

test('an output that is not there is told, and the primary one is used', async (t) => {
  const all = await scene(t, 'none')
  all.wishes.set('lau-a', { placement: 'fullscreen', output: 'HDMI-7' })
  await all.clients.start(['xclock'], { hostname: 'lau-a' })
  await windowOf(screenOf(all.x), 'lau-a')
  await placed(all, 'lau-a', [0, 0, 1280, 720])
  const { notes } = await all.display.check({ hostname: 'lau-a', motion: 'still' })
  assert.deepEqual(notes, [
    { code: 'AGENT_OUTPUT_NOT_FOUND', parameters: { output: 'HDMI-7', used: 'screen', outputs: 'screen' } },
  ])
})

test('a window that is moved again and again is left where somebody wants it', async (t) => {
  const all = await scene(t, 'none')
  all.wishes.set('lau-a', { placement: 'fullscreen' })
  await all.clients.start(['xclock'], { hostname: 'lau-a' })
  const { windowId } = await windowOf(screenOf(all.x), 'lau-a')
  const env = { ...process.env, ...environmentOf(all.x) }
  let moves = 0
  for (; moves < 10; moves += 1) {
    execFileSync(program('xdotool'), ['windowmove', '--sync', String(windowId), String(100 + moves), '50'], {
      env,
    })
    await all.display.check({ hostname: 'lau-a', motion: 'still' })
    if ((await geometryOf(all.x, 'lau-a')).x === 100 + moves) break
  }
  assert.ok(moves >= 2 && moves < 10, `brought back ${moves} times`)
})

test('a launch without a placement stays where its program put it', async (t) => {
  const all = await scene(t, 'none')
  all.wishes.set('lau-a', {})
  await all.clients.start(['xclock', '-geometry', '200x150+40+50'], { hostname: 'lau-a' })
  const before = (await windowOf(screenOf(all.x), 'lau-a')).geometry
  await all.display.check({ hostname: 'lau-a', motion: 'still' })
  assert.deepEqual(await geometryOf(all.x, 'lau-a'), before)
})
