// GET /api/v1/devices/:id/live-view: what the device's screen shows, as it changes. View only: nothing goes back.
// A client that reads slowly is sent fewer frames, by not taking them from the device; one that goes ends its stream.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type Clock, CodedError } from '@bongsu/foundation'
import { DeviceId, type IncomingStream, LaunchId, StreamEnded } from '@bongsu/protocol'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { preferredLanguage, toCodedError, toProblem } from '../plugins/error-handler.ts'
import type { HubServer } from '../server.ts'
import type { Sessions } from '../sessions/ports.ts'
import { createFrameParts, LAST_BOUNDARY, LIVE_VIEW_TYPE, problemPart } from './live-frames.ts'
import type { DeviceService } from './service.ts'

const Params = Type.Object({ id: DeviceId })
const Query = Type.Object({
  launchId: Type.Optional(LaunchId),
  maxWidthPixels: Type.Optional(Type.Integer({ minimum: 16, maximum: 16_384 })),
  framesPerSecond: Type.Optional(Type.Number({ minimum: 0.1, maximum: 5 })),
  durationSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 3600 })),
})

const OPEN_WITHIN_MS = 15_000
const DEFAULT_DURATION_SECONDS = 600
/** A client that takes nothing for so long is gone. */
const STALLED_AFTER_MS = 30_000
const MAX_VIEWS = 100

const DESCRIPTION =
  'Answers `multipart/x-mixed-replace; boundary=bongsu-frame`: each part is one PNG with `Content-Length` and ' +
  '`Bongsu-Received-At`. A new part comes when the picture changed, at most `framesPerSecond` (default 1) and at least ' +
  'every 10 seconds. What cannot begin is an ordinary problem; a view that breaks ends with a part of type ' +
  '`application/problem+json`. Without `launchId` the whole screen. Ends after `durationSeconds` (default 600).'

export interface LiveViewParts {
  readonly service: DeviceService
  readonly sessions: () => Sessions
  readonly clock: Clock
  /** @throws CodedError HUB_LAUNCH_NOT_FOUND */
  readonly requireLaunchOf: (launchId: string, deviceId: string) => Promise<void>
}

export interface LiveViews {
  /** Ends the views of a caller whose token is no longer good. */
  endFor(principalId: string): void
}

export function registerLiveViewRoute(server: HubServer, parts: LiveViewParts): LiveViews {
  const { service, sessions, clock, requireLaunchOf } = parts
  const open = new Map<ServerResponse, string>()

  server.get(
    '/api/v1/devices/:id/live-view',
    {
      config: { permission: 'screen:read' },
      schema: { description: DESCRIPTION, params: Params, querystring: Query },
    },
    async (request, reply) => {
      const { params, query } = request
      await service.get(params.id)
      if (query.launchId !== undefined) await requireLaunchOf(query.launchId, params.id)
      if (open.size >= MAX_VIEWS) throw new CodedError('HUB_LIVE_VIEWS_FULL')
      const response = reply.raw
      open.set(response, request.principal.id)
      response.once('close', () => open.delete(response))
      try {
        const frames = await sessions().liveView(params.id, {
          ...query,
          framesPerSecond: query.framesPerSecond ?? 1,
          durationSeconds: query.durationSeconds ?? DEFAULT_DURATION_SECONDS,
          timeoutMs: OPEN_WITHIN_MS,
        })
        reply.hijack()
        for (const [name, value] of Object.entries(reply.getHeaders())) {
          if (value !== undefined) response.setHeader(name, value)
        }
        const headers = {
          'content-type': LIVE_VIEW_TYPE,
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        }
        response.writeHead(200, headers)
        await forward(frames, { request, response, clock })
      } catch (error) {
        open.delete(response)
        throw error
      }
    },
  )
  server.addHook('preClose', async () => {
    for (const response of open.keys()) response.destroy()
  })
  return {
    endFor(principalId) {
      for (const [response, owner] of open) if (owner === principalId) response.destroy()
    },
  }
}

interface Viewer {
  readonly request: FastifyRequest
  readonly response: ServerResponse
  readonly clock: Clock
}

/** Until either side ends; never rejects. */
async function forward(frames: IncomingStream, { request, response, clock }: Viewer): Promise<void> {
  const parts = createFrameParts()
  const gone = new AbortController()
  const leave = () => {
    gone.abort()
    frames.cancel('PROTOCOL_STREAM_CANCELLED')
  }
  if (response.destroyed) return leave()
  response.once('close', leave)
  try {
    for await (const bytes of frames) {
      const out = parts.take(bytes, clock.now())
      if (!out) throw new CodedError('PROTOCOL_BAD_STREAM_FRAME', { parameters: { problem: 'not a frame' } })
      let hasRoom = true
      for (const part of out) hasRoom = response.write(part)
      if (!hasRoom) await drained(response, clock, gone.signal)
    }
  } catch (error) {
    if (gone.signal.aborted) return
    // Within a frame nothing can be said any more.
    if (!parts.isAtRest()) return void response.destroy()
    const code = error instanceof StreamEnded ? error.code : undefined
    const cause = code === undefined ? toCodedError(error) : new CodedError(code)
    const language = preferredLanguage(request.headers['accept-language'])
    response.write(problemPart(toProblem(cause, language, request.id)))
  }
  response.end(LAST_BOUNDARY)
}

async function drained(response: ServerResponse, clock: Clock, gone: AbortSignal): Promise<void> {
  const over = new AbortController()
  const signal = AbortSignal.any([gone, over.signal])
  const stalled = clock.sleep(STALLED_AFTER_MS, signal).then(
    () => void response.destroy(),
    () => undefined,
  )
  await Promise.race([once(response, 'drain', { signal }).catch(() => undefined), stalled])
  over.abort()
}
