// The hub as a process that is killed, by itself at a step of its work or by the test; see `killed-hub.ts`.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '@bongsu/protocol'
import { freePort } from '../../infra/free-port.ts'
import type { Cleanup } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import type { Answer, Call, TestHub } from './hub-fixture.ts'

export interface KillableHub {
  readonly call: TestHub['call']
  kill(): void
  /** Resolves once it is gone by SIGKILL. */
  killed(): Promise<void>
}

export interface KillableHubOptions {
  readonly dataDir: string
  readonly uri: string
  /** As `killed-hub.ts` has it; empty: at no step. */
  readonly killAt: string
  /** Of the store. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Resolves when it answers. */
export async function startKillableHub(
  cleanup: Cleanup,
  { dataDir, uri, killAt, environment = {} }: KillableHubOptions,
): Promise<KillableHub> {
  const port = await freePort()
  const child = spawn(process.execPath, [join(import.meta.dirname, 'killed-hub.ts')], {
    stdio: 'inherit',
    env: {
      PATH: process.env.PATH,
      KILL_AT: killAt,
      MONGODB_URI: uri,
      BONGSU_HUB_DATA_DIR: dataDir,
      BONGSU_HUB_TLS: 'off',
      BONGSU_HUB_PORT: String(port),
      BONGSU_HUB_LOG_LEVEL: 'error',
      ...environment,
    },
  })
  cleanup.after(() => void child.kill('SIGKILL'))
  const base = `http://127.0.0.1:${port}`
  const isReady = async () => (await fetch(`${base}/readyz`).catch(() => undefined))?.status === 200
  await waitFor(isReady, { what: 'the hub is ready', timeoutMs: 60_000 })
  const token = readFileSync(join(dataDir, 'admin-token'), 'utf8').trim()
  return {
    kill: () => void child.kill('SIGKILL'),
    killed: () =>
      waitFor(() => child.signalCode === 'SIGKILL', {
        what: `the hub was killed at "${killAt}"`,
        until: Boolean,
      }).then(() => undefined),
    async call<Body>({ method = 'GET', url, body, raw, headers, key }: Call): Promise<Answer<Body>> {
      const answer = await fetch(`${base}${url}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(method === 'POST' && key !== null && { 'idempotency-key': key ?? randomUUID() }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(raw !== undefined && { body: typeof raw === 'string' ? raw : new Uint8Array(raw) }),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const bytes = Buffer.from(await answer.arrayBuffer())
      const isJson = answer.headers.get('content-type')?.includes('json') && bytes.length > 0
      const parsed: unknown = isJson ? JSON.parse(bytes.toString('utf8')) : undefined
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: parsed as Body,
        bytes,
        code: (parsed as Partial<Problem> | undefined)?.code,
      }
    },
  }
}
