// Which windows are there and whose they are, with real toolkits, with and without a window manager.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { totalArea } from '../../../packages/agent/src/display/rectangles.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startXServer, type XServer } from '../../infra/x-server.ts'
import { environmentOf, program, screenOf, startTwm, windowOf, xClients } from './x-clients.ts'

function xdotool(x: XServer, ...args: string[]): string {
  return execFileSync(program('xdotool'), args, {
    encoding: 'utf8',
    env: { ...process.env, ...environmentOf(x) },
  })
}

test('every program is listed with the hostname of where it runs, its title and its place', async (t) => {
  const x = await startXServer(t)
  const clients = xClients(t, x)
  await Promise.all([
    clients.start(['xclock', '-geometry', '200x150+10+20'], { hostname: 'lau-clock' }),
    clients.start(['xeyes', '-geometry', '300x200+400+20'], { hostname: 'lau-eyes' }),
    clients.start(['xmessage', '-geometry', '300x100+10+400', 'hello'], { hostname: 'lau-message' }),
  ])
  const screen = screenOf(x)
  const seen = await waitFor(() => screen.listWindows(), {
    what: 'three viewable windows',
    until: (windows) => windows.filter(({ state }) => state === 'viewable').length === 3,
  })
  const found = Object.fromEntries(
    seen.map(({ clientMachine, title, windowClass, role, geometry }) => [
      clientMachine,
      { title, windowClass, role, width: geometry.widthPixels, height: geometry.heightPixels },
    ]),
  )
  assert.deepEqual(found, {
    'lau-clock': { title: 'xclock', windowClass: 'XClock', role: 'top_level', width: 200, height: 150 },
    'lau-eyes': { title: 'xeyes', windowClass: 'XEyes', role: 'top_level', width: 300, height: 200 },
    'lau-message': { title: 'xmessage', windowClass: 'Xmessage', role: 'top_level', width: 300, height: 100 },
  })
  const clock = seen.find(({ clientMachine }) => clientMachine === 'lau-clock')
  assert.deepEqual([clock?.geometry.x, clock?.geometry.y], [11, 21], 'content begins within the border of 1')
})

test('a Korean title is read as it was written', async (t) => {
  const x = await startXServer(t)
  await xClients(t, x).start(['xclock'], { hostname: 'lau-a' })
  const screen = screenOf(x)
  const { windowId } = await windowOf(screen, 'lau-a')
  const name = ['-f', '_NET_WM_NAME', '8u', '-set', '_NET_WM_NAME', '사람 검출 — 1번 카메라']
  const env = { ...process.env, ...environmentOf(x), LC_ALL: 'C.UTF-8' }
  execFileSync(program('xprop'), ['-id', String(windowId), ...name], { env })
  const title = async () => (await windowOf(screen, 'lau-a')).title
  await waitFor(title, { what: 'the new title', until: (text) => text === '사람 검출 — 1번 카메라' })
})

test('a window manager frames windows, and they are still found with their own geometry', async (t) => {
  const x = await startXServer(t)
  const clients = xClients(t, x)
  await startTwm(clients, x)
  await clients.start(['xclock', '-geometry', '200x150+50+60'], { hostname: 'lau-a' })
  const screen = screenOf(x)
  const window = await windowOf(screen, 'lau-a')
  assert.deepEqual([window.geometry.widthPixels, window.geometry.heightPixels], [200, 150])
  assert.equal(totalArea(window.shownParts), 200 * 150)

  xdotool(x, 'windowminimize', String(window.windowId))
  const minimised = await windowOf(screen, 'lau-a', 'iconic')
  assert.deepEqual(minimised.shownParts, [])
})

test('what lies above a window and beyond the edge of the screen is not shown of it', async (t) => {
  const x = await startXServer(t)
  const clients = xClients(t, x)
  const screen = screenOf(x)
  await clients.start(['xlogo', '-bw', '0', '-geometry', '400x400+0+0'], { hostname: 'lau-below' })
  assert.equal(totalArea((await windowOf(screen, 'lau-below')).shownParts), 400 * 400)

  await clients.start(['xlogo', '-bw', '0', '-geometry', '400x400+200+0'], { hostname: 'lau-above' })
  const above = await windowOf(screen, 'lau-above')
  assert.deepEqual((await windowOf(screen, 'lau-below')).shownParts, [
    { x: 0, y: 0, widthPixels: 200, heightPixels: 400 },
  ])
  assert.equal(totalArea(above.shownParts), 400 * 400)

  xdotool(x, 'windowmove', String(above.windowId), '1180', '620')
  await waitFor(async () => totalArea((await windowOf(screen, 'lau-above')).shownParts), {
    what: 'only a corner is on the screen',
    until: (area) => area === 100 * 100,
  })
})

test('windows that come and go while we look disturb nothing', async (t) => {
  const x = await startXServer(t)
  const clients = xClients(t, x)
  await clients.start(['xclock'], { hostname: 'lau-steady' })
  const screen = screenOf(x)
  await windowOf(screen, 'lau-steady')
  let isOver = false
  const churn = (async () => {
    for (let round = 0; round < 8; round += 1) await (await clients.start(['xlogo'])).stop()
    isOver = true
  })()
  while (!isOver) {
    const windows = await screen.listWindows()
    assert.ok(windows.some(({ clientMachine }) => clientMachine === 'lau-steady'))
    for (const window of windows) await screen.captureWindow(window)
  }
  await churn
})
