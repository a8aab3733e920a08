// The agent as a whole: joins its parts and owns their order. Local state first, network second: what was accepted last
// runs whether a hub answers or not. Registering comes before anything heavy is loaded.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { Clock, Logger } from '@bongsu/foundation'
import type { DesiredLaunch, ImageReference, Report } from '@bongsu/protocol'
import type { AgentConfig } from './config.ts'
import { createDisplay } from './display/display.ts'
import { endLaunches } from './end-launches.ts'
import { readBootId } from './host/boot-id.ts'
import { createCommandHandler } from './hub-session/commands.ts'
import { createHubSession, type HubSession } from './hub-session/session.ts'
import { type DeviceIdentity, loadDeviceIdentity } from './identity/device-identity.ts'
import { macAddresses, machineEvidence, primaryAddress } from './identity/machine-evidence.ts'
import { createLocalApi } from './local-api/local-api.ts'
import { createLocationSource } from './location/location-source.ts'
import { loadPolicy } from './policy/load-policy.ts'
import { createReconciler, type Reconciler } from './reconciler/reconciler.ts'
import type { ContainerRuntime } from './runtime/container-runtime.ts'
import { readHostFacts } from './telemetry/host-facts.ts'
import { createHealthSampler } from './telemetry/host-health.ts'

export interface AgentOptions {
  readonly config: AgentConfig
  readonly version: string
  readonly clock: Clock
  readonly logger: Logger
  /** The program that prints static facts. */
  readonly factsProgram: string
}

export interface Agent {
  start(): Promise<void>
  /** Containers keep running, unless the configuration is a trial's. */
  stop(): Promise<void>
}

/** Heavy parts wait this long for the registration, then load anyway: without a hub the device still works. */
const HEAD_START_MS = 1000

