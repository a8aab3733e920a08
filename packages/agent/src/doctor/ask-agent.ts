// Asks the agent of this device, if it runs, what it runs: its own small HTTP service on the loopback address.
import { get } from 'node:http'
import { LaunchStatus, Reason } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import type { DoctorFacts } from './doctor-facts.ts'

const TIMEOUT_MS = 2000
const MAX_ANSWER_BYTES = 4 * 1024 * 1024

/** An agent that does not answer is away, whatever the cause. */
export async function askAgent(address: {
  readonly host: string
  readonly port: number
}): Promise<DoctorFacts['agent']> {
  const text = await fetchStatus(address)
  return text === undefined ? { kind: 'away' } : parseStatus(text)
}

/** Pure. What an agent of another version says otherwise is left out. */
export function parseStatus(text: string): DoctorFacts['agent'] {
  const status = parsed(text)
  if (typeof status.session !== 'string') return { kind: 'away' }
  const launches = Array.isArray(status.launches) ? status.launches : []
  const { session, sessionReason } = status
  return {
    kind: 'running',
    session,
    ...(Check(Reason, sessionReason) && { sessionReason }),
    launches: launches.filter((launch) => Check(LaunchStatus, launch)),
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function fetchStatus({ host, port }: { readonly host: string; readonly port: number }) {
  return new Promise<string | undefined>((resolve) => {
    const request = get({ host, port, path: '/v1/status', timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_ANSWER_BYTES) request.destroy()
        else chunks.push(chunk)
      })
      response.on('end', () => resolve(Buffer.concat(chunks).toString()))
      response.on('error', () => resolve(undefined))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(undefined))
  })
}
