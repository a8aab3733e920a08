// The checks before a launch: cheap ones while its container is about to be made, a look into the image beside it. What
// each finds is kept per launch, for its status; what an image holds is kept for good.
import { type Clock, type Logger, messageOf } from '@bongsu/foundation'
import {
  checkImageConfiguration,
  type DesiredLaunch,
  distinctFindings,
  type ImageConfiguration,
  type PreflightFinding,
  type Reason,
} from '@bongsu/protocol'
import type { ImageTraits, PreflightPort } from '../reconciler/ports.ts'
import type { EngineTraits, ImageInspector } from '../runtime/image-inspector.ts'
import { contentFindings, programFindings } from './content-rules.ts'
import { type ContentRecord, createContentStore } from './content-store.ts'
import { cameraFindings, engineFindings, gpuFindings, roomFindings, wantedCameras } from './device-rules.ts'
import type { DeviceTraits } from './device-traits.ts'
import { isAnswered, lookInto, programQuestions, questionKey } from './image-look.ts'
import { findNodeHolders } from './node-holders.ts'
import { readDeviceTraits } from './read-device-traits.ts'

export interface PreflightOptions {
  /** Loaded with the engine's client, hence late. */
  readonly inspector: () => Promise<ImageInspector>
  /** Records of images lie here. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Logger
  /** A first look into an image leaves the program this long to come up undisturbed. Default 3000. */
  readonly lookDelayMs?: number | undefined
  /** Injected for tests without hardware. */
  readonly readDevice?: typeof readDeviceTraits | undefined
}

export interface Preflight extends PreflightPort {
  /** Ends looks under way; resolves when nothing of them is left on the engine. */
  stop(): Promise<void>
}

interface Watched {
  readonly launch: DesiredLaunch
  readonly image: ImageConfiguration | undefined
  readonly engine: EngineTraits | undefined
  readonly device: DeviceTraits
  readonly cheap: readonly PreflightFinding[]
  content: readonly PreflightFinding[]
}

/** Engines are upgraded while agents run. */
const TRAITS_MS = 600_000
const MAX_WARNINGS = 16
/** What ended without a word waits this long for what its image tells. */
const TRAITS_WAIT_MS = 8000

export const createPreflight = (options: PreflightOptions): Preflight => new LaunchChecks(options)

class LaunchChecks implements Preflight {
  readonly #options: PreflightOptions
  readonly #store: ReturnType<typeof createContentStore>
  readonly #watched = new Map<string, Watched>()
  /** Found running, and judged once. */
  readonly #taken = new Set<string>()
  readonly #configurations = new Map<string, ImageConfiguration>()
  readonly #records = new Map<string, ContentRecord>()
  readonly #listeners = new Set<() => void>()
  readonly #stopping = new AbortController()
  #traits: { readonly traits: EngineTraits; readonly untilMs: number } | undefined
  /** Looks go one after another: two of them would only slow each other and the program down. */
  #looks: Promise<unknown> = Promise.resolve()

  constructor(options: PreflightOptions) {
    this.#options = options
    this.#store = createContentStore(options.folder)
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the agent stops'))
    await this.#looks
  }

  async check(launch: DesiredLaunch, signal: AbortSignal): Promise<{ readonly failure?: Reason }> {
    const watched = await this.#judge(launch, { cameras: 'free' }, signal)
    const failure = watched.cheap.find(({ severity }) => severity === 'fail')?.reason
    if (failure) return { failure }
    this.#lookBeside(watched)
    return {}
  }

