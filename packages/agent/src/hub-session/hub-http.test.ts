// What answers in place of a hub, and what a hub itself says, told apart on real connections.
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { HubRefused, postToHub } from './hub-http.ts'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

async function hubThat(t: TestContext, answer: Answer): Promise<URL> {
  const server = createServer((request, response) => answer(response, request))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return new URL(`http://127.0.0.1:${address.port}`)
}

const post = (url: URL, signal = new AbortController().signal) =>
  postToHub({ url }, '/api/v1/agent/nonces', { agentNonce: '가' }, signal)

async function failureOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => assert.fail('was answered'),
    (thrown: unknown) => thrown,
  )
  assert.ok(isCodedError(error), String(error))
  return error
}

const html = '<html><body>Please sign in</body></html>'

test('JSON is posted and the JSON answer given back', async (t) => {
  const seen: unknown[] = []
  const url = await hubThat(t, async (response, request) => {
    const body = await request.setEncoding('utf8').toArray()
    seen.push([request.method, request.url, JSON.parse(body.join(''))])
    response.writeHead(201, { 'content-type': 'application/json; charset=utf-8' }).end('{"nonce":"n"}')
  })
  assert.deepEqual(await post(url), { nonce: 'n' })
  assert.deepEqual(seen, [['POST', '/api/v1/agent/nonces', { agentNonce: '가' }]])
})

const notHubs: Readonly<Record<string, Answer>> = {
  'a web page with 200': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html),
  'a redirect to a sign-in page': (response) =>
    response.writeHead(302, { location: 'http://portal.invalid/', 'content-type': 'text/html' }).end(html),
  'a web page with 401': (response) => response.writeHead(401, { 'content-type': 'text/html' }).end(html),
  'a web page with 410': (response) => response.writeHead(410, { 'content-type': 'text/html' }).end(html),
  'a web page called JSON': (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(html),
  'JSON without a type': (response) => response.writeHead(200).end('{}'),
  'JSON refusals of somebody else': (response) =>
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"code":"PORTAL_CLOSED"}'),
  'an error of ours in a web page': (response) =>
    response.writeHead(403, { 'content-type': 'text/html' }).end('{"code":"PROTOCOL_DEVICE_REVOKED"}'),
  'a code of the agent': (response) =>
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"code":"AGENT_INTERNAL"}'),
  nothing: (response) => response.writeHead(204).end(),
}

for (const [name, answer] of Object.entries(notHubs)) {
  test(`${name} is no hub`, async (t) => {
    const error = await failureOf(post(await hubThat(t, answer)))
    assert.equal(error.code, 'PROTOCOL_NOT_A_HUB')
    assert.match(String(error.parameters?.found), /^\d{3} /)
    assert.ok(!(error instanceof HubRefused))
  })
}

test('a refusal of the hub keeps its code and its wish when to come back', async (t) => {
  const cases: readonly [retryAfter: string | undefined, retryAfterMs: number | undefined][] = [
    [undefined, undefined],
    ['7', 7000],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['1e99', 3_600_000],
    ['99999999999', 3_600_000],
    ['Infinity', 3_600_000],
  ]
  for (const [retryAfter, retryAfterMs] of cases) {
    const url = await hubThat(t, (response) => {
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
      response.writeHead(429, { 'content-type': 'application/problem+json' })
      response.end('{"code":"HUB_TOO_MANY_ATTEMPTS","title":"t"}')
    })
    const error = await failureOf(post(url))
    assert.ok(error instanceof HubRefused)
    assert.equal(error.code, 'HUB_TOO_MANY_ATTEMPTS')
    assert.equal(error.retryAfterMs, retryAfterMs, String(retryAfter))
  }
})

test('the values of a refusal come along, where they are values', async (t) => {
  const cases: readonly [parameters: unknown, kept: unknown][] = [
    [
      { version: '9', oldest: 1 },
      { version: '9', oldest: 1 },
    ],
    [undefined, undefined],
    [{ version: { nested: 1 } }, undefined],
    [{ version: 'x'.repeat(501) }, undefined],
    ['text', undefined],
  ]
  for (const [parameters, kept] of cases) {
    const url = await hubThat(t, (response) => {
      response.writeHead(426, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ code: 'PROTOCOL_UNSUPPORTED_VERSION', parameters }))
    })
    const error = await failureOf(post(url))
    assert.deepEqual(error.parameters, kept)
  }
})

test('an answer cut half way, a closed connection and an endless answer end as unreachable', async (t) => {
  const broken: Record<string, Answer> = {
    'cut half way': (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
      response.write('{"nonce":', () => response.destroy())
    },
    'closed without a word': (response) => void response.destroy(),
    endless: (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = () => response.write(' '.repeat(16_384), (error) => !error && more())
      more()
    },
  }
  for (const [name, answer] of Object.entries(broken)) {
    const error = await failureOf(post(await hubThat(t, answer)))
    assert.equal(error.code, 'PROTOCOL_HUB_UNREACHABLE', name)
  }
})

test('nobody listening is unreachable, with the words of the system', async (t) => {
  const url = await hubThat(t, () => undefined)
  const closed = new URL(url)
  // Port 1 is reserved and nobody listens on it; the connection proves it before the test relies on it.
  closed.port = '1'
  await new Promise<void>((resolve) => connect(1, '127.0.0.1').once('error', () => resolve()))
  const error = await failureOf(post(closed))
  assert.equal(error.code, 'PROTOCOL_HUB_UNREACHABLE')
  assert.match(String(error.parameters?.message), /ECONNREFUSED/)
})

test('an abort ends the wait with its own reason', async (t) => {
  const asked = Promise.withResolvers<void>()
  const url = await hubThat(t, () => asked.resolve())
  const abort = new AbortController()
  const answer = post(url, abort.signal)
  await asked.promise
  const reason = new Error('the agent stops')
  abort.abort(reason)
  await assert.rejects(answer, (error) => error === reason)
})
