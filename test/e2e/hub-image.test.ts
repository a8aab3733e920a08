// Production form: the hub's container image is built and runs as an unprivileged user against a database, and Compose
// itself reads the file that ties both together.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkoutFolder, EngineApi, localBaseImageName } from '@bongsu/trial'
import { ensureX11Image } from '../infra/base-image.ts'
import { startDatabase } from '../infra/database.ts'
import { machineEngine } from '../infra/docker-engine.ts'
import { freePort } from '../infra/free-port.ts'
import { requireProgram } from '../infra/programs.ts'
import { waitFor } from '../infra/wait-for.ts'

const checkout = checkoutFolder()
const TAG = 'bongsu/hub:test'

test('the hub’s image is built, runs unprivileged and serves HTTPS from its own authority', async (t) => {
  const engine = await machineEngine()
  await ensureX11Image()
  const base = await localBaseImageName('x11')
  execFileSync(process.execPath, ['deploy/hub-image.ts'], { cwd: checkout, stdio: 'pipe' })
  const tar = spawn(
    'tar',
    ['-c', '-C', 'deploy/dist/hub-image', '.', '-C', join(checkout, 'deploy'), 'hub.Dockerfile'],
    {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const options = { tag: TAG, dockerfile: 'hub.Dockerfile', buildArguments: { BASE_IMAGE: base.reference } }
  await new EngineApi().buildImage(tar.stdout, options)

  const database = await startDatabase(t)
  const port = await freePort()
  const container = await engine.createContainer({
    Image: TAG,
    Env: [
      `MONGODB_URI=${database.uri}`,
      'BONGSU_HUB_HOST=127.0.0.1',
      `BONGSU_HUB_PORT=${port}`,
      'BONGSU_HUB_PUBLIC_URL=https://127.0.0.1',
    ],
    HostConfig: {
      // The database listens on loopback only; in production Compose gives the two a network of their own.
      NetworkMode: 'host',
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': '' },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
    },
  })
  t.after(() => container.remove({ force: true, v: true }))
  await container.start()
  // The certificate is the hub's own: trust is not what this test is about.
  const curl = (path: string) =>
    execFileSync(
      'curl',
      ['--silent', '--show-error', '--fail', '--insecure', `https://127.0.0.1:${port}${path}`],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ).toString()
  try {
    await waitFor(() => curl('/readyz'), { what: 'the hub in the container is ready', timeoutMs: 60_000 })
  } catch (error) {
    throw new Error(String(await container.logs({ stdout: true, stderr: true })), { cause: error })
  }
  const { State, Config } = await container.inspect()
  assert.equal(Config.User, '10001:10001')
  const status = execFileSync('cat', [`/proc/${State.Pid}/status`]).toString()
  assert.match(status, /^Uid:\s+10001/m)
  assert.match(status, /^CapEff:\s+0000000000000000/m)
  assert.match(curl('/'), /<html/i)
  assert.equal(JSON.parse(curl('/api/v1/openapi.json')).openapi.slice(0, 2), '3.')
})

test('Compose reads compose.yaml: two services, the database unpublished and on a network without a way out', () => {
  const compose = requireProgram('docker-compose', 'docker-compose')
  const file = join(checkout, 'deploy/compose.yaml')
  const config = execFileSync(compose, ['--file', file, 'config'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString()
  assert.match(config, /MONGODB_URI: mongodb:\/\/mongodb:27017\/bongsu\?replicaSet=rs0/)
  const services = execFileSync(compose, ['--file', file, 'config', '--services'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  assert.deepEqual(services.toString().trim().split('\n').sort(), ['hub', 'mongodb'])
  const mongodb = /\n {2}mongodb:\n(?<body>[\s\S]*?)(\n {2}\w|\n\w)/.exec(config)?.groups?.body ?? ''
  assert.match(mongodb, /--replSet/)
  assert.doesNotMatch(mongodb, /\n {4}ports:/)
  assert.match(config, /internal: true/)
})
