// The loopback ports of a trial: the same at every start while they are free, so that bookmarks and devices find it again.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'

export interface TrialPorts {
  readonly hub: number
  readonly agent: number
  readonly database: number
}

const PREFERRED: TrialPorts = { hub: 7480, agent: 7481, database: 7482 }

/** The ports of the last start, each replaced by a free one where somebody else took it. */
export async function chooseTrialPorts(path: string): Promise<TrialPorts> {
  const remembered = { ...PREFERRED, ...readPorts(path) }
  const ports = {
    hub: await freeOr(remembered.hub),
    agent: await freeOr(remembered.agent),
    database: await freeOr(remembered.database),
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(ports, null, 2)}\n`)
  return ports
}

function readPorts(path: string): Partial<TrialPorts> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof parsed !== 'object' || parsed === null) return {}
    const isPort = ([, port]: [string, unknown]) => Number.isInteger(port)
    return Object.fromEntries(Object.entries(parsed).filter(isPort))
  } catch {
    return {}
  }
}

/** The port itself when nobody listens on it, else any free one. */
async function freeOr(port: number): Promise<number> {
  return (await listen(port)) ?? (await listen(0)) ?? port
}

function listen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined))
    })
  })
}