  /** @param options.cameras `own`: the launch runs, so whoever holds them may be itself */
  async #judge(
    launch: DesiredLaunch,
    { cameras }: { readonly cameras: 'free' | 'own' },
    signal: AbortSignal,
  ): Promise<Watched> {
    const { profile, image, launchId } = launch
    const { readDevice = readDeviceTraits } = this.#options
    const [engine, configuration] = await Promise.all([
      this.#unlessFailed('engine', signal, () => this.#engineTraits(signal)),
      this.#unlessFailed('image', signal, () => this.#configuration(image.imageId, signal)),
    ])
    const device = await readDevice({ storageRoot: engine?.storageRoot })
    const holders = cameras === 'own' ? [] : await findNodeHolders(wantedCameras(device, profile))
    const cheap = distinctFindings([
      ...(engine ? [...engineFindings(engine, profile), ...gpuFindings(device, engine, profile)] : []),
      ...(configuration ? checkImageConfiguration(configuration, profile) : []),
      ...roomFindings(device, profile),
      ...cameraFindings(device, holders, profile),
    ])
    const watched = { launch, image: configuration, engine, device, cheap, content: [] }
    this.#watched.set(launchId, watched)
    return watched
  }

  follow(wanted: readonly DesiredLaunch[], isRunning: (launchId: string) => boolean): void {
    const launchIds = new Set(wanted.map(({ launchId }) => launchId))
    for (const launchId of this.#watched.keys()) if (!launchIds.has(launchId)) this.#watched.delete(launchId)
    for (const launchId of this.#taken) if (!launchIds.has(launchId)) this.#taken.delete(launchId)
    for (const launch of wanted) {
      const { launchId } = launch
      if (this.#watched.has(launchId) || this.#taken.has(launchId) || !isRunning(launchId)) continue
      this.#taken.add(launchId)
      this.#judge(launch, { cameras: 'own' }, this.#stopping.signal).then(
        (watched) => {
          this.#tell()
          this.#lookBeside(watched)
        },
        () => undefined,
      )
    }
  }

  warningsOf(launchId: string): readonly Reason[] {
    const watched = this.#watched.get(launchId)
    if (!watched) return []
    const findings = distinctFindings([...watched.cheap, ...watched.content])
    // A failure is the launch's own reason already.
    const warnings = findings.filter(({ severity }) => severity === 'warn')
    return warnings.slice(0, MAX_WARNINGS).map(({ reason }) => reason)
  }

  async imageTraits(
    launchId: string,
    { wait }: { readonly wait: 'known' | 'look' },
    signal: AbortSignal,
  ): Promise<ImageTraits | undefined> {
    const watched = this.#watched.get(launchId)
    if (!watched) return undefined
    const { imageId } = watched.launch.image
    const known = this.#records.get(imageId)
    const record = known ?? (wait === 'look' ? await this.#lookNow(watched, signal) : undefined)
    const content = record?.content
    return content && traitsForDiagnosis(content)
  }

  watch(onChange: () => void): { stop(): void } {
    this.#listeners.add(onChange)
    return { stop: () => this.#listeners.delete(onChange) }
  }

  async #engineTraits(signal: AbortSignal): Promise<EngineTraits> {
    const nowMs = this.#options.clock.monotonicMs()
    if (this.#traits && nowMs < this.#traits.untilMs) return this.#traits.traits
    const traits = await (await this.#options.inspector()).traits(signal)
    this.#traits = { traits, untilMs: nowMs + TRAITS_MS }
    return traits
  }

  async #configuration(imageId: string, signal: AbortSignal): Promise<ImageConfiguration | undefined> {
    const known = this.#configurations.get(imageId)
    if (known) return known
    const configuration = await (await this.#options.inspector()).configuration(imageId, signal)
    if (configuration) this.#configurations.set(imageId, configuration)
    return configuration
  }

  /** A check that cannot be made hinders no launch: what is wrong is told by the launch itself. */
  async #unlessFailed<T>(what: string, signal: AbortSignal, run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run()
    } catch (error) {
      if (signal.aborted) throw signal.reason
      this.#options.log.info({ what, message: messageOf(error) }, 'could not be checked')
      return undefined
    }
  }

  #lookBeside(watched: Watched): void {
    const { clock, lookDelayMs = 3000, log } = this.#options
    const { signal } = this.#stopping
    const look = async () => {
      const known = await this.#known(watched.launch.image.imageId)
      if (!known) await clock.sleep(lookDelayMs, signal)
      await this.#look(watched, signal)
    }
    look().catch((error: unknown) => {
      if (!signal.aborted) log.info({ message: messageOf(error) }, 'image could not be looked into')
    })
  }

  /** Undefined when it takes too long. */
  async #lookNow(watched: Watched, signal: AbortSignal): Promise<ContentRecord | undefined> {
    const bounded = AbortSignal.any([signal, this.#stopping.signal, AbortSignal.timeout(TRAITS_WAIT_MS)])
    // Another image's look may be under way before this one's turn comes.
    const over = new Promise<undefined>((resolve) => {
      bounded.addEventListener('abort', () => resolve(undefined), { once: true })
    })
    return Promise.race([this.#look(watched, bounded).catch(() => undefined), over])
  }

  async #known(imageId: string): Promise<ContentRecord | undefined> {
    const known = this.#records.get(imageId) ?? (await this.#store.load(imageId))
    if (known) this.#records.set(imageId, known)
    return known
  }

  #look(watched: Watched, signal: AbortSignal): Promise<ContentRecord | undefined> {
    const done = this.#looks.then(() => this.#lookAlone(watched, signal))
    this.#looks = done.catch(() => undefined)
    return done
  }

  async #lookAlone(watched: Watched, signal: AbortSignal): Promise<ContentRecord | undefined> {
    signal.throwIfAborted()
    const { launch, image } = watched
    const { imageId } = launch.image
    const questions = image ? programQuestions(image, launch.profile) : []
    const known = await this.#known(imageId)
    const look = { imageId, questions, known }
    const record = isAnswered(look) ? known : await lookInto(await this.#options.inspector(), look, signal)
    if (record && record !== known) {
      this.#records.set(imageId, record)
      await this.#store.save(imageId, record)
    }
    if (record) this.#told(watched, record)
    return record
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  #told(watched: Watched, record: ContentRecord): void {
    watched.content = findingsOf(watched, record)
    if (watched.content.length > 0) this.#tell()
  }
}

function findingsOf({ launch, image, engine, device }: Watched, record: ContentRecord): PreflightFinding[] {
  const { profile } = launch
  const { content, programs } = record
  const engineVersion = engine?.version ?? ''
  const inContent = content ? contentFindings({ content, launch: profile, device, engineVersion }) : []
  const isSession = profile.display !== undefined && profile.containers[0]?.runAs !== 'image'
  const inPrograms = (image ? programQuestions(image, profile) : []).flatMap((question) => {
    const file = programs[questionKey(question)]
    if (!file || !engine) return []
    const user = isSession ? 'session' : 'image'
    return programFindings({ program: question.program, file, architecture: engine.architecture, user })
  })
  return [...inPrograms, ...inContent]
}

const traitsForDiagnosis = ({
  hasCv2QtPlugins,
  qtBindings,
  hasKoreanFont,
}: NonNullable<ContentRecord['content']>): ImageTraits => ({
  hasCv2QtPlugins,
  hasPyQt: qtBindings.length > 0,
  ...(hasKoreanFont !== undefined && { hasKoreanFont }),
})
