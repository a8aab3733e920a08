// An agent without any rights and the root helper: what it reaches through the helper, and that it reaches nothing without.
import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { probeDisplay } from '../../../packages/agent/src/display/probe.ts'
import { connectAs } from '../../../packages/agent/src/privileged/connect-as.ts'
import { createHelperClient } from '../../../packages/agent/src/privileged/helper-client.ts'
import type { Privileges } from '../../../packages/agent/src/privileged/privileges.ts'
import { testChildren } from '../../infra/children.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { startXServer } from '../../infra/x-server.ts'
import { type UnprivilegedRun, unprivilegedProgram } from './unprivileged-agent.ts'
import { cookieOf, socketPathOf } from './x-clients.ts'

/** Of the group that the helper of these tests listens to, and not root. */
const AGENT = { uid: 3456, gid: 65_534 }
const STRANGER = { uid: 3457, gid: 3457 }
const CONTAINER = { uid: 12_345, gid: 12_346 }

/** One life of an agent's display engine, as its user: all that it can do, or why it cannot. */
const DISPLAY_ENGINE = `
  import { createDisplay } from 'agent/display/display.ts'
  import { createHelperClient } from 'agent/privileged/helper-client.ts'
  import { systemClock } from '@bongsu/foundation'
  const { helper, runDir, displayNumber, user } = input
  const privileges = helper && createHelperClient({ socketPath: helper, patienceMs: 0 })
  const display = createDisplay({ clock: systemClock, runDir, privileges, displayNumber })
  const bound = await display.bind({ launchId: 'lau-a', user })
  const shot = await display.screenshot({})
  console.log(JSON.stringify({
    uid: process.geteuid(),
    bound,
    report: display.lastReport(),
    shot: shot.kind,
    pixels: shot.kind === 'taken' ? shot.widthPixels : 0,
    launches: await display.boundLaunches().catch((error) => error.code),
  }))
  privileges?.close()
  process.exit(0)
`

interface Engine {
  readonly uid: number
  readonly bound: { readonly kind: string; readonly binding?: { readonly cookieDir: string } }
  readonly report: { readonly state: string; readonly isUnprotected?: boolean }
  readonly shot: string
  readonly pixels: number
  readonly launches: unknown
}

interface Helper {
  readonly socketPath: string
  readonly runDir: string
  readonly stateDir: string
  readonly pid: number
  /** Starts another one in the place of one that has ended. */
  again(): Promise<unknown>
}

function isReachable(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: socketPath })
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })
}

/** As its unit starts it, but for the paths. */
async function startHelper(cleanup: Cleanup): Promise<Helper> {
  const { processes, folder } = testChildren(cleanup, { name: 'helper' })
  const [runDir, stateDir] = [join(folder, 'run'), join(folder, 'state')]
  for (const path of [runDir, stateDir]) mkdirSync(path)
  // Where the agent's user has to pass through, as it does /run/bongsu.
  for (const path of [folder, runDir]) chmodSync(path, 0o711)
  chownSync(stateDir, AGENT.uid, AGENT.gid)
  const socketPath = join(runDir, 'helper.sock')
  const config = join(folder, 'agent.toml')
  writeFileSync(
    config,
    `[hub]\nurl = "https://hub.invalid"\n[paths]\nstate_dir = "${stateDir}"\nrun_dir = "${runDir}"\n` +
      `[helper]\nsocket = "${socketPath}"\ngroup = "nogroup"\n`,
  )
  const main = join(import.meta.dirname, '../../../packages/agent/src/main.ts')
  let life = 0
  const again = () => {
    life += 1
    return processes.start({
      name: `helper-${life}`,
      argv: [process.execPath, main, 'helper', '--config', config],
      environment: {},
      ready: () => isReachable(socketPath),
      stopGraceMs: 2000,
    })
  }
  const { pid } = await again()
  return { socketPath, runDir, stateDir, pid, again }
}

