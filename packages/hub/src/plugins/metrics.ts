// Prometheus metrics of the hub. The number of series never grows with the fleet: labels are routes, codes and states.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { HubServer } from '../server.ts'
import type { SessionCounters } from '../sessions/ports.ts'

export interface HubGauges {
  /** Devices by connection state, as far as this hub knows. */
  readonly devicesByState: () => Readonly<Record<string, number>>
  readonly changeFollowers: () => number
  readonly isDatabaseReady: () => boolean
}

export interface HubCounters {
  readonly sessions: SessionCounters
}

/** Serves `/metrics`; the counters that come back are for whoever sees the events. */
export function registerMetrics(server: HubServer, gauges: HubGauges): HubCounters {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'bongsu_hub_' })
  const duration = new Histogram({
    name: 'bongsu_hub_http_request_duration_seconds',
    help: 'Time from request to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry],
  })
  const refusals = new Counter({
    name: 'bongsu_hub_http_refusals_total',
    help: 'Answers that were not a success, by class of status',
    labelNames: ['class'],
    registers: [registry],
  })
  registerGauges(registry, gauges)

  server.addHook('onResponse', async (request, reply) => {
    const status = `${Math.floor(reply.statusCode / 100)}xx`
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none')
    duration.observe({ method: request.method, route, status }, reply.elapsedTime / 1000)
    if (reply.statusCode >= 400) refusals.inc({ class: status })
  })
  server.get('/metrics', { config: { permission: 'metrics:read' } }, async (_request, reply) => {
    return reply
      .type(registry.contentType)
      .serializer(String)
      .send(await registry.metrics())
  })
  return { sessions: sessionCounters(registry) }
}

function sessionCounters(registry: Registry): SessionCounters {
  const registers = [registry]
  const opened = new Counter({
    name: 'bongsu_hub_sessions_opened_total',
    help: 'Sessions of devices that came online',
    registers,
  })
  const ended = new Counter({
    name: 'bongsu_hub_sessions_ended_total',
    help: 'Links of devices that ended, by cause',
    labelNames: ['cause'],
    registers,
  })
  const refused = new Counter({
    name: 'bongsu_hub_sessions_refused_total',
    help: 'Upgrades that were refused, by code',
    labelNames: ['code'],
    registers,
  })
  return {
    opened: () => opened.inc(),
    ended: (cause) => ended.inc({ cause }),
    refused: (code) => refused.inc({ code }),
  }
}

function registerGauges(registry: Registry, gauges: HubGauges): void {
  new Gauge({
    name: 'bongsu_hub_devices',
    help: 'Devices by connection state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const [state, count] of Object.entries(gauges.devicesByState())) this.set({ state }, count)
    },
  })
  new Gauge({
    name: 'bongsu_hub_change_followers',
    help: 'Open change feeds',
    registers: [registry],
    collect() {
      this.set(gauges.changeFollowers())
    },
  })
  new Gauge({
    name: 'bongsu_hub_database_ready',
    help: '1 while the database can be used',
    registers: [registry],
    collect() {
      this.set(gauges.isDatabaseReady() ? 1 : 0)
    },
  })
}
