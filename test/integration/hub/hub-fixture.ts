// A hub in this process on a real database, called as a client calls it; sessions are a stand-in unless asked otherwise.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, createLogger } from '@bongsu/foundation'
import {
  buildHub,
  type Hub,
  type HubConfig,
  type HubDependencies,
  readConfig,
  type Sessions,
} from '@bongsu/hub'
import type { IncomingStream, Problem } from '@bongsu/protocol'
import type { TestDatabase } from '../../infra/database.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'

/** Sessions that note what they are asked; devices are on the line when a test says so. */
export class FakeSessions implements Sessions {
  readonly online = new Set<string>()
  readonly pushed: string[] = []
  readonly approvals: [deviceId: string, approval: string][] = []
  screenshots = 0
  png: Uint8Array = new Uint8Array([0x89, 0x50, 0x4e, 0x47])

  isConnected(deviceId: string): boolean {
    return this.online.has(deviceId)
  }
  async pushDesiredState(deviceId: string): Promise<void> {
    this.pushed.push(deviceId)
  }
  async changeApproval(deviceId: string, approval: 'pending' | 'accepted' | 'revoked'): Promise<void> {
    this.approvals.push([deviceId, approval])
  }
  async screenshot(deviceId: string): Promise<Uint8Array> {
    if (!this.online.has(deviceId))
      throw new CodedError('HUB_DEVICE_OFFLINE', { parameters: { id: deviceId } })
    this.screenshots += 1
    return this.png
  }
  async liveView(deviceId: string): Promise<IncomingStream> {
    throw new CodedError('HUB_DEVICE_OFFLINE', { parameters: { id: deviceId } })
  }
  async drain(): Promise<void> {}
}

export interface Call {
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly body?: unknown
  /** Sent as it is, with the content type among `headers`. */
  readonly raw?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** The admin's token when left out; `null` sends none. */
  readonly token?: string | null
  /** A fresh one for every POST when left out; `null` sends none. */
  readonly key?: string | null
}

export interface Answer<Body = unknown> {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | string[] | undefined>>
  readonly body: Body
  readonly bytes: Buffer
  /** The code of a problem. */
  readonly code: string | undefined
}

export interface TestHub {
  readonly hub: Hub
  readonly config: HubConfig
  readonly sessions: FakeSessions
  readonly adminToken: string
  call<Body = unknown>(call: Call): Promise<Answer<Body>>
  stop(): Promise<void>
}

export interface TestHubOptions {
  readonly dataDir?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly dependencies?: Partial<HubDependencies>
}

let keys = 0

export async function startTestHub(
  cleanup: Cleanup,
  database: Pick<TestDatabase, 'uri'>,
  options: TestHubOptions = {},
): Promise<TestHub> {
  const dataDir = options.dataDir ?? tempDir(cleanup, 'hub')
  const config = readConfig({
    MONGODB_URI: database.uri,
    BONGSU_HUB_DATA_DIR: dataDir,
    BONGSU_HUB_TLS: 'off',
    BONGSU_HUB_PORT: '0',
    ...options.environment,
  })
  const sessions = new FakeSessions()
  const hub = await buildHub(config, {
    logger: createLogger({ name: 'hub', level: 'error', destination: process.stderr }),
    createSessions: () => sessions,
    ...options.dependencies,
  })
  let stopped: Promise<void> | undefined
  const ending = new AbortController()
  const stop = () => {
    ending.abort()
    stopped ??= hub.stop()
    return stopped
  }
  cleanup.after(stop)
  await hub.start(ending.signal)
  await waitFor(() => hub.database.isReady(), { what: 'the database is ready' })
  const adminToken = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim()

  return {
    hub,
    config,
    sessions,
    adminToken,
    stop,
    async call<Body>({ method = 'GET', url, body, raw, headers, token, key }: Call): Promise<Answer<Body>> {
      keys += 1
      const idempotencyKey = key === undefined && method === 'POST' ? `key-${process.pid}-${keys}` : key
      const bearer = token === undefined ? adminToken : token
      const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      const response = await hub.server.inject({
        method,
        url,
        headers: {
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
          ...headers,
        },
        ...(payload !== undefined && { payload }),
      })
      const isJson =
        String(response.headers['content-type']).includes('json') && response.rawPayload.length > 0
      const parsed = isJson ? response.json() : undefined
      return {
        status: response.statusCode,
        headers: response.headers,
        body: parsed as Body,
        bytes: response.rawPayload,
        code: (parsed as Partial<Problem> | undefined)?.code,
      }
    },
  }
}
