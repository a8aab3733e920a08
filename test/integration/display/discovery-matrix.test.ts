// Every situation of screens that a device may be in, with real servers: none, one, two, dead, hung, full, a login screen,
// nested, on Wayland, of several people.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, test } from 'node:test'
import { ManualClock, systemClock } from '@bongsu/foundation'
import { createDiscovery, type DiscoveryOptions } from '../../../packages/agent/src/display/discovery.ts'
import { createDisplay, type Display } from '../../../packages/agent/src/display/display.ts'
import type { DisplayState, ReadyDisplay } from '../../../packages/agent/src/display/display-state.ts'
import { probeDisplay } from '../../../packages/agent/src/display/probe.ts'
import { createXScreen } from '../../../packages/agent/src/display/screen.ts'
import {
  encodeAuthFile,
  parseAuthFile,
  wildEntry,
} from '../../../packages/agent/src/display/x11/auth-file.ts'
import { openX11, type X11Connection } from '../../../packages/agent/src/display/x11/connection.ts'
import { XCookie } from '../../../packages/agent/src/display/x11/x-cookie.ts'
import { plainPrivileges } from '../../../packages/agent/src/privileged/plain-privileges.ts'
import { freeNumber } from '../../infra/restartable-x.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { type StagedX, type XStage, xStage } from '../../infra/x-stage.ts'
import { whileHalted } from './x-clients.ts'

const SESSION_UID = 12_000
/** `games` of every Debian: an Xwayland looks its user up by name, and lets nobody in who has none. */
const NAMED_UID = 5

function discoveryOf(stage: XStage, options: Partial<DiscoveryOptions> = {}) {
  const { socketDir, rootDir } = stage
  const privileges = plainPrivileges({ socketDir, rootDir, runDir: '/nowhere' })
  return createDiscovery({ clock: systemClock, socketDir, privileges, ...options })
}

function displayOf(cleanup: Cleanup, { socketDir, rootDir }: XStage): Display {
  return createDisplay({ clock: systemClock, runDir: tempDir(cleanup, 'run'), socketDir, rootDir })
}

const look = (stage: XStage, options: Partial<DiscoveryOptions> = {}): Promise<DisplayState> =>
  discoveryOf(stage, options).look()

function readyOf(state: DisplayState): ReadyDisplay {
  assert.ok(state.kind === 'ready', JSON.stringify(state))
  return state.display
}

function cookieOf({ authFile = '' }: StagedX): XCookie {
  const [entry] = parseAuthFile(readFileSync(authFile)).entries
  assert.ok(entry)
  return entry.cookie
}

/** A file of the device's, as logind, a login or a distribution leaves it. */
function put({ rootDir }: XStage, path: string, content: string | Uint8Array): void {
  const file = join(rootDir, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, content)
}

const sessionFile = (fields: Readonly<Record<string, string | number>>): string =>
  Object.entries({ STATE: 'active', CLASS: 'user', TYPE: 'x11', SEAT: 'seat0', ...fields })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

