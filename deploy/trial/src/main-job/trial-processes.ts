// The three processes of a trial: embedded database, hub, agent; each with its own log, each ready by its own word.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'smol-toml'
import { request } from 'undici'
import type { Processes, RunningChild } from '../processes.ts'
import { acceptsConnection, databaseChild, databaseProgram, databaseUri } from '../setup/embedded-database.ts'
import type { TrialDisplay } from '../setup/x-display.ts'
import type { TrialPaths } from '../trial-paths.ts'
import { trialFiles } from './trial-files.ts'
import type { TrialPorts } from './trial-ports.ts'

export interface TrialProcessesOptions {
  readonly paths: TrialPaths
  readonly ports: TrialPorts
  readonly processes: Processes
  /** A real MongoDB in place of the embedded server. */
  readonly mongodbUri: string | undefined
  /** Settings of the hub over the trial's own. */
  readonly hubEnvironment?: Readonly<Record<string, string>>
}

export const hubUrl = (ports: TrialPorts): string => `http://127.0.0.1:${ports.hub}`

/** The embedded database; accepts connections when this resolves. */
export function startDatabase({ paths, ports, processes }: TrialProcessesOptions): Promise<RunningChild> {
  const program = databaseProgram(paths.databaseVenv)
  return processes.start(databaseChild({ program, storage: paths.database, port: ports.database }))
}

/**
 * How Node runs the hub, here and in its image: what streams through it is dropped sooner, which halves what an upload
 * makes it grow by and costs no time (bench: package-upload-memory).
 */
export const HUB_NODE_OPTIONS = ['--max-semi-space-size=4']

/** The hub, on the named MongoDB or the embedded database; says it is ready when this resolves. */
export function startHub({
  paths,
  ports,
  processes,
  mongodbUri,
  hubEnvironment = {},
}: TrialProcessesOptions): Promise<RunningChild> {
  const files = trialFiles(paths)
  return processes.start({
    name: 'hub',
    argv: [process.execPath, ...HUB_NODE_OPTIONS, join(paths.checkout, 'packages/hub/dist/main.mjs')],
    environment: {
      MONGODB_URI: mongodbUri ?? databaseUri(ports.database),
      BONGSU_HUB_HOST: '127.0.0.1',
      BONGSU_HUB_PORT: String(ports.hub),
      BONGSU_HUB_TLS: 'off',
      BONGSU_HUB_DATA_DIR: files.hubData,
      BONGSU_HUB_ADMIN_TOKEN_FILE: files.adminToken,
      BONGSU_HUB_CONSOLE_DIR: join(paths.checkout, 'packages/web/dist'),
      ...hubEnvironment,
    },
    ready: () =>
      hubEnvironment.BONGSU_HUB_TLS === 'auto'
        ? acceptsConnection(ports.hub)
        : answers(`${hubUrl(ports)}/readyz`),
    readyTimeoutMs: 60_000,
  })
}

type Tables = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/**
 * The agent; its local API answers when this resolves. Its configuration is written anew at each start.
 * @param tables replace the tables of the same name
 */
export function startAgent(
  { paths, ports, processes }: TrialProcessesOptions,
  display: TrialDisplay,
  tables: Tables = {},
): Promise<RunningChild> {
  const files = trialFiles(paths)
  const config = {
    hub: { url: hubUrl(ports), join_token: `file:${files.joinToken}` },
    paths: {
      state_dir: files.agentState,
      run_dir: files.agentRun,
      publishers_dir: files.trustedPublishers,
    },
    local_api: { host: '127.0.0.1', port: ports.agent },
    // The trial's stand-in for a survey: Seoul City Hall. A real site enters its own.
    location: { address: '서울특별시 중구 세종대로 110', latitude: 37.5663, longitude: 126.9779 },
    display: display.virtual
      ? { number: display.display, auth_file: display.virtual.authFile }
      : { number: display.display },
    trial: { end_launches_on_exit: true },
    ...tables,
  }
  mkdirSync(join(paths.state, 'agent'), { recursive: true, mode: 0o700 })
  writeFileSync(files.agentConfig, stringify(config), { mode: 0o600 })
  return processes.start({
    name: 'agent',
    argv: [
      process.execPath,
      join(paths.checkout, 'packages/agent/dist/main.cjs'),
      '--config',
      files.agentConfig,
    ],
    // As the unit of a device does.
    environment: { MALLOC_ARENA_MAX: '1' },
    ready: () => answers(`http://127.0.0.1:${ports.agent}/livez`),
    // Its launches end with it, each with its own grace.
    stopGraceMs: 30_000,
  })
}

export const readAdminToken = (paths: TrialPaths): string =>
  readFileSync(trialFiles(paths).adminToken, 'utf8').trim()

async function answers(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, { headersTimeout: 2000, bodyTimeout: 2000 })
    await body.dump()
    return statusCode === 200
  } catch {
    return false
  }
}