export async function createAgent(options: AgentOptions): Promise<Agent> {
  const { config, version, clock, logger } = options
  await mkdir(config.stateDir, { recursive: true, mode: 0o700 })
  await mkdir(config.runDir, { recursive: true, mode: 0o711 })
  const identity = await loadDeviceIdentity(config.stateDir, clock.now())
  const stopping = new AbortController()
  const registered = Promise.withResolvers<void>()
  const display = createDisplay({
    clock,
    runDir: config.runDir,
    ...(config.display.number !== undefined && { displayNumber: config.display.number }),
    ...(config.display.authFile !== undefined && { authFile: config.display.authFile }),
  })
  const health = createHealthSampler({ stateDir: config.stateDir })
  const location = createLocationSource({ configured: config.location, gpsd: config.gpsd, clock })
  const bootId = readBootId()
  let runtime: Promise<ContainerRuntime> | undefined
  let reportSequence = 0
  let displayNews: { stop(): void } | undefined

  const loadRuntime = () => {
    runtime ??= loadDockerRuntime(config, identity)
    return runtime
  }

  const reconciler: Reconciler = createReconciler({
    loadRuntime: async () => {
      await Promise.race([registered.promise, clock.sleep(HEAD_START_MS, stopping.signal)])
      return loadRuntime()
    },
    images: { fetch: (image, signal) => fetchArchive(image, signal) },
    display,
    pictures: { check: (request, signal) => display.check(request, signal) },
    status: { publish: (launches, generation) => session.publishReport(reportOf(launches, generation)) },
    stateDir: config.stateDir,
    clock,
    log: logger.child({ part: 'reconciler' }),
  })

  const reportOf = (
    launches: Report['launches'] | readonly Report['launches'][number][],
    generation: number,
  ) => {
    reportSequence += 1
    return {
      sequence: reportSequence,
      generation,
      launches: [...launches],
      reportedAt: clock.now().toISOString(),
    }
  }

  const fetchArchive = async (image: ImageReference, signal: AbortSignal) => {
    const { downloadArchive } = await import('./hub-session/archive-download.ts')
    const isIt = ({ image: wanted }: DesiredLaunch) => wanted.archiveDigest === image.archiveDigest
    const launch = reconciler.wantedLaunches().find(isIt)
    if (!launch) throw new Error(`no launch wants archive ${image.archiveDigest}`)
    return downloadArchive(hub, launch, { accessToken: session.accessToken(), signal })
  }

  const hub = { url: config.hubUrl, caCertificate: config.caCertificate }
  const session: HubSession = createHubSession({
    hub,
    identity,
    stateDir: config.stateDir,
    joinToken: config.joinToken,
    evidence: machineEvidence,
    clock,
    logger: logger.child({ part: 'session' }),
    hello: () => {
      const place = location.current()
      const ipAddress = primaryAddress()
      return {
        agentVersion: version,
        hostname: machineEvidence().hostname ?? 'unknown',
        localApiPort: config.localApi.port,
        acceptedGeneration: reconciler.acceptedGeneration(),
        ...(bootId !== undefined && { bootId }),
        ...(ipAddress !== undefined && { ipAddress }),
        ...(place && { location: place }),
      }
    },
    heartbeat: () => {
      const place = location.current()
      const engine = reconciler.engineState().kind === 'ready' ? ('ready' as const) : ('unreachable' as const)
      return {
        health: { ...health.sample(clock.now()), engine },
        display: display.lastReport(),
        ...(place && { location: place }),
      }
    },
    onDesiredState: async (incoming) => ({
      type: 'desired-state-ack',
      ...(await reconciler.accept(incoming)),
    }),
    onCommand: createCommandHandler({ clock, screenshot: (request) => display.screenshot(request) }),
    onState: ({ kind }) => {
      if (kind === 'online') registered.resolve()
    },
  })

  const localApi = createLocalApi({
    ...config.localApi,
    status: () => {
      const state = session.state()
      return {
        agentVersion: version,
        deviceId: session.deviceId(),
        hubUrl: config.hubUrl.href,
        session: state.kind,
        sessionReason: state.kind === 'waiting' ? state.reason : undefined,
        approval: state.kind === 'online' ? state.approval : undefined,
        engine: reconciler.engineState(),
        display: display.lastReport(),
        acceptedGeneration: reconciler.acceptedGeneration(),
        launches: reconciler.statuses().launches,
      }
    },
  })

  const tellFacts = async () => {
    await Promise.race([registered.promise, clock.sleep(HEAD_START_MS, stopping.signal)])
    const facts = await readHostFacts(options.factsProgram, stopping.signal)
    const engine = reconciler.engineState()
    session.publishFacts({
      facts: {
        ...facts,
        macAddresses: macAddresses(),
        agentVersion: version,
        ...(engine.kind === 'ready' && { engineVersion: engine.version }),
      },
      observedAt: clock.now().toISOString(),
    })
  }

  return {
    async start() {
      await localApi.start()
      await reconciler.start()
      session.start()
      displayNews = display.watch(() => session.beatNow())
      location.start()
      void tellFacts().catch((error: unknown) => logger.warn({ err: error }, 'no facts'))
      logger.info({ version, hub: config.hubUrl.href }, 'agent started')
    },
    async stop() {
      stopping.abort(new Error('the agent stops'))
      displayNews?.stop()
      location.stop()
      await reconciler.stop()
      if (config.onExit === 'end-launches' && runtime) await endLaunches(await runtime, logger)
      await session.stop()
      await localApi.stop()
      logger.info('agent stopped')
    },
  }
}

async function loadDockerRuntime(config: AgentConfig, identity: DeviceIdentity): Promise<ContainerRuntime> {
  const { createDockerRuntime } = await import('./runtime/docker/docker-runtime.ts')
  const { stateDir, runDir, policyFile, dockerSocket } = config
  const policy = await loadPolicy({ stateDir, runDir }, policyFile)
  const owner = createHash('sha256').update(identity.publicKey).digest('hex').slice(0, 32)
  return createDockerRuntime({ socketPath: dockerSocket, owner, policy, stateDir })
}
