// The agent as a whole: joins its parts and owns their order. Local state first, network second: what was accepted last
// runs whether a hub answers or not. Registering comes before anything heavy is loaded.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, CodedError, type Logger, messageOf } from '@bongsu/foundation'
import { createAgentDisplay } from './agent-display.ts'
import { createCameraWatch } from './cameras/camera-watch.ts'
import type { AgentConfig } from './config.ts'
import type { Display, DisplayLaunch, ScreenshotRequest } from './display/display.ts'
import { createLiveViews } from './display/live-view.ts'
import { endLaunches } from './end-launches.ts'
import { createFactsTeller, type FactsTeller } from './facts-teller.ts'
import { createCommandHandler } from './hub-session/commands.ts'
import { createReportPace, type ReportPace } from './hub-session/report-pace.ts'
import { createHubSession, type HubSession } from './hub-session/session.ts'
import { type DeviceIdentity, loadDeviceIdentity } from './identity/device-identity.ts'
import { machineEvidence } from './identity/machine-evidence.ts'
import { createAcceptedReleases } from './images/accepted-releases.ts'
import { createLayeredImages } from './images/layered-images.ts'
import { readPublishers } from './images/publishers.ts'
import { createReleaseAdmission } from './images/release-admission.ts'
import { isVerifier, loadImageInspector, loadRuntime, unsignedRule } from './load-runtime.ts'
import type { AgentStatus } from './local-api/agent-status.ts'
import { createLocalApi } from './local-api/local-api.ts'
import { createLocationSource, type LocationSource } from './location/location-source.ts'
import { createPreflight, type Preflight } from './preflight/preflight.ts'
import { createPresence, type Presence } from './presence.ts'
import type { Privileges } from './privileged/privileges.ts'
import type { ImageSource } from './reconciler/ports.ts'
import { createReconciler, type Reconciler } from './reconciler/reconciler.ts'
import type { ContainerRuntime } from './runtime/container-runtime.ts'
import { type SharedDisplayWatch, shareDisplayWatch } from './shared-display-watch.ts'
import { readDeviceInventory } from './telemetry/device-inventory.ts'
import { readHostFacts } from './telemetry/host-facts.ts'

export interface AgentOptions {
  readonly config: AgentConfig
  readonly version: string
  readonly clock: Clock
  readonly logger: Logger
  /** The program that prints static facts. */
  readonly factsProgram: string
}

export interface Agent {
  /** Resolves when everything is under way and the facts are told; waits for no hub, engine or display. */
  start(): Promise<void>
  /** Containers keep running, unless the configuration is a trial's. */
  stop(): Promise<void>
}

/** Heavy parts wait this long for the registration, then load anyway: without a hub the device still works. */
const HEAD_START_MS = 1000

/** @throws CodedError AGENT_STATE_NOT_WRITABLE, AGENT_IDENTITY_UNREADABLE */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  const { stateDir, runDir } = options.config
  await Promise.all([makeFolder(stateDir, 0o700), makeFolder(runDir, 0o711)])
  return new JoinedAgent(options, await loadDeviceIdentity(stateDir, options.clock.now()))
}

async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode })
  } catch (cause) {
    throw new CodedError('AGENT_STATE_NOT_WRITABLE', { parameters: { message: messageOf(cause) }, cause })
  }
}

class JoinedAgent implements Agent {
  readonly #options: AgentOptions
  readonly #identity: DeviceIdentity
  readonly #display: Display
  readonly #privileges: Privileges
  readonly #displayWatch: SharedDisplayWatch
  readonly #location: LocationSource
  readonly #preflight: Preflight
  readonly #reconciler: Reconciler
  readonly #presence: Presence
  readonly #session: HubSession
  readonly #reportPace: ReportPace
  readonly #factsTeller: FactsTeller
  readonly #localApi: ReturnType<typeof createLocalApi>
  readonly #stopping = new AbortController()
  readonly #registered = Promise.withResolvers<void>()
  #runtime: Promise<ContainerRuntime> | undefined
  #reportSequence = 0