describe('the root helper', () => {
  const cleanup = suiteCleanup()
  after(() => cleanup.run())
  let helper: Helper
  let asked: Privileges & { close(): void }
  let run: (who: UnprivilegedRun, input: object) => unknown
  const engine = (who: UnprivilegedRun, input: object) => run(who, input) as Engine

  before(async () => {
    assert.equal(process.getuid?.(), 0, 'being other users takes root: run the tests as root')
    helper = await startHelper(cleanup)
    asked = createHelperClient({ socketPath: helper.socketPath })
    cleanup.after(() => asked.close())
    run = await unprivilegedProgram(cleanup, DISPLAY_ENGINE)
  })

  test('its socket belongs to root and the agent’s group, and to nobody else', () => {
    const { mode, uid, gid } = statSync(helper.socketPath)
    assert.deepEqual([mode & 0o777, uid, gid], [0o660, 0, AGENT.gid])
  })

  test('an agent without rights reaches a display with a foreign cookie only through it', async (t) => {
    const x = await startXServer(t)
    chmodSync(x.authFile, 0o600)
    const ownRunDir = tempDir(t, 'own-run')
    chownSync(ownRunDir, AGENT.uid, AGENT.gid)
    const input = { displayNumber: x.display, user: CONTAINER, runDir: ownRunDir }

    const alone = engine(AGENT, input)
    assert.equal(alone.uid, AGENT.uid)
    assert.deepEqual([alone.bound.kind, alone.report.state, alone.shot], ['waiting', 'refused', 'failed'])

    const helped = engine(AGENT, { ...input, helper: helper.socketPath })
    assert.equal(helped.uid, AGENT.uid)
    assert.equal(helped.bound.kind, 'bound', JSON.stringify(helped))
    assert.deepEqual([helped.report.state, helped.report.isUnprotected], ['ready', false])
    assert.deepEqual([helped.shot, helped.pixels], ['taken', 1280])
    assert.deepEqual(helped.launches, ['lau-a'])
    const folder = helped.bound.binding?.cookieDir ?? ''
    for (const path of [folder, join(folder, 'Xauthority')]) {
      const { uid, gid, mode } = lstatSync(path)
      assert.deepEqual([uid, gid, mode & 0o077], [CONTAINER.uid, CONTAINER.gid, 0])
    }
    assert.ok(readFileSync(join(folder, 'Xauthority')).includes(cookieOf(x).reveal()))
    await asked.launchCookies.remove('lau-a')
    assert.deepEqual(await asked.launchCookies.list(), [])

    const stranger = engine(STRANGER, { ...input, runDir: '/nowhere', helper: helper.socketPath })
    assert.deepEqual([stranger.bound.kind, stranger.report.state], ['waiting', 'unknown'])
    assert.equal(stranger.launches, 'AGENT_HELPER_UNREACHABLE')
  })

  test('a socket that lets only its owner in is judged as the container’s user, root included', async (t) => {
    const x = await startXServer(t)
    // As an Xwayland's: made by the compositor of the session, for that user.
    chownSync(socketPathOf(x), 1234, 1234)
    chmodSync(socketPathOf(x), 0o755)
    const kindFor = async (uid: number) => {
      const dial = asked.dialAs(x.display, { uid, gid: uid }, 'identity')
      assert.ok(dial)
      return dial().then(
        (socket) => socket.destroy() && 'connected',
        (error: NodeJS.ErrnoException) => error.code,
      )
    }
    assert.equal(await kindFor(1234), 'connected')
    assert.equal(await kindFor(4321), 'EACCES')
    assert.equal(await kindFor(0), 'EACCES')
    const input = { displayNumber: x.display, runDir: '/nowhere', helper: helper.socketPath }
    assert.equal(engine(AGENT, { ...input, user: 'session' }).bound.kind, 'bound')
    const other = engine(AGENT, { ...input, user: CONTAINER })
    assert.equal(other.bound.kind, 'waiting')
    assert.match(JSON.stringify(other.bound), /AGENT_DISPLAY_REFUSED.*uid 12345/)
    await asked.launchCookies.remove('lau-a')
  })

  test('the error of a display that is not there is the system’s own', async () => {
    const dial = asked.dialAs(65_001, CONTAINER, 'identity')
    await assert.rejects(async () => dial?.(), { code: 'ENOENT' })
  })

  test('prepares folders below the volumes, and follows no link that the agent left there', async () => {
    const volumes = join(helper.stateDir, 'volumes')
    const data = join(volumes, 'dep-a', 'data')
    await asked.prepareFolder(data, CONTAINER)
    assert.deepEqual([statSync(data).uid, statSync(data).gid], [CONTAINER.uid, CONTAINER.gid])
    await asked.prepareFolder(data, STRANGER)
    assert.equal(statSync(data).uid, STRANGER.uid)
    const before = statSync('/etc')
    for (const path of ['/etc', `${volumes}/../../../etc`, volumes, `${volumes}/a/../../x`, 'relative']) {
      await assert.rejects(asked.prepareFolder(path, CONTAINER), { code: 'AGENT_STATE_NOT_WRITABLE' })
    }
    symlinkSync('/etc', join(volumes, 'link'))
    for (const path of [join(volumes, 'link'), join(volumes, 'link', 'made')]) {
      await assert.rejects(asked.prepareFolder(path, CONTAINER), { code: 'AGENT_STATE_NOT_WRITABLE' })
    }
    assert.deepEqual([statSync('/etc').uid, statSync('/etc').mtimeMs], [before.uid, before.mtimeMs])
  })

  test('what is no request ends the connection with the reason, and harms nobody else’s', async () => {
    const said = (bytes: string | Buffer) =>
      new Promise<string>((resolve, reject) => {
        let text = ''
        createConnection({ path: helper.socketPath })
          .on('data', (chunk) => (text += chunk))
          .on('close', () => resolve(text))
          .on('error', reject)
          .end(bytes)
      })
    const wrong = [
      'hello\n',
      '{}\n',
      '{"id":1,"op":"run","argv":["id"]}\n',
      '{"id":1,"op":"observe","path":"/etc/shadow"}\n',
      '{"id":1,"op":"write-cookie","launchId":"../../etc","displayNumber":0,"uid":0,"gid":0}\n',
      '{"id":1,"op":"connect","displayNumber":-1,"uid":0,"gid":0}\n',
      '{"id":1,"op":"connect","displayNumber":1,"uid":4294967295,"gid":0}\n',
      Buffer.alloc(200_000, 0x61),
      `{"id":1,"op":"list-cookies"${' '.repeat(200_000)}}\n`,
      Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
    ]
    for (const bytes of wrong) {
      const answer = await said(bytes)
      assert.match(answer, /"code":"AGENT_HELPER_PROTOCOL"/, `${bytes.toString().slice(0, 80)}`)
    }
    assert.deepEqual(await asked.launchCookies.list(), [])
  })

  test('a display of its own outlives it and is taken up again by the next', async (t) => {
    const undo = suiteCleanup()
    t.after(() => undo.run())
    const first = await startHelper(undo)
    const client = createHelperClient({ socketPath: first.socketPath })
    undo.after(() => client.close())
    const server = await client.ownedDisplay.ensure()
    assert.ok(server)
    undo.after(() => client.ownedDisplay.end())
    const [found] = await client.cookies(server.number)
    const dial = client.dialAs(server.number, CONTAINER, 'identity')
    const socketPath = `/tmp/.X11-unix/X${server.number}`
    const probe = () => probeDisplay({ socketPath, cookie: found?.cookie, dial })
    assert.equal((await probe()).kind, 'ready')
    process.kill(first.pid, 'SIGKILL')
    await assert.rejects(client.ownedDisplay.running(), { code: /AGENT_HELPER_UNREACHABLE/ })
    await first.again()
    assert.deepEqual(await client.ownedDisplay.running(), server)
    assert.deepEqual(await client.ownedDisplay.ensure(), server)
    assert.equal((await probe()).kind, 'ready')
    await client.ownedDisplay.end()
    assert.equal(await client.ownedDisplay.running(), undefined)
  })

  test('keeps its identity through a storm of connections as others', async (t) => {
    const x = await startXServer(t)
    const uids = Array.from({ length: 40 }, (_, index) => 5000 + index)
    const dial = async (uid: number) =>
      (await asked.dialAs(x.display, { uid, gid: uid }, 'identity')?.())?.destroy()
    const acts = uids.flatMap((uid) => [
      dial(uid),
      asked.launchCookies.write({
        launchId: `lau-${uid}`,
        displayNumber: 0,
        cookie: undefined,
        uid,
        gid: uid,
      }),
      asked.observe(),
    ])
    await Promise.all(acts)
    for (const uid of uids) {
      assert.equal(statSync(join(helper.runDir, 'x', `lau-${uid}`, 'Xauthority')).uid, uid)
      await asked.launchCookies.remove(`lau-${uid}`)
    }
    const status = readFileSync(`/proc/${helper.pid}/status`, 'utf8')
    assert.match(status, /^Uid:\s+0\s+0\s+0\s+0$/m)
    assert.match(status, /^Gid:\s+0\s+0\s+0\s+0$/m)
  })
})

test('connecting as somebody leaves this process who it was', async (t) => {
  const x = await startXServer(t)
  const before = [process.geteuid?.(), process.getegid?.(), process.getgroups?.()]
  const socket = await connectAs(socketPathOf(x), { uid: 4321, gid: 4322 })
  socket.destroy()
  await assert.rejects(connectAs('/tmp/.X11-unix/X65002', { uid: 4321, gid: 4322 }), { code: 'ENOENT' })
  assert.deepEqual([process.geteuid?.(), process.getegid?.(), process.getgroups?.()], before)
})
