// `bongsu-agent doctor --display` as somebody runs it before the device: real screens that are well, closed, gone and hung.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLocalApi } from '../../../packages/agent/src/local-api/local-api.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { freePort } from '../../infra/free-port.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { startXServer, type XServer } from '../../infra/x-server.ts'
import { whileHalted } from '../display/x-clients.ts'

const PROGRAM = join(import.meta.dirname, '../../../packages/agent/src/main.ts')

interface Examined {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

interface Device {
  readonly x: Pick<XServer, 'display'>
  readonly authFile?: string
  readonly engineSocket?: string
  readonly localApiPort?: number
}

/** Runs it with a configuration of its own. */
async function doctor(
  cleanup: Cleanup,
  device: Device,
  options: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Examined> {
  const folder = tempDir(cleanup, 'doctor')
  mkdirSync(join(folder, 'state'))
  const config = `
    [hub]
    url = "https://hub.example"
    join_token = "s3cret-canary"
    [paths]
    state_dir = "${join(folder, 'state')}"
    run_dir = "${join(folder, 'run')}"
    [local_api]
    port = ${device.localApiPort ?? (await freePort())}
    [docker]
    socket = "${device.engineSocket ?? '/var/run/docker.sock'}"
    [display]
    number = ${device.x.display}
    ${device.authFile === undefined ? '' : `auth_file = "${device.authFile}"`}`
  const path = join(folder, 'agent.toml')
  writeFileSync(path, config, { mode: 0o600 })
  const argv = [PROGRAM, 'doctor', '--display', '--config', path, ...options]
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { env: environment, cwd: '/' }, (error, stdout, stderr) => {
      const exitCode = typeof error?.code === 'number' ? error.code : error ? -1 : 0
      resolve({ exitCode, stdout, stderr })
    })
  })
}

test('a screen that is well: its size, its kind, whose cookie opened it, and no cookie', async (t) => {
  await machineEngine()
  const x = await startXServer(t)
  const { exitCode, stdout, stderr } = await doctor(t, { x })
  assert.equal(exitCode, 0, stdout + stderr)
  assert.match(
    stdout,
    new RegExp(`^\\[( ok |warn)\\] Display: ready, :${x.display}, 1280x720, xvfb, virtual`, 'm'),
  )
  assert.match(stdout, /^ {7}screen: lit, no window manager, cookie required$/m)
  assert.match(stdout, /^ {9}cookie \(the server’s own file\): let in$/m)
  assert.match(stdout, /^\[ ok \] Docker: \d+\.\d+\.\S+, (?:amd64|arm64), data in /m)
  assert.match(stdout, /! The agent does not answer/)
  const json = await doctor(t, { x }, ['--json'])
  const facts = JSON.parse(json.stdout)
  assert.equal(facts.display.state, 'ready')
  assert.equal(facts.display.outputs.length, 1)
  assert.equal(facts.displays.find(({ number }: { number: number }) => number === x.display).pid, x.pid)
  const cookie = readFileSync(x.authFile).subarray(-16)
  for (const secret of [cookie.toString('hex'), cookie.toString('base64'), 'canary']) {
    assert.ok(!(stdout + json.stdout).includes(secret))
  }
})

test('a screen that lets nobody in is a fault, in Korean by the terminal’s language', async (t) => {
  const x = await startXServer(t)
  const device = { x, authFile: '/nowhere/Xauthority' }
  const { exitCode, stdout } = await doctor(t, device, [], { LANG: 'ko_KR.UTF-8' })
  assert.equal(exitCode, 1)
  assert.match(stdout, new RegExp(`^\\[고장\\] 디스플레이: 접속 거부됨, :${x.display}$`, 'm'))
  assert.match(stdout, /쿠키 \(쿠키 없이\): 거부됨: Authorization required/)
  assert.match(stdout, /X 서버가 접속을 거부했습니다: Authorization required/)
  assert.match(stdout, /→ 에이전트에 서버의 권한 파일을 지정하십시오/)
  const english = await doctor(t, device, ['--language', 'en'], { LANG: 'ko_KR.UTF-8' })
  assert.match(english.stdout, /^\[FAIL\] Display: refuses us/m)
})

test('a screen whose server was killed leaves its socket and lock behind', async (t) => {
  const x = await startXServer(t)
  await x.kill()
  const { exitCode, stdout } = await doctor(t, { x })
  assert.equal(exitCode, 1)
  assert.match(stdout, new RegExp(`sockets left behind: .*:${x.display}\\b`))
  assert.match(stdout, new RegExp(`The socket of display :${x.display} exists, but no X server answers`))
  const { stdout: json } = await doctor(t, { x }, ['--json'])
  assert.ok(JSON.parse(json).staleLocks.includes(x.display))
})

test('a screen that hangs is told as one, and ends the examination all the same', async (t) => {
  const x = await startXServer(t)
  await whileHalted(x.pid, async () => {
    const { exitCode, stdout } = await doctor(t, { x })
    assert.equal(exitCode, 1)
    assert.match(stdout, /cookie \(the server’s own file\): no answer in time/)
    assert.match(stdout, new RegExp(`The X server of display :${x.display} does not answer`))
  })
})

test('an engine that is away is a fault; what the agent runs is told with its findings', async (t) => {
  const x = await startXServer(t)
  const port = await freePort()
  const checkedAt = new Date().toISOString()
  const api = createLocalApi({
    host: '127.0.0.1',
    port,
    status: () => ({
      agentVersion: '0.0.0',
      deviceId: undefined,
      hubUrl: 'https://hub.example',
      session: 'online',
      sessionReason: undefined,
      approval: 'approved',
      engine: {},
      display: { state: 'unknown', checkedAt },
      acceptedGeneration: 1,
      launches: [
        {
          launchId: 'lau-aaaaaaaaaaaaaaaa',
          phase: 'running',
          containers: [],
          restarts: 0,
          picture: { verdict: 'black', checkedAt },
          warnings: [{ code: 'AGENT_CAUSE_KOREAN_FONT' }],
          changedAt: checkedAt,
        },
      ],
    }),
  })
  await api.start()
  t.after(() => api.stop())
  const device = { x, engineSocket: '/nowhere/docker.sock', localApiPort: port }
  const { exitCode, stdout } = await doctor(t, device)
  assert.equal(exitCode, 1)
  assert.match(stdout, /^\[FAIL\] Docker: does not answer$/m)
  assert.match(stdout, /! Docker Engine does not answer\.\n.*\n? +→ Start it: systemctl start docker/)
  assert.match(stdout, /^\[ ok \] Agent: runs, hub: connected$/m)
  assert.match(stdout, /^\[warn\] Launch lau-aaaaaaaaaaaaaaaa: running, window black$/m)
  assert.match(stdout, /! The image has no Korean font/)
})

test('asked wrongly it says how to ask', async (t) => {
  const { exitCode, stdout, stderr } = await doctor(t, { x: { display: 1 } }, ['--dispaly'])
  assert.deepEqual([exitCode, stdout], [2, ''])
  assert.match(stderr, /^usage: bongsu-agent doctor --display/)
})
