// Examines the device: everything that the agent knows of engine, screen, graphics and cameras, looked at anew and without
// the agent. Changes nothing but a dark screen, which is lit.
import { readFile, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { type Clock, isCodedError, type Logger, messageOf } from '@bongsu/foundation'
import type { Reason } from '@bongsu/protocol'
import type { AgentConfig } from '../config.ts'
import { X11_SOCKET_DIR } from '../display/display-sockets.ts'
import { findNodeHolders } from '../preflight/node-holders.ts'
import { readDeviceTraits } from '../preflight/read-device-traits.ts'
import { agentPrivileges } from '../privileged/agent-privileges.ts'
import { askAgent } from './ask-agent.ts'
import type { DoctorFacts, ExaminedNode } from './doctor-facts.ts'
import { examineDisplays } from './examine-displays.ts'

export type DoctorConfig = Pick<
  AgentConfig,
  'display' | 'dockerSocket' | 'helper' | 'localApi' | 'policyFile' | 'runDir' | 'stateDir'
>

export interface ExamineOptions {
  readonly config: DoctorConfig
  /** Why the configuration is only the default one. */
  readonly configuration?: Reason | undefined
  readonly agentVersion: string
  readonly isRoot: boolean
  readonly clock: Clock
  readonly logger: Logger
}

export async function examine(options: ExamineOptions): Promise<DoctorFacts> {
  const { config, configuration, agentVersion, isRoot, clock } = options
  // Alone: while it connects as somebody else no other part of this process should open a file.
  const displays = await examineScreens(options)
  const [engine, agent] = await Promise.all([examineEngine(config), askAgent(config.localApi)])
  const storageRoot = engine.kind === 'ready' ? engine.traits.storageRoot : undefined
  const device = await readDeviceTraits({ storageRoot })
  const nodes = device.gpus.flatMap(({ cardPath, renderPath }) => [cardPath, renderPath])
  const [gpuNodes, cameraHolders] = await Promise.all([
    examineNodes(nodes.filter((path) => path !== undefined)),
    findNodeHolders(device.cameras.map(({ path }) => path)),
  ])
  return {
    formatVersion: 1,
    checkedAt: clock.now().toISOString(),
    hostname: hostname(),
    agentVersion,
    isRoot,
    ...(configuration && { configuration }),
    engine,
    device,
    gpuNodes,
    cameraHolders,
    ...displays,
    agent,
  }
}

async function examineEngine(config: DoctorConfig): Promise<DoctorFacts['engine']> {
  const { dockerSocket: socketPath, policyFile, stateDir, runDir } = config
  try {
    const [{ createDockerImageInspector }, { loadPolicy }] = await Promise.all([
      import('../runtime/docker/image-inspector.ts'),
      import('../policy/load-policy.ts'),
    ])
    const policy = await loadPolicy({ stateDir, runDir }, policyFile)
    const inspector = createDockerImageInspector({ socketPath, owner: 'doctor', policy })
    return { kind: 'ready', traits: await inspector.traits(AbortSignal.timeout(10_000)) }
  } catch (error) {
    return { kind: 'failed', reason: reasonOf('engine', error) }
  }
}

async function examineScreens({ config, clock, logger, isRoot }: ExamineOptions) {
  // Root needs nobody's help; without root the helper sees more than we.
  const { helper, display } = config
  const own = { ...config, helper: isRoot ? { ...helper, socketPath: undefined } : helper }
  const { number: displayNumber, greeter } = display
  try {
    const privileges = agentPrivileges({ config: own, clock, logger })
    return await examineDisplays({ clock, privileges, socketDir: X11_SOCKET_DIR, displayNumber, greeter })
  } catch (error) {
    const checkedAt = clock.now().toISOString()
    const displayReason = reasonOf('display', error)
    return { display: { state: 'unknown' as const, checkedAt }, displayReason, displays: [], staleLocks: [] }
  }
}

async function examineNodes(paths: readonly string[]): Promise<ExaminedNode[]> {
  const groups = await readFile('/etc/group', 'utf8').catch(() => '')
  const found = await Promise.all(
    paths.map(async (path) => {
      const stats = await stat(path).catch(() => undefined)
      if (!stats) return []
      const groupName = groupNameOf(groups, stats.gid)
      return [{ path, gid: stats.gid, mode: stats.mode & 0o7777, ...(groupName && { groupName }) }]
    }),
  )
  return found.flat()
}

/** Pure: by the lines of /etc/group. */
export const groupNameOf = (text: string, gid: number): string | undefined =>
  text
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[2] === String(gid))?.[0]

function reasonOf(step: string, error: unknown): Reason {
  if (isCodedError(error)) return error.toReason()
  return { code: 'AGENT_INTERNAL', parameters: { step, message: messageOf(error).slice(0, 500) } }
}
