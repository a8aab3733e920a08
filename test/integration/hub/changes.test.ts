// The change feed over a real socket: what happens is told, what was missed is repeated, a removed token ends it.
import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import { before, describe, test } from 'node:test'
import type { AccessToken, Change, Device } from '@bongsu/protocol'
import { startDatabase } from '../../infra/database.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { suiteCleanup } from './suite-cleanup.ts'

interface Feed {
  readonly events: { id: string; change: Change }[]
  readonly response: IncomingMessage
  isEnded: boolean
}

describe('change feed', () => {
  let hub: TestHub
  let address: string
  const cleanup = suiteCleanup()

  const follow = (token: string, lastEventId?: string) =>
    new Promise<Feed>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(lastEventId && { 'last-event-id': lastEventId }),
      }
      const request = get(`${address}/api/v1/changes`, { headers }, (response) => {
        const feed: Feed = { events: [], response, isEnded: false }
        let rest = ''
        response.setEncoding('utf8')
        response.on('data', (text: string) => {
          const parts = (rest + text).split('\n\n')
          rest = parts.pop() ?? ''
          for (const part of parts) {
            const [, id, data] = /^id: (.+)\ndata: (.+)$/.exec(part) ?? []
            if (id && data) feed.events.push({ id, change: JSON.parse(data) })
          }
        })
        response.once('close', () => {
          feed.isEnded = true
        })
        resolve(feed)
      })
      request.once('error', reject)
      cleanup.after(() => void request.destroy())
    })
  const register = async () =>
    (await hub.call<Device>({ method: 'POST', url: '/api/v1/devices', body: { name: 'changing' } })).body

  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
    address = await hub.hub.server.listen({ port: 0, host: '127.0.0.1' })
  })

  test('a registration is told, and told again to whom comes back', async () => {
    const feed = await follow(hub.adminToken)
    assert.equal(feed.response.headers['content-type'], 'text/event-stream')
    assert.equal(feed.response.headers['x-content-type-options'], 'nosniff')
    const first = await register()
    await waitFor(() => feed.events.some(({ change }) => change.id === first.id), {
      what: 'the change is told',
    })
    feed.response.destroy()
    const second = await register()
    const again = await follow(hub.adminToken, feed.events.at(-1)?.id)
    await waitFor(() => again.events.some(({ change }) => change.id === second.id), {
      what: 'it is repeated',
    })
    assert.ok(!again.events.some(({ change }) => change.id === first.id))
    again.response.destroy()
  })

  test('the feed of a removed token ends', async () => {
    const body = { name: 'follower', role: 'viewer' }
    const made = await hub.call<AccessToken>({ method: 'POST', url: '/api/v1/access-tokens', body })
    const feed = await follow(made.body.token ?? '')
    await hub.call({ method: 'DELETE', url: `/api/v1/access-tokens/${made.body.id}` })
    await waitFor(() => feed.isEnded, { what: 'the feed has ended' })
  })

  test('without a token there is no feed', async () => {
    const feed = await follow('wrong')
    assert.equal(feed.response.statusCode, 401)
  })
})
