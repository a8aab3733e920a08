// What the agent asks of a container engine: the narrow interface that Docker and the in-memory engine fulfil.
// Engine shapes stop below it; what a launch may do on this device is decided below it too, in the final specification.
import type { Readable } from 'node:stream'
import type { DesiredLaunch, Resources } from '@bongsu/protocol'
import type { DisplayBinding } from '../display/display-binding.ts'
import type { Disk } from './disk.ts'

export interface EngineInfo {
  readonly version: string
  /** As Docker names it: `amd64`, `arm64`. */
  readonly architecture: string
  /** Folder in which the engine keeps images and containers. */
  readonly storageRoot: string
}

export interface ImageFacts {
  /** `sha256:…` of the image's configuration. */
  readonly imageId: string
  readonly architecture: string
  /** As the image says: empty, a number, `uid:gid` or a name. */
  readonly user: string
}

/** `created -> running -> exited`, never back: a container is started once, then replaced. */
export type ContainerState = 'created' | 'running' | 'exited'

/** One of our containers, as the engine knows it and as its labels say. */
export interface RuntimeContainer {
  readonly containerId: string
  readonly launchId: string
  readonly deploymentId: string
  /** Name of the container in the launch's profile. */
  readonly name: string
  /** What it was made from; see `spec-hash.ts`. */
  readonly specHash: string
  /** The container whose network it joined; undefined for the lead itself. */
  readonly leadContainerId: string | undefined
  /** Value of `DISPLAY` it was made with. */
  readonly displayName: string | undefined
  /** The life of the X server it was made for; see `DisplayBinding`. */
  readonly displayIncarnation?: string | undefined
  /** `software`: made so that the processor draws, because the GPU could not be used. */
  readonly rendering?: 'software' | undefined
  /** The group whose network and folder it shares. */
  readonly group?: string | undefined
  /** How often the launch had been started again when it was made. */
  readonly restarts: number
  /** Between the stop signal and the kill, as it was made. */
  readonly stopGraceMs: number
  readonly state: ContainerState
  readonly startedAt?: Date | undefined
  readonly endedAt?: Date | undefined
  readonly exitCode?: number | undefined
  readonly outOfMemory?: boolean | undefined
}

/** A container to be made; the runtime adds what the device and the recipe say. */
export interface ContainerRequest {
  readonly launch: DesiredLaunch
  /** Which container of the launch's profile. */
  readonly name: string
  readonly specHash: string
  readonly restarts: number
  /** For this run alone: what a diagnosis wants to be set. Stands above the profile. */
  readonly extraEnvironment?: Readonly<Record<string, string>> | undefined
  /** Present exactly when the launch has a display. */
  readonly display?: DisplayBinding | undefined
  /** Present exactly for containers other than the lead. */
  readonly leadContainerId?: string | undefined
}

export type CreateResult =
  | { readonly kind: 'created'; readonly container: RuntimeContainer }
  /** The image is not there (any more). */
  | { readonly kind: 'no_image' }
  /** Another container, ours or not, has the name: look again before doing anything. */
  | { readonly kind: 'name_taken' }

export type RuntimeEvent =
  | { readonly kind: 'started'; readonly containerId: string; readonly at: Date }
  | {
      readonly kind: 'ended'
      readonly containerId: string
      readonly at: Date
      readonly exitCode: number | undefined
    }
  | { readonly kind: 'removed'; readonly containerId: string; readonly at: Date }

export interface EventHandlers {
  /** The subscription stands: what happens from now on is told, so a list taken now misses nothing. */
  onSubscribed(): void
  onEvent(event: RuntimeEvent): void
}

