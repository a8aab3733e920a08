// The agent's own X server: started, taken up again, kept away from whoever has no cookie, and used when there is none else.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { silentLogger, systemClock } from '@bongsu/foundation'
import { readCookies } from '../../../packages/agent/src/display/cookie-sources.ts'
import { createDiscovery } from '../../../packages/agent/src/display/discovery.ts'
import { probeDisplay } from '../../../packages/agent/src/display/probe.ts'
import { freeDisplayNumber } from '../../../packages/agent/src/owned-display/display-number.ts'
import {
  createFindDisplay,
  type DisplayMode,
} from '../../../packages/agent/src/owned-display/find-display.ts'
import { createOwnedDisplay } from '../../../packages/agent/src/owned-display/owned-display.ts'
import { plainPrivileges } from '../../../packages/agent/src/privileged/plain-privileges.ts'
import { requireProgram } from '../../infra/programs.ts'
import { accepts, restartableX } from '../../infra/restartable-x.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { dummyConfig } from '../../infra/x-stage.ts'

describe('a display of the agent’s own', () => {
  requireProgram('Xvfb', 'xvfb')
  const cleanup = suiteCleanup()
  after(() => cleanup.run())

  /** What one life of an agent has of it. */
  function lifeOn(runDir: string, options: { readonly searchPath?: string } = {}) {
    const owned = createOwnedDisplay({
      clock: systemClock,
      log: silentLogger(),
      runDir,
      widthPixels: 640,
      heightPixels: 480,
      cardDir: join(runDir, 'no-cards'),
      ...options,
    })
    const find = (mode: DisplayMode, authFile: string, fallbackAfterMs = 0) =>
      createFindDisplay({
        mode,
        owned,
        clock: systemClock,
        fallbackAfterMs,
        // Displays of other tests are none of ours: their cookies are elsewhere.
        discovery: createDiscovery({
          clock: systemClock,
          socketDir: '/tmp/.X11-unix',
          privileges: plainPrivileges({ runDir, authFile, ownedDisplay: owned }),
        }),
      })
    return { owned, find }
  }

  test('is a real server where there is a card', async () => {
    const runDir = newRunDir()
    const cardDir = join(runDir, 'dri')
    mkdirSync(cardDir)
    writeFileSync(join(cardDir, 'card0'), '')
    const xorgConfig = join(runDir, 'xorg.conf')
    writeFileSync(xorgConfig, dummyConfig('1024x768'))
    const owned = createOwnedDisplay({
      clock: systemClock,
      log: silentLogger(),
      runDir,
      cardDir,
      xorgConfig,
      terminal: 'shared',
    })
    const discovery = createDiscovery({
      clock: systemClock,
      socketDir: '/tmp/.X11-unix',
      privileges: plainPrivileges({ runDir, ownedDisplay: owned }),
    })
    const state = await createFindDisplay({ mode: 'owned', owned, clock: systemClock, discovery })()
    assert.ok(state.kind === 'ready', JSON.stringify(state))
    const { serverKind, isOwned, isVirtual, isUnprotected, widthPixels } = state.display
    assert.deepEqual(
      { serverKind, isOwned, isVirtual, isUnprotected, widthPixels },
      { serverKind: 'xorg', isOwned: true, isVirtual: false, isUnprotected: false, widthPixels: 1024 },
    )
    await owned.end()
    assert.equal(await owned.running(), undefined)
  })

  function newRunDir(): string {
    const runDir = tempDir(cleanup, 'owned')
    cleanup.after(() => lifeOn(runDir).owned.end())
    return runDir
  }

  test('is started with a cookie before its server, and outlives the agent', async () => {
    const runDir = newRunDir()
    const state = await lifeOn(runDir).find('owned', '')()
    assert.equal(state.kind, 'ready')
    assert.ok(state.kind === 'ready')
    const { number, isOwned, isVirtual, serverKind, widthPixels, incarnation } = state.display
    assert.deepEqual(
      { isOwned, isVirtual, serverKind, widthPixels },
      { isOwned: true, isVirtual: true, serverKind: 'xvfb', widthPixels: 640 },
    )
    const socketPath = `/tmp/.X11-unix/X${number}`
    assert.equal((await probeDisplay({ socketPath })).kind, 'refused')
    const record = JSON.parse(readFileSync(join(runDir, 'display', 'server.json'), 'utf8'))
    const next = await lifeOn(runDir).find('owned', '')()
    assert.ok(next.kind === 'ready')
    assert.equal(next.display.incarnation, incarnation)
    assert.deepEqual(JSON.parse(readFileSync(join(runDir, 'display', 'server.json'), 'utf8')), record)
  })

  test('is started anew with another cookie when it was killed, and its remains are cleared away', async () => {
    const runDir = newRunDir()
    const { owned } = lifeOn(runDir)
    const first = await owned.ensure()
    assert.ok(first)
    const cookieOf = async () => {
      const source = { path: first.authFile, origin: 'pinned' } as const
      return (await readCookies(source, { number: first.number, hostname: '' }))[0]
    }
    const before = await cookieOf()
    const { pid } = JSON.parse(readFileSync(join(runDir, 'display', 'server.json'), 'utf8'))
    process.kill(pid, 'SIGKILL')
    await waitFor(async () => ({ server: await owned.running() }), {
      what: 'its end',
      until: ({ server }) => !server,
    })
    // The next life of an agent: this one waits a little before it tries again.
    const second = await lifeOn(runDir).owned.ensure()
    assert.ok(second)
    // The same number, unless the server of another test took it meanwhile.
    if (second.number !== first.number) assert.ok(await accepts(first.number))
    else assert.equal((await cookieOf())?.equals(before), false)
  })

  test('a server that dies is not started in a tight loop', async () => {
    const runDir = newRunDir()
    const { owned } = lifeOn(runDir)
    assert.ok(await owned.ensure())
    await owned.end()
    assert.equal(await owned.ensure(), undefined)
  })

  test('takes the place of none, gives way to a real one, and is never believed from a file alone', async () => {
    const runDir = newRunDir()
    const x = restartableX(cleanup)
    const life = lifeOn(runDir)
    const find = life.find('discover-or-owned', x.authFile)
    const waiting = await lifeOn(runDir).find('discover-or-owned', x.authFile, 60_000)()
    assert.notEqual(waiting.kind, 'ready')
    mkdirSync(join(runDir, 'display'), { recursive: true })
    const lie = { pid: process.pid, startTicks: '1', number: 5, kind: 'xvfb', authFile: '/x' }
    writeFileSync(join(runDir, 'display', 'server.json'), JSON.stringify(lie))
    assert.equal(await life.owned.running(), undefined)
    await x.start()
    const real = await find()
    assert.ok(real.kind === 'ready')
    assert.equal(real.display.number, x.number())
    assert.equal(real.display.isOwned, undefined)
  })

  test('says what is missing, and what the server said', async () => {
    const absent = await lifeOn(newRunDir(), { searchPath: '/nowhere' }).find('owned', '')()
    assert.ok(absent.kind === 'no_display')
    assert.equal(absent.reason?.code, 'AGENT_OWNED_DISPLAY_ABSENT')
    const folder = tempDir(cleanup, 'bin')
    writeFileSync(join(folder, 'Xvfb'), '#!/bin/sh\necho "no screens found" >&2\nexit 1\n', { mode: 0o755 })
    const failed = await lifeOn(newRunDir(), { searchPath: folder }).find('owned', '')()
    assert.ok(failed.kind === 'no_display')
    assert.equal(failed.reason?.code, 'AGENT_OWNED_DISPLAY_FAILED')
    assert.match(failed.reason?.quote ?? '', /no screens found/)
  })

  test('a number is free only when nobody lives there; a dead server’s lock and socket go', async () => {
    const x = restartableX(cleanup)
    await x.start()
    assert.notEqual(await freeDisplayNumber('/tmp/.X11-unix', x.number()), x.number())
    await x.end('SIGKILL')
    assert.ok(existsSync(`/tmp/.X${x.number()}-lock`))
    assert.equal(await freeDisplayNumber('/tmp/.X11-unix', x.number()), x.number())
    assert.equal(existsSync(`/tmp/.X${x.number()}-lock`), false)
    assert.equal(existsSync(`/tmp/.X11-unix/X${x.number()}`), false)
    // A lock of somebody who lives is not touched.
    const sleeper = spawn('sleep', ['1000'], { stdio: 'ignore' })
    cleanup.after(() => void sleeper.kill())
    writeFileSync(`/tmp/.X${x.number()}-lock`, `${sleeper.pid}\n`.padStart(11))
    assert.notEqual(await freeDisplayNumber('/tmp/.X11-unix', x.number()), x.number())
    assert.ok(existsSync(`/tmp/.X${x.number()}-lock`))
  })
})
