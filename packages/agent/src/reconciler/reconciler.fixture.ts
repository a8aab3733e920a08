// A reconciler with everything around it in memory and under the test's hand.
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { CodedError, ManualClock, silentLogger } from '@bongsu/foundation'
import {
  type DesiredLaunch,
  type DesiredState,
  type LaunchProfile,
  type LaunchStatus,
  newId,
  type Picture,
  type Reason,
  type ReleaseManifest,
} from '@bongsu/protocol'
import { releaseOf } from '../images/release.fixture.ts'
import { policyOf } from '../policy/policy.ts'
import {
  createMemoryEngine,
  type MemoryEngine,
  MemoryRuntime,
  type MemoryRuntimeOptions,
  memoryArchive,
} from '../runtime/memory-runtime.ts'
import type {
  DisplayBindResult,
  DisplayPort,
  DisplaySight,
  ImageSource,
  PictureCheckPort,
  PreparedImage,
  PrepareOptions,
} from './ports.ts'
import { createReconciler, type Reconciler } from './reconciler.ts'

const imageIdOf = (name: string) => `sha256:${createHash('sha256').update(name).digest('hex')}`

/** A launch whose image is named, so that tests can tell images apart. */
export function launchOf(
  image: string,
  profile: Partial<LaunchProfile> = {},
  more: Partial<DesiredLaunch> = {},
): DesiredLaunch {
  const imageId = imageIdOf(image)
  const archive = memoryArchive({ imageId, architecture: 'amd64', user: '' })
  return {
    launchId: newId('lau'),
    deploymentId: newId('dep'),
    packageId: image,
    version: '1',
    image: {
      imageId,
      downloadBytes: archive.length,
    },
    profile: { containers: [{ name: 'main' }], ...profile },
    ...more,
  }
}

export const desiredOf = (generation: number, ...launches: DesiredLaunch[]): DesiredState => ({
  type: 'desired-state',
  generation,
  launches,
})

/** A display that is there or not as the test says. */
export class FakeDisplay implements DisplayPort {
  reason: Reason | undefined
  incarnation = 'first'
  readonly bound = new Set<string>()
  binds = 0
  readonly #listeners = new Set<() => void>()

  async bind({ launchId }: { readonly launchId: string }): Promise<DisplayBindResult> {
    this.binds += 1
    if (this.reason) return { kind: 'waiting', reason: this.reason }
    this.bound.add(launchId)
    const binding = {
      launchId,
      displayNumber: 9,
      displayName: ':9',
      incarnation: this.incarnation,
      socketDir: '/tmp/.X11-unix',
      cookieDir: `/run/bongsu/x/${launchId}`,
      xauthorityPath: '/run/xauth/Xauthority',
      uid: 1000,
      gid: 1000,
      widthPixels: 640,
      heightPixels: 480,
    }
    return { kind: 'bound', binding }
  }

  async release(launchId: string): Promise<void> {
    this.bound.delete(launchId)
  }

  async boundLaunches(): Promise<string[]> {
    return [...this.bound]
  }

  lastReport() {
    return { state: 'unknown', checkedAt: '2026-01-01T00:00:00Z' } as const
  }

  async look(): Promise<DisplaySight> {
    return this.reason ? { kind: 'not_ready' } : { kind: 'ready', incarnation: this.incarnation }
  }