export interface LoadOptions {
  readonly expectedImageId: string
  /** Bytes that the engine has taken so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined
}

/** What may change of a container while it runs; absent stays as it is. */
export type ContainerLimits = Pick<Resources, 'memoryBytes' | 'cpus' | 'pids'>

export interface ExecuteOptions {
  readonly argv: readonly string[]
  readonly timeoutMs: number
  /** The end is kept when there is more. */
  readonly maxBytes: number
}

export interface Execution {
  /** Undefined when it did not end in time; it is left to itself then, with nobody to read what it writes. */
  readonly exitCode: number | undefined
  /** Output and errors together. */
  readonly output: string
}

export interface LogTailOptions {
  readonly lines: number
  /** The end is kept when the lines are longer. */
  readonly maxBytes: number
}

/**
 * Contract of every call: it ends within a time limit of the runtime's own, rejects soon after the signal aborts,
 * keeps nothing in memory between calls, and fails with a CodedError of `AGENT_ENGINE_UNREACHABLE`,
 * `AGENT_ENGINE_PERMISSION`, `AGENT_ENGINE_FAILED`, `AGENT_ENGINE_TROUBLE` or what the call names besides.
 * Not-found is a value. The engine owns containers and images: they outlive the runtime and the agent.
 */
export interface ContainerRuntime {
  /** Milliseconds when the engine is well. */
  ping(signal?: AbortSignal): Promise<void>
  info(signal?: AbortSignal): Promise<EngineInfo>
  /** Every container of this agent in any state, those of its earlier lives included. */
  listContainers(signal?: AbortSignal): Promise<RuntimeContainer[]>
  inspectImage(imageId: string, signal?: AbortSignal): Promise<ImageFacts | undefined>
  /** Layers of every image that is there, each from the base up (diffIds). */
  layerChains(signal?: AbortSignal): Promise<readonly (readonly string[])[]>
  /**
   * Loads an image archive and looks whether the engine now has what was ordered; the stream's end proves nothing.
   * Idempotent. Blocks as long as bytes or answers move. Destroys the stream when it fails.
   * @throws CodedError AGENT_IMAGE_LOAD_FAILED, AGENT_IMAGE_NOT_WHAT_WAS_ORDERED, AGENT_DISK_FULL
   */
  loadImage(archive: Readable, options: LoadOptions, signal?: AbortSignal): Promise<ImageFacts>
  /**
   * Makes a container without starting it, after its final specification has passed the device's policy. That of a
   * launch in a group joins what `ensureGroup` has made.
   * Not idempotent, but safe to repeat: a second one of the same launch and name is `name_taken`.
   * @throws CodedError AGENT_POLICY_FORBIDS, AGENT_PROFILE_INVALID, AGENT_DEVICE_NODE_MISSING
   */
  createContainer(request: ContainerRequest, signal?: AbortSignal): Promise<CreateResult>
  /**
   * Idempotent while it runs. One that this life of the agent did not make is first looked at: whoever made or changed
   * it, only what the policy allows today is started. Whoever is refused removes it and makes it anew.
   * @throws CodedError AGENT_POLICY_FORBIDS
   */
  startContainer(containerId: string, signal?: AbortSignal): Promise<'started' | 'not_found'>
  /** Blocks for up to the grace and a little: stop signal first, kill after the grace. Idempotent. */
  stopContainer(
    containerId: string,
    options: { readonly graceMs: number },
    signal?: AbortSignal,
  ): Promise<'stopped' | 'not_found'>
  /** Kills it first when it runs. Idempotent: removing what is gone is done already. */
  removeContainer(containerId: string, signal?: AbortSignal): Promise<void>
  /** Last lines of output and errors together; undefined when there is no such container. */
  logTail(containerId: string, options: LogTailOptions, signal?: AbortSignal): Promise<string | undefined>
  /**
   * Tells what happens to our containers until the signal aborts (then it resolves) or the engine goes away
   * (then it resolves or rejects). Events of one container come in order; whoever subscribes again must list again.
   */
  watchEvents(handlers: EventHandlers, signal: AbortSignal): Promise<void>
  /**
   * Makes the private network and the shared folder of a group of launches where they are missing. Idempotent; calls
   * of one runtime exclude each other.
   */
  ensureGroup(group: string, signal?: AbortSignal): Promise<void>
  /** Removes both, with what lies in the folder. No container may be in the group any more. Idempotent. */
  removeGroup(group: string, signal?: AbortSignal): Promise<void>
  /** Groups of this agent of which a network or a folder is there, those of its earlier lives included. */
  listGroups(signal?: AbortSignal): Promise<string[]>
  /** Where the engine stores images; undefined when that cannot be known. */
  disk(signal?: AbortSignal): Promise<Disk | undefined>
}

/** What is done to a container that exists, other than ending it. Contract as above. */
export interface ContainerUpkeep {
  /**
   * Changes limits of a container in any state, after what it would be then has passed the policy. Idempotent.
   * @throws CodedError AGENT_POLICY_FORBIDS
   */
  updateContainer(
    containerId: string,
    limits: ContainerLimits,
    signal?: AbortSignal,
  ): Promise<'updated' | 'not_found'>
  /**
   * Runs a command in a container that runs, as its own user and with no more rights than its program.
   * @throws CodedError AGENT_POLICY_FORBIDS, also where the policy forbids any command
   */
  execute(
    containerId: string,
    options: ExecuteOptions,
    signal?: AbortSignal,
  ): Promise<Execution | 'not_running'>
}
