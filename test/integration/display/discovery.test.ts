// Finding the display of a machine that really runs X servers.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Clock, ManualClock, systemClock } from '@bongsu/foundation'
import { createDiscovery } from '../../../packages/agent/src/display/discovery.ts'
import { createDisplay, type DisplayOptions } from '../../../packages/agent/src/display/display.ts'
import type { DisplayState } from '../../../packages/agent/src/display/display-state.ts'
import { encodeAuthFile, wildEntry } from '../../../packages/agent/src/display/x11/auth-file.ts'
import { XCookie } from '../../../packages/agent/src/display/x11/x-cookie.ts'
import { plainPrivileges } from '../../../packages/agent/src/privileged/plain-privileges.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startXServer, type XServer } from '../../infra/x-server.ts'
import { cookieOf, displayOf, socketPathOf, whileHalted } from './x-clients.ts'

const clock = systemClock

type LookOptions = Pick<
  DisplayOptions,
  'displayNumber' | 'authFile' | 'socketDir' | 'rootDir' | 'probeTimeoutMs' | 'greeter'
>

/** One look at the machine, with what this process may do itself. */
function discoverDisplay(options: LookOptions & { readonly clock: Clock }): Promise<DisplayState> {
  const { socketDir = '/tmp/.X11-unix' } = options
  const privileges = plainPrivileges({ ...options, socketDir, runDir: '/nowhere' })
  return createDiscovery({ ...options, socketDir, privileges }).look()
}

/** A socket directory that shows only the given servers, under numbers of our choice. */
function socketDirWith(cleanup: Cleanup, servers: Readonly<Record<number, XServer>>): string {
  const directory = tempDir(cleanup, 'sockets')
  for (const [number, x] of Object.entries(servers)) {
    // A socket cannot be copied and a link is rightly ignored, so each is a relay to the real one.
    const relay = createServer((client) => {
      const upstream = connect(socketPathOf(x))
      client.pipe(upstream).pipe(client)
      client.on('error', () => upstream.destroy())
      upstream.on('error', () => client.destroy())
    })
    // Open to all, as servers make theirs: the cookie is the lock.
    const path = join(directory, `X${number}`)
    relay.listen(path)
    chmodSync(path, 0o777)
    cleanup.after(() => void relay.close())
  }
  return directory
}

test('a server started with -auth is found with its cookie, without any configuration of it', async (t) => {
  const x = await startXServer(t)
  const state = await discoverDisplay({ clock, displayNumber: x.display })
  assert.ok(state.kind === 'ready', state.kind)
  const { display } = state
  assert.equal(display.number, x.display)
  assert.equal(display.serverKind, 'xvfb')
  assert.equal(display.isVirtual, true)
  assert.equal(display.cookieOrigin, 'server_auth')
  assert.ok(display.cookie?.equals(cookieOf(x)))
  assert.deepEqual([display.widthPixels, display.heightPixels], [1280, 720])
})

test('a configured authority file is used, and no other', async (t) => {
  const x = await startXServer(t)
  const options = { clock, displayNumber: x.display }
  const ready = await discoverDisplay({ ...options, authFile: x.authFile })
  assert.equal(ready.kind === 'ready' && ready.display.cookieOrigin, 'pinned')
  const absent = await discoverDisplay({ ...options, authFile: '/nowhere/Xauthority' })
  assert.deepEqual(absent.kind === 'refused' && [absent.number, absent.reason], [
    x.display,
    'Authorization required, but no authorization protocol specified',
  ])
})

test('the cookie of an earlier life of the server is refused by name', async (t) => {
  const x = await startXServer(t)
  const stale = join(tempDir(t), 'Xauthority')
  writeFileSync(stale, encodeAuthFile([wildEntry(x.display, new XCookie(Buffer.alloc(16, 7)))]))
  const state = await discoverDisplay({ clock, displayNumber: x.display, authFile: stale })
  assert.equal(state.kind === 'refused' && state.reason, 'Invalid MIT-MAGIC-COOKIE-1 key')
})

