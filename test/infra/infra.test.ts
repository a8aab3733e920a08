// The starters that other tests stand on: each brings the real thing up, ends it, and leaves nothing.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { isAlive, readProcess } from '@bongsu/trial'
import mongoose from 'mongoose'
import { ensureX11Image, sampleImage } from './base-image.ts'
import { startDatabase } from './database.ts'
import { machineEngine, startPrivateEngine } from './docker-engine.ts'
import { freePort } from './free-port.ts'
import { requireProgram } from './programs.ts'
import { waitFor } from './wait-for.ts'
import { startXServer } from './x-server.ts'

test('a client in a container opens a window on an own X server with its cookie, and none without', async (t) => {
  const docker = await machineEngine()
  const Image = await ensureX11Image()
  const x = await startXServer(t)
  const run = async (Env: string[]) => {
    const container = await docker.createContainer({
      Image,
      Cmd: ['xdpyinfo'],
      Env: [`DISPLAY=${x.displayName}`, ...Env],
      HostConfig: {
        NetworkMode: 'none',
        Mounts: [
          { Type: 'bind', Source: '/tmp/.X11-unix', Target: '/tmp/.X11-unix', ReadOnly: true },
          { Type: 'bind', Source: x.authFile, Target: '/run/Xauthority', ReadOnly: true },
        ],
      },
    })
    t.after(() => container.remove({ force: true }))
    await container.start()
    const { StatusCode } = (await container.wait()) as { StatusCode: number }
    const log = await container.logs({ stdout: true, stderr: true })
    return { StatusCode, log: log.toString() }
  }
  const allowed = await run(['XAUTHORITY=/run/Xauthority'])
  assert.equal(allowed.StatusCode, 0, allowed.log)
  assert.match(allowed.log, /dimensions:\s+1280x720 pixels/)
  const refused = await run([])
  assert.notEqual(refused.StatusCode, 0)
  assert.match(refused.log, /Authorization required/)
})

test('an X server that is killed leaves its socket, one that is stopped does not', async (t) => {
  const [killed, stopped] = [await startXServer(t), await startXServer(t, { screen: '640x480x24' })]
  const socket = (display: number) => `/tmp/.X11-unix/X${display}`
  await Promise.all([killed.kill(), stopped.stop()])
  assert.deepEqual(
    [killed, stopped].map(({ display }) => existsSync(socket(display))),
    [true, false],
  )
  rmSync(socket(killed.display))
  rmSync(`/tmp/.X${killed.display}-lock`)
})

test('a database keeps what it acknowledged through SIGKILL', async (t) => {
  const database = await startDatabase(t)
  const write = await mongoose.createConnection(database.uri).asPromise()
  await write.collection('things').insertOne({ name: '봉수' })
  await write.close()
  await database.kill()
  await database.start()
  const read = await mongoose.createConnection(database.uri).asPromise()
  assert.equal(await read.collection('things').countDocuments({ name: '봉수' }), 1)
  await read.close()
})

test('a private engine has images of its own, survives its own death and does not touch the machine’s', async (t) => {
  const machine = await machineEngine()
  const networks = async () => (await machine.listNetworks()).map(({ Id }) => Id).sort()
  const before = await networks()
  const engine = await startPrivateEngine(t)
  // Hooks run in the order they are registered: this one after the engine's own undoing.
  t.after(() => {
    assert.equal(existsSync(engine.folder), false)
    assert.equal(readFileSync('/proc/mounts', 'utf8').includes(engine.folder), false, 'nothing stays mounted')
  })
  assert.equal((await engine.docker.info()).DockerRootDir, `${engine.folder}/data`)
  assert.deepEqual(await engine.docker.listImages(), [])
  const Image = await ensureX11Image(engine.api)
  const container = await engine.docker.createContainer({
    Image,
    Cmd: ['sleep', '1000'],
    HostConfig: { NetworkMode: 'none', Init: true },
  })
  await container.start()
  const pid = (await container.inspect()).State.Pid
  const row = readProcess(pid)
  assert.ok(row)
  await engine.kill()
  assert.equal(await engine.api.ping(), 'absent')
  await engine.start()
  assert.equal((await engine.docker.listContainers({ all: true })).length, 1)
  await engine.stop()
  await waitFor(() => !isAlive(row), { what: 'the container ended with its engine' })
  assert.deepEqual(await networks(), before)
})

test('the sample image is there', async () => {
  assert.match(await sampleImage(), /^bongsu\/person-detector:[0-9a-f]{12}$/)
})

test('ports are free, and a missing program is an error with the way to get it', async () => {
  const ports = new Set(await Promise.all(Array.from({ length: 8 }, freePort)))
  assert.equal(ports.size, 8)
  assert.throws(
    () => requireProgram('no-such-program', 'some-package'),
    /sudo apt-get install -y some-package/,
  )
})

test('waiting tells what was expected and what was seen last', async () => {
  assert.equal(await waitFor(() => 3, { what: 'three', until: (value) => value === 3 }), 3)
  const never = waitFor(() => ({ state: 'pending' }), { what: 'it runs', timeoutMs: 1, until: () => false })
  await assert.rejects(never, /still not so: it runs; last seen: \{ state: 'pending' \}/)
})
