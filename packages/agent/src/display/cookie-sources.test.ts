import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type CookieSource, cookieSources, readCookies } from './cookie-sources.ts'
import { encodeAuthFile, MAX_AUTH_FILE_BYTES, wildEntry } from './x11/auth-file.ts'
import { XCookie } from './x11/x-cookie.ts'

const query = {
  displayNumber: 0,
  serverAuthFile: '/srv/auth',
  pinnedAuthFile: undefined,
  environmentFiles: ['/opt/kiosk/Xauthority', '/srv/auth'],
  userNames: ['kiosk'],
  homes: ['/home/kiosk'],
  sessionUids: [1000],
}

test('the server own file comes first, the home last', () => {
  assert.deepEqual(
    cookieSources(query).map(({ path }) => path),
    [
      '/srv/auth',
      '/opt/kiosk/Xauthority',
      '/run/user/1000/gdm/Xauthority',
      '/run/user/1000/.mutter-Xwaylandauth.*',
      '/run/user/1000/xauth_*',
      '/tmp/xauth_*',
      '/run/lightdm/root/:0',
      '/var/run/lightdm/kiosk/xauthority',
      '/tmp/serverauth.*',
      '/home/kiosk/.Xauthority',
    ],
  )
})

test('a configured file is the only source', () => {
  assert.deepEqual(cookieSources({ ...query, pinnedAuthFile: '/etc/x' }), [
    { path: '/etc/x', origin: 'pinned' },
  ])
})

const display = { number: 0, hostname: 'here' }
const session = (path: string): CookieSource => ({ path, origin: 'session' })
const authFile = (fill: number) => encodeAuthFile([wildEntry(0, new XCookie(Buffer.alloc(16, fill)))])

async function root(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bongsu-root-'))
  t.after(() => rm(directory, { recursive: true }))
  await mkdir(join(directory, 'run'))
  return directory
}

test('a pattern matches the files whose suffix changes with each login', async (t) => {
  const rootDir = await root(t)
  await writeFile(join(rootDir, 'run/.mutter-Xwaylandauth.B'), authFile(2))
  await writeFile(join(rootDir, 'run/.mutter-Xwaylandauth.A'), authFile(1))
  await writeFile(join(rootDir, 'run/other'), authFile(3))
  const cookies = readCookies(session('/run/.mutter-Xwaylandauth.*'), display, rootDir)
  assert.deepEqual(
    cookies.map((cookie) => cookie.reveal()[0]),
    [1, 2],
  )
})

test('what is no file of sane size holds no cookie and never blocks', async (t) => {
  const rootDir = await root(t)
  await mkdir(join(rootDir, 'run/directory'))
  execFileSync('mkfifo', [join(rootDir, 'run/fifo')])
  await writeFile(join(rootDir, 'run/huge'), Buffer.alloc(MAX_AUTH_FILE_BYTES + 1))
  await writeFile(join(rootDir, 'run/junk'), 'no authority')
  for (const name of ['absent', 'directory', 'fifo', 'huge', 'junk']) {
    assert.deepEqual(readCookies(session(`/run/${name}`), display, rootDir), [])
  }
  assert.deepEqual(readCookies(session('/dev/zero'), display), [])
})