describe('a device with', { concurrency: 2 }, () => {
  test('no display: nobody has one', async (t) => {
    const stage = xStage(t)
    assert.equal((await look(stage)).kind, 'no_display')
    rmSync(stage.socketDir, { recursive: true })
    assert.equal((await look(stage)).kind, 'no_display')
  })

  test('one display, of each server: its kind, size and whether there is glass', async (t) => {
    const stage = xStage(t)
    const x = await stage.xorg({ size: '1024x768' })
    const xorg = readyOf(await look(stage))
    assert.deepEqual(
      [xorg.number, xorg.serverKind, xorg.isVirtual, xorg.widthPixels, xorg.heightPixels],
      [x.display, 'xorg', false, 1024, 768],
    )
    assert.equal(xorg.cookieOrigin, 'server_auth')
    assert.ok(xorg.cookie?.equals(cookieOf(x)))
    const display = displayOf(t, stage)
    await display.state()
    const watch = display.watch(() => {})
    t.after(() => watch.stop())
    const report = await waitFor(() => (display.lastReport().outputs ? display.lastReport() : undefined), {
      what: 'the outputs are told',
    })
    assert.match(report.outputs?.[0]?.name ?? '', /^DUMMY/)
    assert.deepEqual(
      [report.state, report.serverKind, report.isVirtual, report.isUnprotected, report.screens?.length],
      ['ready', 'xorg', false, false, 1],
    )
  })

  test('two displays: the real screen before the frame buffer, whatever their numbers', async (t) => {
    const stage = xStage(t)
    const frameBuffer = await stage.xvfb()
    assert.equal(readyOf(await look(stage)).number, frameBuffer.display)
    const real = await stage.xorg()
    assert.equal(readyOf(await look(stage)).number, real.display)
    assert.equal(readyOf(await look(stage, { displayNumber: frameBuffer.display })).isVirtual, true)
    await real.child.stop()
    assert.equal(readyOf(await look(stage)).number, frameBuffer.display)
  })

  test('two people’s displays: that of the session in the foreground of seat0', async (t) => {
    const stage = xStage(t)
    const [a, b, c] = [await stage.xorg(), await stage.xorg(), await stage.xorg()]
    put(stage, 'run/systemd/sessions/1', sessionFile({ UID: 1000, DISPLAY: `:${a.display}` }))
    put(stage, 'run/systemd/sessions/2', sessionFile({ UID: 1001, DISPLAY: `:${b.display}` }))
    put(stage, 'run/systemd/sessions/3', sessionFile({ UID: 1002, SEAT: 'seat1', DISPLAY: `:${c.display}` }))
    put(stage, 'etc/passwd', 'guest:x:1001:1001::/home/guest:/bin/sh\n')
    for (const [active, owner] of [
      ['2', b],
      ['1', a],
    ] as const) {
      put(stage, 'run/systemd/seats/seat0', `ACTIVE=${active}\n`)
      assert.equal(readyOf(await look(stage)).number, owner.display)
    }
    put(stage, 'run/systemd/seats/seat0', 'ACTIVE=2\n')
    const { sessionUser, session } = readyOf(await look(stage))
    assert.deepEqual(sessionUser, { uid: 1001, gid: 1001, userName: 'guest' })
    assert.deepEqual(session, { seat: 'seat0', isActive: true, type: 'x11' })
    for (const x of [a, b]) await x.child.stop()
    assert.equal(readyOf(await look(stage)).number, c.display)
  })

  test('a login screen only: that is said, unless it will do', async (t) => {
    const stage = xStage(t)
    const x = await stage.xvfb({ number: 1024 + (process.pid % 900) })
    const state = await look(stage)
    assert.deepEqual(state.kind === 'no_display' && state.reason, {
      code: 'AGENT_DISPLAY_LOGIN_SCREEN',
      parameters: { number: x.display },
    })
    assert.equal(readyOf(await look(stage, { greeter: 'allowed' })).number, x.display)
    const other = xStage(t)
    const y = await other.xvfb()
    put(
      other,
      'run/systemd/sessions/c1',
      sessionFile({ UID: 105, CLASS: 'greeter', DISPLAY: `:${y.display}` }),
    )
    assert.equal((await look(other)).kind, 'no_display')
    put(other, 'run/systemd/sessions/2', sessionFile({ UID: 1000, DISPLAY: `:${y.display}` }))
    assert.equal(readyOf(await look(other)).sessionUser.uid, 1000)
  })

  test('a server that was killed: stale socket and lock, lost, and ready again as another one', async (t) => {
    const stage = xStage(t)
    const display = displayOf(t, stage)
    assert.equal((await display.state()).kind, 'no_display')
    const x = await stage.xvfb()
    const { incarnation } = readyOf(await display.state())
    await x.child.kill()
    assert.ok(existsSync(x.socketPath) && existsSync(`/tmp/.X${x.display}-lock`))
    const fresh = await look(stage)
    assert.deepEqual(fresh.kind === 'socket_only' && [fresh.number, fresh.cause], [x.display, 'stale_socket'])
    assert.equal((await display.state()).kind, 'lost')
    assert.deepEqual([display.lastReport().state, display.lastReport().number], ['lost', x.display])
    await stage.xvfb({ number: x.display })
    assert.notEqual(readyOf(await display.state()).incarnation, incarnation)
  })

  test('a lock of a dead server and nothing else: no display', async (t) => {
    const stage = xStage(t)
    const x = await stage.xvfb()
    await x.child.kill()
    rmSync(x.socketPath)
    assert.equal((await look(stage)).kind, 'no_display')
    rmSync(`/tmp/.X${x.display}-lock`)
  })

  test('a server without -auth: ready for everybody, and said to be so', async (t) => {
    const stage = xStage(t)
    await stage.xvfb({ auth: 'none' })
    const open = readyOf(await look(stage))
    assert.deepEqual([open.cookieOrigin, open.isUnprotected], ['none', true])
    const other = xStage(t)
    await other.xvfb()
    assert.equal(readyOf(await look(other)).isUnprotected, false)
  })

  test('a cookie that is another’s, or none: refused in the server’s words', async (t) => {
    const stage = xStage(t)
    const x = await stage.xvfb()
    const pinned = (authFile: string) =>
      look(stage, { privileges: plainPrivileges({ ...stage, runDir: '/nowhere', authFile }) })
    const wrong = join(tempDir(t), 'wrong')
    writeFileSync(wrong, encodeAuthFile([wildEntry(x.display, new XCookie(Buffer.alloc(16, 3)))]))
    const table = [
      [wrong, 'Invalid MIT-MAGIC-COOKIE-1 key'],
      ['/nowhere', 'Authorization required, but no authorization protocol specified'],
    ] as const
    for (const [file, reason] of table) {
      const state = await pinned(file)
      assert.deepEqual(state.kind === 'refused' && [state.number, state.reason], [x.display, reason])
    }
  })

  test('a cookie that only the session’s programs know of', async (t) => {
    const stage = xStage(t)
    // Where the server's file lies only the server knows: the path is from its own folder.
    const authFile = join(tempDir(t, 'kiosk'), 'Xauthority')
    const number = freeNumber()
    writeFileSync(authFile, encodeAuthFile([wildEntry(number, new XCookie(Buffer.alloc(16, 5)))]))
    const x = await stage.xvfb({ number, auth: 'none', extra: ['-auth', relative(process.cwd(), authFile)] })
    assert.equal((await look(stage)).kind, 'refused')
    mkdirSync(join(stage.rootDir, 'run/user', String(SESSION_UID)), { recursive: true })
    const program = spawn('sleep', ['600'], {
      uid: SESSION_UID,
      gid: SESSION_UID,
      env: { DISPLAY: `:${x.display}`, XAUTHORITY: authFile },
    })
    t.after(() => void program.kill())
    const ready = readyOf(await look(stage))
    assert.deepEqual([ready.cookieOrigin, ready.sessionUser.uid], ['session', SESSION_UID])
  })

  test('a hung server: given up after the time limit, and ready when it goes on', async (t) => {
    const stage = xStage(t)
    const x = await stage.xvfb()
    const discovery = discoveryOf(stage, { probeTimeoutMs: 300 })
    await whileHalted(x.child.pid, async () => {
      const state = await discovery.look()
      assert.deepEqual(state.kind === 'socket_only' && [state.number, state.cause], [x.display, 'timeout'])
    })
    assert.equal(
      (await waitFor(() => discovery.look(), { what: 'ready', until: ({ kind }) => kind === 'ready' })).kind,
      'ready',
    )
  })

  test('a server that holds all the clients it may', async (t) => {
    const stage = xStage(t)
    const x = await stage.xvfb({ extra: ['-maxclients', '64'] })
    const options = { socketPath: x.socketPath, cookie: cookieOf(x), timeoutMs: 10_000 }
    const held: X11Connection[] = []
    t.after(() => {
      for (const connection of held) connection.close()
    })
    for (let count = 0; count < 64; count += 1) {
      const connection = await openX11(options).catch(() => undefined)
      if (!connection) break
      held.push(connection)
    }
    const state = await look(stage)
    assert.equal(state.kind === 'refused' && state.reason, 'Maximum number of clients reached')
    for (const connection of held.splice(0)) connection.close()
    await waitFor(() => look(stage), { what: 'ready again', until: ({ kind }) => kind === 'ready' })
  })

  test('a socket that keeps the session out: denied, not refused', async (t) => {
    const stage = xStage(t)
    const x = await stage.xvfb()
    mkdirSync(join(stage.rootDir, 'run/user', String(SESSION_UID)), { recursive: true })
    chmodSync(x.socketPath, 0o755)
    const state = await look(stage)
    assert.deepEqual(state.kind === 'socket_only' && [state.number, state.cause], [x.display, 'denied'])
    const probe = (socketPath: string) => probeDisplay({ socketPath })
    assert.equal((await probe(join(stage.socketDir, 'X9'))).kind, 'no_socket')
  })

  test('a screen within a screen: its own display, and its windows are nobody else’s', async (t) => {
    const stage = xStage(t)
    const outer = await stage.xvfb()
    const inner = await stage.xephyr(outer, { size: '320x240' })
    const found = readyOf(await look(stage, { displayNumber: inner.display }))
    assert.deepEqual([found.serverKind, found.widthPixels, found.isVirtual], ['xephyr', 320, false])
    const windowsOf = (x: StagedX) =>
      createXScreen({ socketPath: x.socketPath, cookie: cookieOf(x), timeoutMs: 5000 }).listWindows()
    const inside = await openX11({ socketPath: inner.socketPath, cookie: cookieOf(inner), timeoutMs: 5000 })
    t.after(() => inside.close())
    assert.equal((await windowsOf(outer)).length, 1)
    assert.equal((await windowsOf(inner)).length, 0)
  })

  test('Wayland: a socket before its server, for one user, without a cookie', async (t) => {
    const stage = xStage(t)
    const x = await stage.weston(NAMED_UID)
    const discovery = discoveryOf(stage)
    const first = readyOf(await discovery.look())
    assert.deepEqual(
      [first.number, first.serverKind, first.isVirtual, first.cookieOrigin, first.isUnprotected],
      [x.display, 'xwayland', false, 'none', false],
    )
    assert.equal(first.sessionUser.uid, NAMED_UID)
    const again = readyOf(await discovery.look())
    assert.equal(again.incarnation, first.incarnation)
    const display = displayOf(t, stage)
    assert.equal((await display.bind({ launchId: 'lau-a', user: 'session' })).kind, 'bound')
    for (const uid of [0, NAMED_UID + 1]) {
      const other = await display.bind({ launchId: 'lau-b', user: { uid, gid: uid } })
      assert.equal(other.kind === 'waiting' && other.reason.code, 'AGENT_DISPLAY_REFUSED', `uid ${uid}`)
    }
    assert.equal((await display.screenshot({})).kind, 'taken')
  })
})

test('a display that stays away is lost for a minute, then none', async (t) => {
  const stage = xStage(t)
  const clock = new ManualClock()
  const { socketDir, rootDir } = stage
  const display = createDisplay({ clock, runDir: tempDir(t, 'run'), socketDir, rootDir })
  const x = await stage.xvfb()
  assert.equal((await display.state()).kind, 'ready')
  await x.child.stop()
  assert.equal((await display.state()).kind, 'lost')
  await clock.advance(59_000)
  assert.equal((await display.state()).kind, 'lost')
  await clock.advance(1000)
  assert.equal((await display.state()).kind, 'no_display')
})
