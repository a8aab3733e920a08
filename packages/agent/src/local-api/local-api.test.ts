// The device's own service over real connections: what it answers, to whom, and what it refuses.
import assert from 'node:assert/strict'
import { type IncomingHttpHeaders, request } from 'node:http'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import type { AgentStatus } from './agent-status.ts'
import { createLocalApi } from './local-api.ts'

const status: AgentStatus = {
  agentVersion: '0.1.0',
  deviceId: 'dev-abcdefghijklmnop',
  hubUrl: 'http://127.0.0.1:7480/',
  session: 'online',
  sessionReason: undefined,
  approval: 'accepted',
  engine: { kind: 'ready', version: '27.0' },
  display: { state: 'ready', number: 0, checkedAt: '2026-01-01T00:00:00Z' },
  acceptedGeneration: 7,
  launches: ['running', 'running', 'failed'].map((phase) => ({
    launchId: 'lau-abcdefghijklmnop',
    phase: phase === 'running' ? 'running' : 'failed',
    containers: [],
    restarts: 0,
    changedAt: '2026-01-01T00:00:00Z',
  })),
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })
}

async function serving(t: TestContext, read: () => AgentStatus = () => status) {
  const port = await freePort()
  const api = createLocalApi({ host: '127.0.0.1', port, status: read })
  await api.start()
  t.after(() => api.stop())
  return { api, port }
}

interface Answer {
  code: number | undefined
  headers: IncomingHttpHeaders
  text: string
}

function ask(
  port: number,
  path: string,
  { method = 'GET', host = `127.0.0.1:${port}` } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method, agent: false, headers: { host } })
    call.once('error', reject)
    call.once('response', async (response) => {
      const text = (await response.setEncoding('utf8').toArray()).join('')
      resolve({ code: response.statusCode, headers: response.headers, text })
    })
    call.end()
  })
}

test('alive, ready and the status', async (t) => {
  const { port } = await serving(t)
  assert.equal((await ask(port, '/livez')).code, 200)
  assert.equal((await ask(port, '/readyz')).code, 200)
  const told = await ask(port, '/v1/status')
  assert.deepEqual(JSON.parse(told.text), JSON.parse(JSON.stringify(status)))
  assert.equal(told.headers['cache-control'], 'no-store')
  assert.equal((await ask(port, '/elsewhere')).code, 404)
})

test('alive but not ready while there is no session', async (t) => {
  const { port } = await serving(t, () => ({ ...status, session: 'waiting' }))
  assert.equal((await ask(port, '/livez')).code, 200)
  const ready = await ask(port, '/readyz')
  assert.deepEqual([ready.code, JSON.parse(ready.text)], [503, { session: 'waiting' }])
})

test('a name that somebody pointed here is refused, on every path', async (t) => {
  const { port } = await serving(t)
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    ':',
  ]) {
    for (const path of ['/livez', '/v1/status', '/metrics']) {
      const { code, text } = await ask(port, path, { host })
      assert.equal(code, 421, `${host} ${path}`)
      assert.doesNotMatch(text, /dev-/)
    }
  }
  for (const host of [
    'localhost',
    `localhost:${port}`,
    '127.0.0.1',
    `[::1]:${port}`,
    '[::1]',
    `192.0.2.7:${port}`,
  ]) {
    assert.equal((await ask(port, '/livez', { host })).code, 200, host)
  }
})

test('nothing can be written', async (t) => {
  const { port } = await serving(t)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    assert.equal((await ask(port, '/v1/status', { method })).code, 405, method)
  }
  const head = await ask(port, '/v1/status', { method: 'HEAD' })
  assert.deepEqual([head.code, head.text], [200, ''])
})

test('metrics in the text form, anew at each question', async (t) => {
  let launches = status.launches
  const { port } = await serving(t, () => ({ ...status, launches }))
  const first = await ask(port, '/metrics')
  assert.match(String(first.headers['content-type']), /^text\/plain/)
  assert.match(first.text, /^bongsu_agent_accepted_generation 7$/m)
  assert.match(first.text, /^bongsu_agent_session_online 1$/m)
  assert.match(first.text, /^bongsu_agent_launches\{phase="running"\} 2$/m)
  launches = []
  assert.doesNotMatch((await ask(port, '/metrics')).text, /^bongsu_agent_launches\{/m)
})

test('a status that fails is one answer, not the end of the agent', async (t) => {
  const { port } = await serving(t, () => {
    throw new Error('secret words')
  })
  const { code, text } = await ask(port, '/v1/status')
  assert.equal(code, 500)
  assert.doesNotMatch(text, /secret/)
  assert.equal((await ask(port, '/livez')).code, 200)
})

test('a taken port is an error of start; stop frees it', async (t) => {
  const { api, port } = await serving(t)
  const second = createLocalApi({ host: '127.0.0.1', port, status: () => status })
  await assert.rejects(second.start(), (error: unknown) => {
    const reason = isCodedError(error) ? error.toReason() : undefined
    assert.equal(reason?.code, 'AGENT_CONFIG_INVALID')
    assert.match(String(reason?.parameters?.problem), /EADDRINUSE/)
    return true
  })
  await api.stop()
  await second.start()
  await second.stop()
})
