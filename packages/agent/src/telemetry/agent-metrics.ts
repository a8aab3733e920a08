// The agent's metrics in Prometheus' text form, made when somebody asks. Loaded late: most devices are never scraped.
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export interface MetricValues {
  readonly acceptedGeneration: number
  readonly sessionOnline: boolean
  readonly launchesByPhase: Readonly<Record<string, number>>
}

export interface AgentMetrics {
  readonly contentType: string
  render(values: MetricValues): Promise<string>
}

export function createAgentMetrics(): AgentMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'bongsu_agent_' })
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `bongsu_agent_${name}`, help, labelNames, registers: [registry] })
  const generation = gauge('accepted_generation', 'Generation of the desired state on disk')
  const online = gauge('session_online', '1 while a session with the hub stands')
  const launches = gauge('launches', 'Launches by phase', ['phase'])
  return {
    contentType: registry.contentType,
    render({ acceptedGeneration, sessionOnline, launchesByPhase }) {
      generation.set(acceptedGeneration)
      online.set(sessionOnline ? 1 : 0)
      launches.reset()
      for (const [phase, count] of Object.entries(launchesByPhase)) launches.set({ phase }, count)
      return registry.metrics()
    },
  }
}
