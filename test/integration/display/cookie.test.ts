// The cookie a launch gets, judged by the programs that read cookies: xauth and real X clients.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLaunchCookieStore } from '../../../packages/agent/src/display/launch-cookie.ts'
import { encodeAuthFile, parseAuthFile } from '../../../packages/agent/src/display/x11/auth-file.ts'
import { requireProgram } from '../../infra/programs.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { startXServer, type XServer } from '../../infra/x-server.ts'
import { cookieOf, program } from './x-clients.ts'

const xauth = (file: string, ...args: string[]): string =>
  execFileSync(program('xauth'), ['-q', '-f', file, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

test('xauth reads what we write, and we write what xauth wrote', async (t) => {
  const x = await startXServer(t)
  const directory = await createLaunchCookieStore(tempDir(t)).write({
    launchId: 'lau-a',
    displayNumber: x.display,
    cookie: cookieOf(x),
    uid: 0,
    gid: 0,
  })
  const hex = (text: string) => Buffer.from(text).toString('hex')
  const number = String(x.display)
  const length = (text: string) => text.length.toString(16).padStart(4, '0')
  assert.equal(
    xauth(join(directory, 'Xauthority'), 'nlist').trim(),
    [
      'ffff 0000 ',
      length(number),
      hex(number),
      '0012',
      hex('MIT-MAGIC-COOKIE-1'),
      '0010',
      cookieOf(x).reveal().toString('hex'),
    ].join(' '),
  )

  const file = join(tempDir(t), 'by-xauth')
  for (const display of [':0', ':1', 'host.example/unix:2', '127.0.0.1:3']) {
    xauth(file, 'add', display, 'MIT-MAGIC-COOKIE-1', '00112233445566778899aabbccddeeff')
  }
  const bytes = readFileSync(file)
  const parsed = parseAuthFile(bytes)
  assert.equal(parsed.complete, true)
  assert.equal(parsed.entries.length, 4)
  assert.ok(encodeAuthFile(parsed.entries).equals(bytes))
})

/** Runs a client as a container's program is run: another hostname, another user, no capability. */
function clientOutput(x: XServer, authFile: string, uid: number) {
  const setpriv = requireProgram('setpriv', 'util-linux')
  const asUser = [
    `--reuid=${uid}`,
    `--regid=${uid}`,
    '--clear-groups',
    '--bounding-set=-all',
    '--inh-caps=-all',
  ]
  const renamed = 'hostname lau-elsewhere && exec "$@"'
  return spawnSync(
    requireProgram('unshare', 'util-linux'),
    ['--uts', 'sh', '-c', renamed, 'sh', setpriv, ...asUser, requireProgram('xdpyinfo', 'x11-utils')],
    { encoding: 'utf8', env: { ...process.env, DISPLAY: x.displayName, XAUTHORITY: authFile } },
  )
}

test('the cookie opens the display under another hostname, for its user and nobody else', async (t) => {
  assert.equal(process.getuid?.(), 0, 'running as another user needs root: run the tests as root')
  const x = await startXServer(t)
  const runDir = tempDir(t)
  chmodSync(runDir, 0o755)
  const directory = await createLaunchCookieStore(runDir).write({
    launchId: 'lau-a',
    displayNumber: x.display,
    cookie: cookieOf(x),
    uid: 12_345,
    gid: 12_345,
  })
  const authFile = join(directory, 'Xauthority')
  const allowed = clientOutput(x, authFile, 12_345)
  assert.equal(allowed.status, 0, allowed.stderr)
  assert.match(allowed.stdout, /dimensions:\s+1280x720/)
  // Even root, once it has no capabilities, may not read another user's cookie.
  for (const uid of [12_346, 0]) {
    const refused = clientOutput(x, authFile, uid)
    assert.equal(refused.status, 1)
    assert.match(refused.stderr, /Authorization required/)
  }
})
