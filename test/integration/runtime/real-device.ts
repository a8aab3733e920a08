// A device for tests: reconciler, Docker runtime and display engine as the agent joins them, without a hub.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { silentLogger, systemClock } from '@bongsu/foundation'
import {
  type DesiredLaunch,
  type ImageReference,
  type LaunchProfile,
  type LaunchStatus,
  newId,
} from '@bongsu/protocol'
import { createCameraWatch } from '../../../packages/agent/src/cameras/camera-watch.ts'
import { createDisplay } from '../../../packages/agent/src/display/display.ts'
import { releaseOf } from '../../../packages/agent/src/images/release.fixture.ts'
import { type PolicyFile, policyOf } from '../../../packages/agent/src/policy/policy.ts'
import { createPreflight, type Preflight } from '../../../packages/agent/src/preflight/preflight.ts'
import type { DisplayPort } from '../../../packages/agent/src/reconciler/ports.ts'
import { createReconciler, type Reconciler } from '../../../packages/agent/src/reconciler/reconciler.ts'
import { createDockerRuntime } from '../../../packages/agent/src/runtime/docker/docker-runtime.ts'
import { createDockerImageInspector } from '../../../packages/agent/src/runtime/docker/image-inspector.ts'
import { createLaunchSecretStore } from '../../../packages/agent/src/secrets/launch-secret-store.ts'
import { secretsDirOf } from '../../../packages/agent/src/secrets/secrets-folder.ts'
import type { Cleanup } from '../../infra/temp-dir.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import type { XServer } from '../../infra/x-server.ts'

export interface RealDeviceOptions {
  readonly socketPath?: string
  readonly x?: XServer
  /** In place of `x`: whatever display this authority file opens. */
  readonly authFile?: string
  /** With `authFile`: this display alone, which need not be there yet. Default: whichever is found. */
  readonly displayNumber?: number
  /** Archives by image id. */
  readonly archives?: ReadonlyMap<string, Buffer>
  /** `on`: launches are checked before, and images looked into at once. Default `off`. */
  readonly preflight?: 'on' | 'off'
  /** Changes what the display does. */
  readonly wrapDisplay?: (display: DisplayPort) => DisplayPort
}

/** Containers of a device are removed at the end, whatever life of the agent made them. */
export class RealDevice {
  readonly folder: string
  readonly owner = newId('dev')
  readonly #options: RealDeviceOptions
  #statuses: readonly LaunchStatus[] = []
  #reconciler: Reconciler | undefined
  #preflight: Preflight | undefined
  #generation = 0

  constructor(cleanup: Cleanup, options: RealDeviceOptions = {}) {
    this.folder = tempDir(cleanup, 'device')
    this.#options = options
    cleanup.after(() => this.#clean())
  }

  get stateDir(): string {
    return join(this.folder, 'state')
  }

  get secretsDir(): string {
    return secretsDirOf({ runDir: join(this.folder, 'run') })
  }

  #policyOf(file: PolicyFile) {
    return policyOf(file, { runDir: join(this.folder, 'run'), stateDir: this.stateDir })
  }

  #createPreflight(): Preflight | undefined {
    const { socketPath, preflight } = this.#options
    if (preflight !== 'on') return undefined
    const inspector = createDockerImageInspector({
      owner: this.owner,
      policy: this.#policyOf({}),
      socketPath,
    })
    return createPreflight({
      inspector: async () => inspector,
      folder: join(this.stateDir, 'preflight'),
      clock: systemClock,
      log: silentLogger(),
      lookDelayMs: 0,
    })
  }

  /** @param file of the device's policy */
  runtime(file: PolicyFile = {}) {
    const { socketPath } = this.#options
    return createDockerRuntime({
      owner: this.owner,
      policy: this.#policyOf(file),
      stateDir: this.stateDir,
      runDir: join(this.folder, 'run'),
      ...(socketPath && { socketPath }),
    })
  }

  /** A new life of the agent, on what the earlier ones left. */
  async startAgent(): Promise<void> {
    const {
      x,
      authFile = x?.authFile,
      displayNumber,
      archives,
      wrapDisplay = (display) => display,
    } = this.#options
    const isAnyDisplay = authFile !== undefined && x === undefined && displayNumber === undefined
    const display = createDisplay({
      clock: systemClock,
      runDir: join(this.folder, 'run'),
      // Without a server of its own the device must not find the machine's.
      ...(!isAnyDisplay && { displayNumber: displayNumber ?? x?.display ?? 65_000 }),
      ...(authFile !== undefined && { authFile }),
    })
    this.#statuses = []
    this.#preflight = this.#createPreflight()
    this.#reconciler = createReconciler({
      loadRuntime: async () => this.runtime(),
      images: {
        admit: async (launch) => releaseOf(launch),
        room: async () => ({ missing: { downloadBytes: 0, unpackedBytes: 0 }, disk: undefined }),
        prepare: async ({ image }) => {
          const archive = archives?.get(image.imageId) ?? Buffer.alloc(0)
          return {
            bytes: archive.length,
            open: () => Readable.from([archive]),
            discard: async () => undefined,
          }
        },
      },
      display: wrapDisplay(display),
      pictures: display,
      preflight: this.#preflight,
      secrets: createLaunchSecretStore(this.secretsDir),
      cameras: createCameraWatch({ clock: systemClock, againMs: 300 }),
      status: { publish: (launches) => (this.#statuses = launches) },
      stateDir: this.stateDir,
      clock: systemClock,
      log: silentLogger(),
    })
    await this.#reconciler.start()
  }

  /** As a crash does for everything outside the process: nothing is stopped, nothing is told. */
  async stopAgent(): Promise<void> {
    await Promise.all([this.#reconciler?.stop(), this.#preflight?.stop()])
    this.#reconciler = undefined
  }

  async want(...launches: readonly DesiredLaunch[]): Promise<void> {
    this.#generation += 1
    const answer = await this.#reconciler?.accept({
      type: 'desired-state',
      generation: this.#generation,
      launches: [...launches],
    })
    if (answer?.outcome !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(answer)}`)
  }

  until(launchId: string, what: string, wanted: (status: LaunchStatus) => boolean): Promise<LaunchStatus> {
    return waitFor(() => this.#statuses.find((status) => status.launchId === launchId), {
      what,
      until: wanted,
      intervalMs: 10,
    })
  }

  async #clean(): Promise<void> {
    await this.stopAgent()
    const runtime = this.runtime()
    const containers = await runtime.listContainers().catch(() => [])
    await Promise.all(containers.map(({ containerId }) => runtime.removeContainer(containerId)))
    const groups = await runtime.listGroups().catch(() => [])
    await Promise.all(groups.map((group) => runtime.removeGroup(group)))
    rmSync(this.secretsDir, { recursive: true, force: true })
  }
}

export function launchOf(image: ImageReference, profile: LaunchProfile): DesiredLaunch {
  return {
    launchId: newId('lau'),
    deploymentId: newId('dep'),
    packageId: 'test',
    version: '1',
    image,
    profile: { network: 'none', stopGraceSeconds: 1, ...profile },
  }
}

/** An image that the engine has: it needs no archive. */
export const presentImage = (imageId: string): ImageReference => ({
  imageId,
  downloadBytes: 0,
})
