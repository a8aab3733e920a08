// Against a real server on a real socket: what is sent, and what comes of each kind of answer.
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { HubClient } from './hub-client.ts'
import { HubClock } from './hub-clock.ts'
import { path, withQuery } from './path.ts'
import { HubUnreachable, ProblemError } from './problem.ts'

async function withHub(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  run: (client: HubClient, seen: { signedOut: number; clock: HubClock }) => Promise<void>,
) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const seen = { signedOut: 0, clock: new HubClock() }
  const client = new HubClient({
    token: 'secret',
    language: 'ko',
    clock: seen.clock,
    onUnauthenticated: () => {
      seen.signedOut += 1
    },
    fetch: (target, init) => fetch(origin + String(target), init),
  })
  try {
    await run(client, seen)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const problem = (status: number, code: string) =>
  JSON.stringify({ type: 'about:blank', title: 't', status, code, remedy: 'r', requestId: 'req-1' })

test('each call carries token and language, and what its method needs', async () => {
  const calls: string[] = []
  await withHub(
    ({ method, url, headers }, response) => {
      const { authorization, 'accept-language': language } = headers
      const extra = [headers['idempotency-key'], headers['if-match']].filter(Boolean).join()
      calls.push(`${method} ${url} ${authorization} ${language} ${extra}`.trim())
      response.end('{}')
    },
    async (client) => {
      await client.get('/me')
      await client.post('/devices', {}, 'key-1')
      await client.patch('/devices/dev-1', {}, 3)
      await client.remove('/devices/dev-1', 4)
    },
  )
  assert.deepEqual(calls, [
    'GET /api/v1/me Bearer secret ko',
    'POST /api/v1/devices Bearer secret ko key-1',
    'PATCH /api/v1/devices/dev-1 Bearer secret ko "3"',
    'DELETE /api/v1/devices/dev-1 Bearer secret ko "4"',
  ])
})

test('a refusal is a problem, a lost session is told, anything else is no hub', async () => {
  const answers: [number, string][] = [
    [409, problem(409, 'HUB_ALREADY_REGISTERED')],
    [401, problem(401, 'HUB_UNAUTHENTICATED')],
    [502, '<html>Bad Gateway</html>'],
  ]
  let next = 0
  await withHub(
    (_request, response) => {
      const [status, body] = answers[next++] ?? [500, '']
      response.writeHead(status).end(body)
    },
    async (client, seen) => {
      const refused = (code: string) => (error: unknown) =>
        error instanceof ProblemError && error.problem.code === code
      await assert.rejects(client.get('/me'), refused('HUB_ALREADY_REGISTERED'))
      assert.equal(seen.signedOut, 0)
      await assert.rejects(client.get('/me'), refused('HUB_UNAUTHENTICATED'))
      assert.equal(seen.signedOut, 1)
      await assert.rejects(client.get('/me'), HubUnreachable)
    },
  )
})

test('ages follow the hub’s clock when the browser’s is wrong', async () => {
  const date = new Date(Date.now() - 3_600_000).toUTCString()
  await withHub(
    (_request, response) => {
      response.setHeader('date', date)
      response.end('{}')
    },
    async (client, { clock }) => {
      await client.get('/me')
      assert.ok(Math.abs(clock.now() - Date.parse(date)) < 10_000)
    },
  )
})

test('paths and queries are escaped', () => {
  assert.equal(path('packages', 'a', 'versions', '1.0+b/c'), '/packages/a/versions/1.0%2Bb%2Fc')
  assert.equal(
    withQuery('/devices', { q: '서울 a&b', cursor: '', limit: 5 }),
    '/devices?q=%EC%84%9C%EC%9A%B8+a%26b&limit=5',
  )
  assert.equal(withQuery('/devices', {}), '/devices')
})
