// GET /api/v1/changes: the change feed as server-sent events (WHATWG HTML, 9.2). A client that does not keep up
// is cut off and comes back; it never makes the hub hold its events.
import type { ServerResponse } from 'node:http'
import type { Clock } from '@bongsu/foundation'
import type { HubServer } from '../server.ts'
import type { ChangeFeed, NumberedChange } from './change-feed.ts'

const COMMENT_INTERVAL_MS = 15_000
const MAX_WAITING_BYTES = 256 * 1024
const MAX_FOLLOWERS = 1_000

const toEvent = ({ id, change }: NumberedChange): string => `id: ${id}\ndata: ${JSON.stringify(change)}\n\n`

export interface ChangeStreams {
  /** Ends the feeds of a caller whose token is no longer good. */
  endFor(principalId: string): void
}

export function registerChangeRoutes(
  server: HubServer,
  { changes, clock }: { changes: ChangeFeed; clock: Clock },
): ChangeStreams {
  const open = new Map<ServerResponse, string>()

  const follow = (response: ServerResponse, principalId: string, lastId: string | undefined) => {
    const send = (text: string) => {
      if (response.writableLength > MAX_WAITING_BYTES) response.destroy()
      else response.write(text)
    }
    const unlisten = changes.listen((numbered) => send(toEvent(numbered)))
    const comments = clock.every(COMMENT_INTERVAL_MS, () => send(':\n\n'))
    open.set(response, principalId)
    response.once('close', () => {
      unlisten()
      comments.stop()
      open.delete(response)
    })
    send(`: changes\n\n${changes.since(lastId).map(toEvent).join('')}`)
  }

  server.get('/api/v1/changes', { config: { permission: 'change:read' } }, async (request, reply) => {
    const [oldest] = open.keys()
    if (open.size >= MAX_FOLLOWERS) oldest?.end()
    const lastId = request.headers['last-event-id']
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    follow(reply.raw, request.principal.id, typeof lastId === 'string' ? lastId : undefined)
  })

  server.addHook('preClose', async () => {
    for (const response of open.keys()) response.end()
  })
  return {
    endFor(principalId) {
      for (const [response, owner] of open) if (owner === principalId) response.end()
    },
  }
}