  watch(onChange: () => void) {
    this.#listeners.add(onChange)
    return { stop: () => void this.#listeners.delete(onChange) }
  }

  become(reason: Reason | undefined): void {
    this.reason = reason
    for (const listener of this.#listeners) listener()
  }
}

/** Gives every archive that a test asks for, and what the test says instead for some. */
export class FakeImages implements ImageSource {
  fetches = 0
  /** By image id: what happens in place of its being fetched. */
  readonly instead = new Map<string, (signal: AbortSignal) => Promise<never>>()

  admit = async (launch: DesiredLaunch) => releaseOf(launch)

  room = async () => ({ missing: { downloadBytes: 1000, unpackedBytes: 1000 }, disk: undefined })

  async prepare(
    { image: { imageId } }: DesiredLaunch,
    _release: ReleaseManifest,
    _options: PrepareOptions,
    signal: AbortSignal,
  ): Promise<PreparedImage> {
    this.fetches += 1
    await this.instead.get(imageId)?.(signal)
    const archive = memoryArchive({ imageId, architecture: 'amd64', user: '' })
    return { bytes: archive.length, open: () => Readable.from([archive]), discard: async () => undefined }
  }
}

export class FakePictures implements PictureCheckPort {
  verdict: Picture['verdict'] = 'visible'
  checks = 0

  async check(): Promise<Picture> {
    this.checks += 1
    return { verdict: this.verdict, checkedAt: '2026-01-01T00:00:00Z' }
  }
}

type Undo = { after(undo: () => Promise<void>): void }

export interface WorldOptions {
  readonly engine?: MemoryEngine
  readonly stateDir?: string
  readonly display?: FakeDisplay
  readonly program?: NonNullable<MemoryRuntimeOptions['program']>
  readonly before?: NonNullable<MemoryRuntimeOptions['before']>
  readonly loadRuntime?: () => Promise<void>
}

export class World {
  readonly clock = new ManualClock()
  readonly images = new FakeImages()
  readonly pictures = new FakePictures()
  readonly display: FakeDisplay
  readonly runtime: MemoryRuntime
  readonly reconciler: Reconciler
  readonly stateDir: string
  readonly published: { launches: readonly LaunchStatus[]; generation: number }[] = []
  readonly #waiters = new Set<() => void>()

  constructor(stateDir: string, options: WorldOptions = {}) {
    const { engine = createMemoryEngine(), display = new FakeDisplay(), program, before } = options
    this.stateDir = stateDir
    this.display = display
    this.runtime = new MemoryRuntime({
      engine,
      owner: 'test',
      policy: policyOf({}, { runDir: '/run/bongsu', stateDir }),
      stateDir,
      runDir: '/run/bongsu',
      clock: this.clock,
      readDevices: async () => ({
        memoryBytes: 8e9,
        gpu: [],
        cameras: [],
        identified: new Map(),
        named: [],
        hasLocaltime: false,
        hasUdevData: false,
      }),
      ...(program && { program }),
      ...(before && { before }),
    })
    this.reconciler = createReconciler({
      loadRuntime: async () => {
        await options.loadRuntime?.()
        return this.runtime
      },
      images: this.images,
      display,
      pictures: this.pictures,
      status: {
        publish: (launches, generation) => {
          this.published.push({ launches, generation })
          for (const look of this.#waiters) look()
        },
      },
      stateDir,
      clock: this.clock,
      log: silentLogger(),
    })
  }

  status(launchId: string): LaunchStatus | undefined {
    return this.published.at(-1)?.launches.find((status) => status.launchId === launchId)
  }

  /** Resolves with the status of the launch once it is as wanted. The test's own time limit ends a wait in vain. */
  until(launchId: string, wanted: (status: LaunchStatus) => boolean): Promise<LaunchStatus> {
    return new Promise((resolve) => {
      const look = () => {
        const status = this.status(launchId)
        if (!status || !wanted(status)) return
        this.#waiters.delete(look)
        resolve(status)
      }
      this.#waiters.add(look)
      look()
    })
  }

  untilPhase(launchId: string, phase: LaunchStatus['phase']): Promise<LaunchStatus> {
    return this.until(launchId, (status) => status.phase === phase)
  }

  containersOf(launchId: string) {
    return [...this.runtime.engine.containers.values()]
      .map(({ facts }) => facts)
      .filter((facts) => facts.launchId === launchId)
  }

  /** The program of the launch's lead ends by itself. */
  end(launchId: string, output = 'oops\n'): void {
    const lead = this.containersOf(launchId).find(({ state }) => state === 'running')
    if (!lead) throw new Error('nothing runs')
    this.runtime.endProgram(lead.containerId, { exitCode: 1, output })
  }
}

/** A world with a folder of its own, stopped and removed after the test. */
export async function createWorld(undo: Undo, options: WorldOptions = {}): Promise<World> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'bongsu-reconciler-')))
  const world = new World(stateDir, options)
  undo.after(async () => {
    await world.reconciler.stop()
    if (options.stateDir === undefined) await rm(stateDir, { recursive: true, force: true })
  })
  return world
}

export const engineGone = (): CodedError => new CodedError('AGENT_ENGINE_UNREACHABLE', { quote: 'gone' })
