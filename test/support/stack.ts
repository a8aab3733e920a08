// The whole product for one test: embedded database, hub and agent as the processes that ship, on a display of their own.
// What `npm start` starts, started by the same code on folders and ports of the test; nothing is shared between stacks.
import { rmSync } from 'node:fs'
import type { MinisignSigner } from '@bongsu/foundation'
import type { Device, Launch } from '@bongsu/protocol'
import {
  checkoutFolder,
  ensurePublisher,
  HubApi,
  hubUrl,
  type Processes,
  type RunningChild,
  readAdminToken,
  startAgent,
  startDatabase,
  startHub,
  type TrialDisplay,
  type TrialPaths,
  type TrialPorts,
  trialFiles,
  trialPaths,
  writeJoinToken,
} from '@bongsu/trial'
import { testChildren } from '../infra/children.ts'
import { freePort } from '../infra/free-port.ts'
import type { Cleanup } from '../infra/temp-dir.ts'
import { waitFor } from '../infra/wait-for.ts'
import { ABSENT_DISPLAY } from '../infra/x-server.ts'

export interface Stack {
  readonly hub: HubApi
  readonly ports: TrialPorts
  /** Whom this stack's agent trusts. */
  readonly publisher: MinisignSigner
  readonly paths: TrialPaths
  readonly processes: Processes
  /** The processes as they run now. */
  readonly running: { database: RunningChild; hub: RunningChild; agent?: RunningChild }
  /** @param environment over the trial's own */
  startHub(environment?: Readonly<Record<string, string>>): Promise<void>
  startAgent(options: AgentOptions): Promise<void>
  /** The device this stack's agent registered as; waits until the agent knows its id. */
  deviceId(): Promise<string>
  device(): Promise<Device>
  /** Waits until the hub says so. */
  waitForDevice(until: (device: Device) => boolean, what: string): Promise<Device>
  waitForLaunch(launchId: string, until: (launch: Launch) => boolean, what: string): Promise<Launch>
}

export interface AgentOptions {
  readonly display: TrialDisplay
  /** `automatic`: a join token that admits; `none`: without, so the device waits as pending. */
  readonly joinToken?: 'automatic' | 'none'
  /** Merged over the tables of the agent's configuration. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** A display that nothing serves: for devices without one. */
export const NO_DISPLAY: TrialDisplay = { display: ABSENT_DISPLAY }

export interface StackOptions {
  /** Before anything starts: for folders that must be there first. */
  readonly prepare?: (paths: TrialPaths) => void
}

export async function startStack(cleanup: Cleanup, { prepare }: StackOptions = {}): Promise<Stack> {
  const { processes, folder: state } = testChildren(cleanup, { name: 'stack' })
  const base = trialPaths(checkoutFolder(), process.env)
  const own = trialPaths(checkoutFolder(), process.env, state)
  const paths: TrialPaths = { ...own, databaseVenv: base.databaseVenv }
  prepare?.(paths)
  const ports = { hub: await freePort(), agent: await freePort(), database: await freePort() }
  const options = { paths, ports, processes, mongodbUri: undefined }
  const running: Stack['running'] = {
    database: await startDatabase(options),
    hub: await startHub(options),
  }
  const hub = new HubApi({ url: hubUrl(ports), token: readAdminToken(paths), language: 'en' })

  const deviceId = async (): Promise<string> => {
    const ask = async () => {
      const answer = await fetch(`http://127.0.0.1:${ports.agent}/v1/status`)
      return ((await answer.json()) as { deviceId?: string }).deviceId
    }
    return waitFor(ask, { what: 'the agent knows its device id' })
  }
  const device = async () => hub.get<Device>(`/api/v1/devices/${await deviceId()}`)
  return {
    hub,
    ports,
    publisher: ensurePublisher(paths),
    paths,
    processes,
    running,
    deviceId,
    device,
    async startHub(environment = {}) {
      running.hub = await startHub({ ...options, hubEnvironment: environment })
    },
    async startAgent({ display, joinToken = 'automatic', config = {} }) {
      const { joinToken: tokenFile } = trialFiles(paths)
      if (joinToken === 'automatic') await writeJoinToken(hub, tokenFile)
      else rmSync(tokenFile, { force: true })
      running.agent = await startAgent(options, display, {
        ...(joinToken === 'none' && { hub: { url: hubUrl(ports) } }),
        ...config,
      })
    },
    waitForDevice: (until, what) => waitFor(device, { what, until, timeoutMs: 60_000 }),
    waitForLaunch: (launchId, until, what) =>
      waitFor(() => hub.get<Launch>(`/api/v1/launches/${launchId}`), { what, until, timeoutMs: 120_000 }),
  }
}
