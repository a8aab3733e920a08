// Who may do what: every route and role, undeclared routes, tokens that are wrong, removed, over, or guessed at.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { ROLE_PERMISSIONS } from '@bongsu/hub'
import type { AccessToken } from '@bongsu/protocol'
import { startDatabase, type TestDatabase } from '../../infra/database.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { suiteCleanup } from './suite-cleanup.ts'

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly permission: string
}

const routes: Route[] = []

describe('access', () => {
  let database: TestDatabase
  let hub: TestHub
  const cleanup = suiteCleanup()
  const tokens: Record<string, string> = {}

  before(async () => {
    database = await startDatabase(cleanup)
    hub = await startTestHub(cleanup, database)
    for (const role of ['viewer', 'operator', 'admin']) {
      const body = { name: role, role }
      const made = await hub.call<AccessToken>({ method: 'POST', url: '/api/v1/access-tokens', body })
      tokens[role] = made.body.token ?? ''
    }
    const described = (await hub.call<OpenApi>({ url: '/api/v1/openapi.json' })).body
    for (const [path, methods] of Object.entries(described.paths)) {
      for (const [method, { description }] of Object.entries(methods)) {
        routes.push({
          method: method.toUpperCase() as Route['method'],
          url: path
            .replace('{version}', '1.0.0')
            .replace('{digest}', `sha256:${'0'.repeat(64)}`)
            .replace('{id}', exampleIdFor(path)),
          permission: /Permission: (\S+)\.$/.exec(description ?? '')?.[1] ?? '',
        })
      }
    }
    routes.push({ method: 'GET', url: '/metrics', permission: 'metrics:read' })
  })

  test('every route lets exactly the roles of its permission pass', async () => {
    assert.ok(routes.length >= 30, `${routes.length} routes are described`)
    for (const { method, url, permission } of routes) {
      // The feed never ends by itself; its refusals are the same hook.
      if (url === '/api/v1/changes') continue
      for (const role of ['nobody', 'viewer', 'operator', 'admin'] as const) {
        const token = role === 'nobody' ? null : (tokens[role] ?? '')
        const isOpen = permission === 'public' || permission === 'agent'
        const isAllowed =
          isOpen || (role !== 'nobody' && ROLE_PERMISSIONS[role].has(permission as 'device:read'))
        const { status, code } = await hub.call({ method, url, token })
        const isRefused = code === 'HUB_UNAUTHENTICATED' || code === 'HUB_FORBIDDEN'
        assert.equal(isRefused, !isAllowed, `${role} ${method} ${url} (${permission}): ${status} ${code}`)
        if (isRefused) assert.equal(status, role === 'nobody' ? 401 : 403)
      }
    }
  })

  test('a device token downloads archives and nothing else', async () => {
    const { createDeviceTokens } = await import('../../../packages/hub/src/identity/device-token.ts')
    const { systemClock } = await import('@bongsu/foundation')
    const made = createDeviceTokens(hub.hub.identity.secretFor('device-token'), systemClock)
    const { token } = made.issue('dev-aaaaaaaaaaaaaaaa', 1)
    for (const { method, url, permission } of routes) {
      if (permission === 'public' || permission === 'agent') continue
      const { code } = await hub.call({ method, url, token })
      // Not even archives, as long as nothing is wished of it.
      assert.equal(code, 'HUB_FORBIDDEN', `${method} ${url}`)
    }
  })

  test('a route that declares no permission stops the start', async (t) => {
    const undeclared = startTestHub(t, database, {
      dependencies: {
        extend: (server) => {
          server.get('/api/v1/forgotten', async () => 'anybody')
        },
      },
    })
    await assert.rejects(undeclared, /GET \/api\/v1\/forgotten declares no permission/)
  })

  test('a removed token is refused at the next request', async () => {
    const body = { name: 'short-lived', role: 'viewer' }
    const { body: made } = await hub.call<AccessToken>({ method: 'POST', url: '/api/v1/access-tokens', body })
    const token = made.token ?? ''
    assert.equal((await hub.call({ url: '/api/v1/me', token })).status, 200)
    assert.equal((await hub.call({ method: 'DELETE', url: `/api/v1/access-tokens/${made.id}` })).status, 204)
    assert.equal((await hub.call({ url: '/api/v1/me', token })).code, 'HUB_UNAUTHENTICATED')
    const listed = await hub.call<{ items: AccessToken[] }>({ url: '/api/v1/access-tokens' })
    assert.ok(!listed.body.items.some(({ id }) => id === made.id))
    assert.ok(listed.body.items.every((item) => item.token === undefined))
  })

  test('guessing is stopped, without locking out who is signed in at the same address', async (t) => {
    const own = await startTestHub(t, database)
    assert.equal((await own.call({ url: '/api/v1/me' })).status, 200)
    const guesses = Array.from({ length: 25 }, (_, index) => `bat1.admin.guess${index}`)
    const codes: (string | undefined)[] = []
    for (const token of guesses) codes.push((await own.call({ url: '/api/v1/me', token })).code)
    assert.equal(codes[0], 'HUB_UNAUTHENTICATED')
    assert.equal(codes.at(-1), 'HUB_TOO_MANY_ATTEMPTS')
    assert.equal((await own.call({ url: '/api/v1/me' })).status, 200)
  })

  test('odd authorization headers are refused', async () => {
    for (const authorization of [
      '',
      'Basic YTpi',
      `bearer`,
      `Bearer  ${hub.adminToken}`,
      `${hub.adminToken}`,
    ]) {
      const { status } = await hub.call({ url: '/api/v1/me', token: null, headers: { authorization } })
      assert.equal(status, 401, authorization)
    }
  })
})

interface OpenApi {
  paths: Record<string, Record<string, { description?: string }>>
}

function exampleIdFor(path: string): string {
  if (path.includes('/devices/')) return 'dev-aaaaaaaaaaaaaaaa'
  if (path.includes('/deployments/')) return 'dep-aaaaaaaaaaaaaaaa'
  if (path.includes('/launches/')) return 'lau-aaaaaaaaaaaaaaaa'
  if (path.includes('/join-tokens/')) return 'jtk-aaaaaaaaaaaaaaaa'
  if (path.includes('/access-tokens/')) return 'atk-aaaaaaaaaaaaaaaa'
  return 'unknown-package'
}