test('none, a login screen, two displays, a dead one', async (t) => {
  const empty = tempDir(t, 'sockets')
  const rootDir = tempDir(t, 'root')
  assert.equal((await discoverDisplay({ clock, rootDir, socketDir: empty })).kind, 'no_display')
  assert.equal(
    (await discoverDisplay({ clock, rootDir, socketDir: join(empty, 'absent') })).kind,
    'no_display',
  )

  const [x, y] = [await startXServer(t), await startXServer(t, { screen: '800x600x24' })]
  mkdirSync(join(rootDir, 'run/user/1000/gdm'), { recursive: true })
  writeFileSync(join(rootDir, 'run/user/1000/gdm/Xauthority'), readFileSync(y.authFile))
  const greeterOnly = socketDirWith(t, { 1024: y })
  assert.equal((await discoverDisplay({ clock, rootDir, socketDir: greeterOnly })).kind, 'no_display')

  const both = socketDirWith(t, { [x.display]: x, [y.display]: y })
  const state = await discoverDisplay({ clock, rootDir, socketDir: both })
  assert.ok(state.kind === 'ready', state.kind)
  assert.equal(state.display.number, y.display)
  assert.equal(state.display.cookieOrigin, 'session')

  symlinkSync(socketPathOf(x), join(empty, 'X0'))
  assert.equal((await discoverDisplay({ clock, rootDir, socketDir: empty })).kind, 'no_display')
})

test('a hung server is reported after the time limit', async (t) => {
  const x = await startXServer(t)
  await whileHalted(x.pid, async () => {
    const state = await discoverDisplay({ clock, displayNumber: x.display, probeTimeoutMs: 200 })
    assert.equal(state.kind === 'socket_only' && state.cause, 'timeout')
  })
})

test('a launch is bound to a ready display, waits with the reason otherwise, and releases', async (t) => {
  const x = await startXServer(t)
  const display = displayOf(t, x)
  assert.equal(display.lastReport().state, 'unknown')
  const bound = await display.bind({ launchId: 'lau-a', user: 'session' })
  assert.ok(bound.kind === 'bound')
  assert.equal(bound.binding.displayName, x.displayName)
  assert.equal(bound.binding.uid, process.getuid?.())
  assert.ok(readFileSync(join(bound.binding.cookieDir, 'Xauthority')).includes(cookieOf(x).reveal()))
  assert.deepEqual(await display.boundLaunches(), ['lau-a'])
  assert.equal(display.lastReport().state, 'ready')
  await display.release('lau-a')
  assert.deepEqual(await display.boundLaunches(), [])

  await x.kill()
  assert.deepEqual(await display.bind({ launchId: 'lau-b', user: 'session' }), {
    kind: 'waiting',
    reason: { code: 'AGENT_DISPLAY_STALE_SOCKET', parameters: { number: x.display } },
  })
  rmSync(socketPathOf(x))
  rmSync(`/tmp/.X${x.display}-lock`)
  const none = await display.bind({ launchId: 'lau-b', user: 'session' })
  assert.deepEqual(none, { kind: 'waiting', reason: { code: 'AGENT_NO_DISPLAY' } })
  assert.deepEqual(await display.boundLaunches(), [])
})

test('a cookie that cannot be written is a coded failure', async (t) => {
  const x = await startXServer(t)
  const occupied = join(tempDir(t), 'file')
  writeFileSync(occupied, '')
  const display = createDisplay({ clock, runDir: occupied, displayNumber: x.display, authFile: x.authFile })
  await assert.rejects(display.bind({ launchId: 'lau-a', user: 'session' }), {
    name: 'CodedError',
    code: 'AGENT_STATE_NOT_WRITABLE',
  })
})

test('a watch tells of a server that went, without waiting for its interval', async (t) => {
  const x = await startXServer(t)
  // The clock stands still: only the change of the directory can tell.
  const display = createDisplay({
    clock: new ManualClock(),
    runDir: tempDir(t),
    displayNumber: x.display,
    authFile: x.authFile,
  })
  const told: string[] = []
  const watch = display.watch(() => told.push(display.lastReport().state))
  t.after(() => watch.stop())
  await waitFor(() => told.includes('ready'), { what: 'the display is ready' })
  await x.stop()
  await waitFor(() => told.includes('lost'), { what: 'the display is gone' })
})
