// The device's own small HTTP service: is it alive, is it ready, what does it run. Read only; loopback unless configured.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { CodedError, messageOf, type Part } from '@bongsu/foundation'
import type { AgentMetrics, MetricValues } from '../telemetry/agent-metrics.ts'
import type { AgentStatus } from './agent-status.ts'

export interface LocalApiOptions {
  readonly host: string
  readonly port: number
  readonly status: () => AgentStatus
}

const METHODS = new Set(['GET', 'HEAD'])

/** A part of the agent: listens from `start` to `stop`; `start` throws AGENT_CONFIG_INVALID when it cannot. */
export function createLocalApi({ host, port, status }: LocalApiOptions): Part {
  let server: Server | undefined
  let metrics: AgentMetrics | undefined
  const sendMetrics = async (response: ServerResponse) => {
    const { createAgentMetrics } = await import('../telemetry/agent-metrics.ts')
    metrics ??= createAgentMetrics()
    const body = await metrics.render(metricValues(status()))
    response.writeHead(200, { 'content-type': metrics.contentType })
    response.end(body)
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    // A web page may point a name at this address (DNS rebinding): only addresses and localhost are answered.
    if (!isOwnHost(request.headers.host ?? '')) return send(response, 421, { error: 'wrong host' })
    if (!METHODS.has(request.method ?? '')) return send(response, 405, { error: 'read only' })
    switch (request.url) {
      case '/livez':
        return send(response, 200, { status: 'alive' })
      case '/readyz': {
        const { session } = status()
        return send(response, session === 'online' ? 200 : 503, { session })
      }
      case '/v1/status':
        return send(response, 200, status())
      case '/metrics':
        return sendMetrics(response)
      default:
        return send(response, 404, { error: 'not found' })
    }
  }
  return {
    name: 'local-api',
    async start() {
      const listening = createServer((request, response) => {
        answer(request, response).catch(() => send(response, 500, { error: 'internal' }))
      })
      listening.maxHeadersCount = 50
      listening.requestTimeout = 10_000
      server = listening
      await new Promise<void>((resolve, reject) => {
        // An address that is taken or not this machine's is a fault of the configuration.
        listening.once('error', (cause) => {
          const parameters = { path: 'local_api', problem: messageOf(cause) }
          reject(new CodedError('AGENT_CONFIG_INVALID', { parameters, cause }))
        })
        listening.listen({ host, port }, resolve)
      })
    },
    async stop() {
      server?.closeAllConnections()
      await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
    },
  }
}

function isOwnHost(header: string): boolean {
  const name = header.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return name === 'localhost' || isIP(name) !== 0
}

function send(response: ServerResponse, code: number, content: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(content))
}

function metricValues({ acceptedGeneration, session, launches }: AgentStatus): MetricValues {
  const launchesByPhase: Record<string, number> = {}
  for (const { phase } of launches) launchesByPhase[phase] = (launchesByPhase[phase] ?? 0) + 1
  return { acceptedGeneration, sessionOnline: session === 'online', launchesByPhase }
}
