// What a deployment changes everywhere, as people write it: `MODE=night`, `-OLD` to take a variable away, `80=9090` or
// `53/udp=5353` to publish a port, `80=-` to publish it no longer. Pure; the hub judges, this only spares round trips.
import type { LaunchOverride } from '@bongsu/protocol'

const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/
const REMOVED = /^-([A-Za-z_][A-Za-z0-9_]*)$/
const PORT = /^(\d{1,5})(?:\/(tcp|udp))?=(\d{1,5}|-)$/

/** One a line; `undefined` when a line is neither. */
export function readOverride(text: string): LaunchOverride | undefined {
  const environment = new Map<string, string | null>()
  const ports: NonNullable<LaunchOverride['ports']> = []
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue
    const port = readPort(line)
    const [, name, value] = VARIABLE.exec(line) ?? []
    const [, removed] = REMOVED.exec(line) ?? []
    if (port) ports.push(port)
    else if (name !== undefined) environment.set(name, value ?? '')
    else if (removed !== undefined) environment.set(removed, null)
    else return undefined
  }
  return {
    ...(environment.size > 0 && { environment: Object.fromEntries(environment) }),
    ...(ports.length > 0 && { ports }),
  }
}

function readPort(line: string): NonNullable<LaunchOverride['ports']>[number] | undefined {
  const [, container, protocol, host] = PORT.exec(line) ?? []
  const isPort = (port: number) => port >= 1 && port <= 65_535
  const containerPort = Number(container)
  const hostPort = host === '-' ? null : Number(host)
  if (!isPort(containerPort) || (hostPort !== null && !isPort(hostPort))) return undefined
  return { containerPort, ...(protocol === 'udp' && { protocol }), hostPort }
}