  constructor(options: AgentOptions, identity: DeviceIdentity) {
    const { config, clock, version } = options
    this.#options = options
    this.#identity = identity
    const { display, privileges } = createAgentDisplay({
      ...options,
      launches: () => this.#displayLaunches(),
    })
    this.#display = display
    this.#privileges = privileges
    this.#displayWatch = shareDisplayWatch(this.#display)
    this.#location = createLocationSource({ configured: config.location, gpsd: config.gpsd, clock })
    this.#preflight = this.#createPreflight()
    this.#reconciler = this.#createReconciler()
    this.#presence = createPresence({
      clock,
      version,
      stateDir: config.stateDir,
      localApiPort: config.localApi.port,
      location: () => this.#location.current(),
      display: () => this.#display.lastReport(),
      engine: () => this.#reconciler.engineState(),
      acceptedGeneration: () => this.#reconciler.acceptedGeneration(),
    })
    this.#factsTeller = this.#createFactsTeller()
    this.#session = this.#createSession()
    this.#reportPace = createReportPace({ clock, send: (report) => this.#session.publishReport(report) })
    this.#localApi = createLocalApi({ ...config.localApi, status: () => this.#status() })
  }

  async start(): Promise<void> {
    const { config, version, logger } = this.#options
    this.#displayWatch.watch(() => this.#session.beatNow())
    await this.#reconciler.start()
    this.#session.start()
    logger.info({ version, hub: config.hubUrl.href }, 'agent started')
    await this.#headStart()
    if (this.#stopping.signal.aborted) return
    await this.#localApi.start()
    this.#location.start()
    this.#displayWatch.start()
    await this.#factsTeller.tellFirst()
  }

  async stop(): Promise<void> {
    const { config, logger } = this.#options
    this.#stopping.abort(new Error('the agent stops'))
    this.#reportPace.stop()
    this.#displayWatch.stop()
    this.#location.stop()
    await Promise.all([this.#reconciler.stop(), this.#preflight.stop()])
    if (config.onExit === 'end-launches' && this.#runtime) await endLaunches(await this.#runtime, logger)
    await this.#session.stop()
    await this.#localApi.stop()
    logger.info('agent stopped')
  }

  #createPreflight(): Preflight {
    const { config, clock, logger } = this.#options
    let inspector: ReturnType<typeof loadImageInspector> | undefined
    return createPreflight({
      inspector: () => {
        inspector ??= loadImageInspector(config, this.#identity)
        return inspector
      },
      folder: join(config.stateDir, 'preflight'),
      clock,
      log: logger.child({ part: 'preflight' }),
    })
  }

  #createReconciler(): Reconciler {
    const { config, clock, logger } = this.#options
    const display = this.#display
    return createReconciler({
      loadRuntime: async () => {
        await this.#headStart()
        this.#stopping.signal.throwIfAborted()
        this.#runtime = loadRuntime(config, this.#identity, this.#privileges)
        return this.#runtime
      },
      images: this.#createImages(),
      display: {
        look: (signal) => display.look(signal),
        bind: (request, signal) => display.bind(request, signal),
        release: (launchId) => display.release(launchId),
        boundLaunches: () => display.boundLaunches(),
        lastReport: () => display.lastReport(),
        watch: (onChange) => this.#displayWatch.watch(onChange),
      },
      preflight: this.#preflight,
      secrets: this.#privileges.launchSecrets,
      cameras: createCameraWatch({ clock }),
      pictures: { check: (request, signal) => display.check(request, signal) },
      status: {
        publish: (launches, generation) => {
          this.#reportSequence += 1
          const reportedAt = clock.now().toISOString()
          const sequence = this.#reportSequence
          this.#reportPace.submit({ sequence, generation, launches: [...launches], reportedAt })
        },
      },
      stateDir: config.stateDir,
      clock,
      log: logger.child({ part: 'reconciler' }),
    })
  }

  #createSession(): HubSession {
    const { config, clock, logger } = this.#options
    return createHubSession({
      hub: { url: config.hubUrl, caCertificate: config.caCertificate },
      identity: this.#identity,
      stateDir: config.stateDir,
      joinToken: config.joinToken,
      evidence: machineEvidence,
      clock,
      logger: logger.child({ part: 'session' }),
      hello: () => this.#presence.hello(),
      heartbeat: () => {
        void this.#factsTeller.look()
        return this.#presence.heartbeat()
      },
      onDesiredState: async (incoming) => ({
        type: 'desired-state-ack',
        ...(await this.#reconciler.accept(incoming)),
      }),
      onCommand: createCommandHandler({
        clock,
        screenshot: (request) => this.#display.screenshot(this.#ofLaunch(request)),
        liveViews: createLiveViews({
          clock,
          takeStill: (request) => this.#display.still(this.#ofLaunch(request)),
        }),
      }),
      onState: ({ kind }) => {
        if (kind === 'online') this.#registered.resolve()
      },
    })
  }

  #ofLaunch(request: ScreenshotRequest): ScreenshotRequest {
    return { ...request, containerIds: this.#containerIdsOf(request.hostname) }
  }

  #containerIdsOf(launchId: string | undefined): string[] {
    const launch = this.#reconciler.statuses().launches.find((status) => status.launchId === launchId)
    return launch?.containers.map(({ containerId }) => containerId) ?? []
  }

  /** What is wished, and what still runs though it no longer is. */
  #displayLaunches(): DisplayLaunch[] {
    const wished = new Map(this.#reconciler.wantedLaunches().map((launch) => [launch.launchId, launch]))
    const present = this.#reconciler.statuses().launches.map(({ launchId }) => launchId)
    return [...new Set([...wished.keys(), ...present])].map((launchId) => {
      const containerIds = this.#containerIdsOf(launchId)
      return { launchId, containerIds, profile: wished.get(launchId)?.profile }
    })
  }

  #status(): AgentStatus {
    const { config, version } = this.#options
    const state = this.#session.state()
    return {
      agentVersion: version,
      deviceId: this.#session.deviceId(),
      hubUrl: config.hubUrl.href,
      session: state.kind,
      sessionReason: state.kind === 'waiting' ? state.reason : undefined,
      approval: state.kind === 'online' ? state.approval : undefined,
      engine: this.#reconciler.engineState(),
      display: this.#display.lastReport(),
      acceptedGeneration: this.#reconciler.acceptedGeneration(),
      launches: this.#reconciler.statuses().launches,
    }
  }

  /** Resolves when the device is registered, when that took too long to wait for, or when the agent stops. */
  async #headStart(): Promise<void> {
    const over = this.#options.clock.sleep(HEAD_START_MS, this.#stopping.signal).catch(() => undefined)
    await Promise.race([this.#registered.promise, over])
  }

  #createFactsTeller(): FactsTeller {
    const { signal } = this.#stopping
    return createFactsTeller({
      collect: async () => ({
        ...(await readHostFacts({ program: this.#options.factsProgram, signal })),
        isVerifier: await isVerifier(this.#options.config),
      }),
      readInventory: () => readDeviceInventory(),
      engineVersion: () => {
        const engine = this.#reconciler.engineState()
        return engine.kind === 'ready' ? engine.version : undefined
      },
      publish: (facts) => {
        if (!signal.aborted) this.#session.publishFacts(this.#presence.facts(facts))
      },
    })
  }

  #createImages(): ImageSource {
    const { config, clock } = this.#options
    const hub = { url: config.hubUrl, caCertificate: config.caCertificate }
    const access = (signal: AbortSignal) => ({ accessToken: this.#session.accessToken(), signal })
    return createLayeredImages({
      folder: join(config.stateDir, 'images'),
      clock,
      admission: createReleaseAdmission({
        accepted: createAcceptedReleases(join(config.stateDir, 'releases')),
        agentVersion: this.#options.version,
        clock,
        publishers: () => readPublishers(config.publishersDir, process.geteuid?.() ?? 0),
        unsigned: () => unsignedRule(config),
        fetchRelease: async (ordered, signal) => {
          const { downloadRelease } = await import('./hub-session/image-download.ts')
          return downloadRelease(hub, ordered, access(signal))
        },
      }),
      fetchBlob: async (ordered, wanted, signal) => {
        const { downloadBlobFrom } = await import('./hub-session/image-download.ts')
        return downloadBlobFrom(hub, ordered, wanted, access(signal))
      },
    })
  }
}
