// The agent as its units run it: one half root and without a network, the other with a network and without rights.
import assert from 'node:assert/strict'
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { testChildren } from '../../infra/children.ts'
import { freePort } from '../../infra/free-port.ts'
import { requireProgram } from '../../infra/programs.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startXServer } from '../../infra/x-server.ts'
import { shipAgent } from './shipped-agent.ts'

/** Of the group `nogroup`, which the helper listens to here. */
const AGENT = { uid: 3456, gid: 65_534 }

test('without rights the agent tells its display, and goes on while its helper is replaced', async (t) => {
  assert.equal(process.getuid?.(), 0, 'being two users takes root: run the tests as root')
  const x = await startXServer(t)
  const { program } = await shipAgent(t)
  const folder = tempDir(t, 'halves')
  const [stateDir, runDir] = [join(folder, 'state'), join(folder, 'run')]
  for (const path of [stateDir, runDir]) mkdirSync(path)
  for (const path of [dirname(dirname(program)), folder]) chmodSync(path, 0o755)
  chmodSync(runDir, 0o711)
  chownSync(stateDir, AGENT.uid, AGENT.gid)
  const node = join(folder, 'node')
  copyFileSync(process.execPath, node)
  chmodSync(node, 0o755)
  const port = await freePort()
  const config = join(folder, 'agent.toml')
  writeFileSync(
    config,
    `[hub]
    url = "http://127.0.0.1:${await freePort()}"
    [paths]
    state_dir = "${stateDir}"
    run_dir = "${runDir}"
    [local_api]
    port = ${port}
    [docker]
    socket = "${join(folder, 'no-engine.sock')}"
    [display]
    number = ${x.display}
    [helper]
    socket = "${join(runDir, 'helper.sock')}"
    group = "nogroup"`,
  )
  const { processes } = testChildren(t, { name: 'halves' })
  const startHelper = (name: string) =>
    processes.start({
      name,
      argv: [node, program, 'helper', '--config', config],
      ready: () =>
        (statSync(join(runDir, 'helper.sock'), { throwIfNoEntry: false })?.mode ?? 0) % 0o100 !== 0,
    })
  const helper = await startHelper('helper')
  const setpriv = requireProgram('setpriv', 'util-linux')
  const asAgent = [`--reuid=${AGENT.uid}`, `--regid=${AGENT.gid}`, '--clear-groups', '--bounding-set=-all']
  const status = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/status`)
    return (await response.json()) as { readonly display: Readonly<Record<string, unknown>> }
  }
  const agent = await processes.start({
    name: 'agent',
    cwd: '/',
    argv: [setpriv, ...asAgent, node, program, '--config', config],
    ready: async () => (await fetch(`http://127.0.0.1:${port}/livez`).catch(() => undefined))?.ok === true,
  })
  const tells = (what: string, isSo: (display: Readonly<Record<string, unknown>>) => boolean) =>
    waitFor(async () => (await status()).display, { what, until: isSo })
  const display = await tells('its display with its outputs', ({ outputs }) => outputs !== undefined)
  assert.partialDeepStrictEqual(display, {
    state: 'ready',
    number: x.display,
    serverKind: 'xvfb',
    isVirtual: true,
    isUnprotected: false,
    widthPixels: 1280,
  })
  assert.match(readFileSync(`/proc/${agent.pid}/status`, 'utf8'), /^Uid:\s+3456\s+3456\s+3456\s+3456$/m)

  await helper.stop()
  await tells('that it cannot look', ({ state }) => state === 'unknown')
  await startHelper('next-helper')
  await tells('its display again', ({ state }) => state === 'ready')
  assert.ok(agent.isRunning())
})
