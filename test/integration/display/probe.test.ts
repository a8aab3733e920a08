// Every answer that a display can give to the probe, from real X servers.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { probeDisplay } from '../../../packages/agent/src/display/probe.ts'
import { openX11, type X11Connection } from '../../../packages/agent/src/display/x11/connection.ts'
import { XCookie } from '../../../packages/agent/src/display/x11/x-cookie.ts'
import { requireProgram } from '../../infra/programs.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { startXServer } from '../../infra/x-server.ts'
import { cookieOf, socketPathOf, whileHalted } from './x-clients.ts'

test('with the cookie a display is ready, and says its size', async (t) => {
  const x = await startXServer(t, { screen: '1024x600x24' })
  assert.deepEqual(await probeDisplay({ socketPath: socketPathOf(x), cookie: cookieOf(x) }), {
    kind: 'ready',
    widthPixels: 1024,
    heightPixels: 600,
    vendor: 'The X.Org Foundation',
    screens: [{ widthPixels: 1024, heightPixels: 600 }],
  })
})

test('without or with a wrong cookie it refuses in its own words', async (t) => {
  const socketPath = socketPathOf(await startXServer(t))
  assert.deepEqual(await probeDisplay({ socketPath }), {
    kind: 'refused',
    reason: 'Authorization required, but no authorization protocol specified',
  })
  assert.deepEqual(await probeDisplay({ socketPath, cookie: new XCookie(Buffer.alloc(16, 1)) }), {
    kind: 'refused',
    reason: 'Invalid MIT-MAGIC-COOKIE-1 key',
  })
})

test('no server, and a server that was killed', async (t) => {
  assert.deepEqual(await probeDisplay({ socketPath: '/tmp/.X11-unix/X65000' }), { kind: 'no_socket' })
  const x = await startXServer(t)
  await x.kill()
  assert.deepEqual(await probeDisplay({ socketPath: socketPathOf(x), cookie: cookieOf(x) }), {
    kind: 'stale_socket',
  })
  rmSync(socketPathOf(x))
  rmSync(`/tmp/.X${x.display}-lock`)
})

test('a server that stands still is given up after the time limit', async (t) => {
  const x = await startXServer(t)
  await whileHalted(x.pid, async () => {
    const result = await probeDisplay({ socketPath: socketPathOf(x), cookie: cookieOf(x), timeoutMs: 300 })
    assert.deepEqual(result, { kind: 'timeout', afterMs: 300 })
  })
})

test('a server that is full says so', async (t) => {
  const x = await startXServer(t)
  const options = { socketPath: socketPathOf(x), cookie: cookieOf(x), timeoutMs: 10_000 }
  const connections: X11Connection[] = []
  t.after(() => {
    for (const connection of connections) connection.close()
  })
  // The default limit is 256 clients, some of them the server's own.
  for (let count = 0; count < 256; count += 1) {
    const connection = await openX11(options).catch(() => undefined)
    if (!connection) break
    connections.push(connection)
  }
  assert.deepEqual(await probeDisplay(options), {
    kind: 'refused',
    reason: 'Maximum number of clients reached',
  })
})

test('a socket whose mode keeps us out is denied', async (t) => {
  assert.equal(process.getuid?.(), 0, 'probing as another user needs root: run the tests as root')
  const folder = tempDir(t)
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'x'), { mode: 0o755 })
  const socketPath = join(folder, 'x', 'X0')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  t.after(() => server.close())
  chmodSync(socketPath, 0o700)
  // The other user may not be allowed to read the checkout: it gets a program and a Node of its own.
  const probe = fileURLToPath(new URL('../../../packages/agent/src/display/probe.ts', import.meta.url))
  const code = `import { probeDisplay } from ${JSON.stringify(probe)}
    console.log(JSON.stringify(await probeDisplay({ socketPath: ${JSON.stringify(socketPath)} })))`
  const program = join(folder, 'probe.mjs')
  await build({
    stdin: { contents: code, resolveDir: folder },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
  })
  const node = join(folder, 'node')
  copyFileSync(process.execPath, node)
  for (const path of [program, node]) chmodSync(path, 0o755)
  const setpriv = requireProgram('setpriv', 'util-linux')
  const asOther = ['--reuid=65534', '--regid=65534', '--clear-groups', node, program]
  const output = execFileSync(setpriv, asOther, { encoding: 'utf8', cwd: folder })
  assert.deepEqual(JSON.parse(output), { kind: 'denied' })
})
