// Pictures of real screens, compared with known colours and with another program's picture of the same screen.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Display, ScreenshotRequest } from '../../../packages/agent/src/display/display.ts'
import { requireProgram } from '../../infra/programs.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startXServer, type XServer } from '../../infra/x-server.ts'
import { displayOf, environmentOf, program, screenOf, windowOf, xClients } from './x-clients.ts'

const MAX_BUFFER = 64 << 20

async function take(display: Display, request: ScreenshotRequest = {}) {
  const shot = await display.screenshot(request)
  assert.ok(shot.kind === 'taken', JSON.stringify(shot))
  return shot
}

/** Pixels of a PNG file as another program reads them. */
function pixelsOf(file: string): Buffer {
  const convert = requireProgram('convert', 'imagemagick')
  return execFileSync(convert, [file, '-depth', '8', 'rgb:-'], { maxBuffer: MAX_BUFFER })
}

function run(x: XServer, name: string, ...args: string[]): void {
  execFileSync(program(name), args, { env: { ...process.env, ...environmentOf(x) } })
}

test('a screen of one known colour is taken in that colour', async (t) => {
  const x = await startXServer(t, { screen: '801x600x24' })
  run(x, 'xsetroot', '-solid', '#12ab34')
  const shot = await take(displayOf(t, x))
  assert.deepEqual([shot.widthPixels, shot.heightPixels], [801, 600])
  const file = join(tempDir(t), 'screen.png')
  writeFileSync(file, shot.png)
  const expected = Buffer.alloc(801 * 600 * 3)
  for (let at = 0; at < expected.length; at += 3) expected.set([0x12, 0xab, 0x34], at)
  assert.ok(pixelsOf(file).equals(expected))
})

test('every pixel is as ImageMagick takes it, on screens taller and wider than one strip', async (t) => {
  const x = await startXServer(t, { screen: '1920x1080x24' })
  const clients = xClients(t, x)
  run(x, 'xsetroot', '-gray')
  await clients.start(['xlogo', '-geometry', '700x500+900+300', '-fg', '#cc1122'])
  await clients.start(['xclock', '-update', '3600', '-geometry', '400x400+10+20'], { hostname: 'lau-a' })
  const screen = screenOf(x)
  await windowOf(screen, 'lau-a')
  // Until all is painted: two pictures in a row are equal and show both clients.
  const folder = tempDir(t)
  const [ours, theirs] = [join(folder, 'ours.png'), join(folder, 'theirs.png')]
  const display = displayOf(t, x)
  await waitFor(
    async () => {
      writeFileSync(ours, (await take(display)).png)
      run(x, 'import', '-silent', '-window', 'root', theirs)
      return pixelsOf(ours).equals(pixelsOf(theirs))
    },
    { what: 'both pictures are equal, pixel by pixel' },
  )
  assert.equal(pixelsOf(ours).length, 1920 * 1080 * 3)
  assert.ok(new Set(pixelsOf(ours)).size > 4, 'the picture shows something')
})

test('a launch is taken alone, cut at the edge of the screen', async (t) => {
  const x = await startXServer(t)
  await xClients(t, x).start(
    ['xlogo', '-bw', '0', '-bg', '#0000ff', '-fg', '#0000ff', '-geometry', '300x200+1180+0'],
    {
      hostname: 'lau-a',
    },
  )
  await windowOf(screenOf(x), 'lau-a')
  const display = displayOf(t, x)
  const file = join(tempDir(t), 'window.png')
  await waitFor(
    async () => {
      const shot = await take(display, { hostname: 'lau-a' })
      writeFileSync(file, shot.png)
      assert.equal(shot.windowTitle, 'xlogo')
      assert.deepEqual([shot.widthPixels, shot.heightPixels], [100, 200])
      return pixelsOf(file).equals(Buffer.from('0000ff'.repeat(100 * 200), 'hex'))
    },
    { what: 'the part of the window that is on the screen, in its colour' },
  )
  const none = await display.screenshot({ hostname: 'lau-other' })
  assert.deepEqual(none, { kind: 'failed', reason: { code: 'AGENT_NO_WINDOW' } })
})

test('a thumbnail fits and is a PNG that others read', async (t) => {
  const x = await startXServer(t)
  run(x, 'xsetroot', '-solid', '#ffffff')
  const shot = await take(displayOf(t, x), { maxSize: { maxWidthPixels: 320, maxHeightPixels: 320 } })
  assert.deepEqual([shot.widthPixels, shot.heightPixels], [320, 180])
  const file = join(tempDir(t), 'thumbnail.png')
  writeFileSync(file, shot.png)
  assert.ok(readFileSync(file).length < 4096)
  assert.ok(pixelsOf(file).equals(Buffer.alloc(320 * 180 * 3, 0xff)))
})

test('a screen whose pixels we do not read is a coded failure', async (t) => {
  const x = await startXServer(t, { screen: '640x480x16' })
  const shot = await displayOf(t, x).screenshot({})
  assert.equal(shot.kind === 'failed' && shot.reason.code, 'AGENT_SCREENSHOT_FAILED')
})
