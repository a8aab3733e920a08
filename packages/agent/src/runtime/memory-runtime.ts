// A container engine in memory, for tests: keeps the contract of `ContainerRuntime`, and fails or stalls on demand.
// Images are JSON texts in place of archives; programs run until told to end.
import type { Readable } from 'node:stream'
import { CodedError } from '@bongsu/foundation'
import type {
  ContainerRequest,
  ContainerRuntime,
  CreateResult,
  EngineInfo,
  EventHandlers,
  ImageFacts,
  LoadOptions,
  LogTailOptions,
  RuntimeContainer,
  RuntimeEvent,
} from './container-runtime.ts'
import type { Disk } from './disk.ts'
import { type CheckedSpec, checkedSpec, type SpecRules } from './docker/checked-spec.ts'
import { asCreated } from './docker/container-facts.ts'
import { PLAIN_ENGINE } from './docker/engine-configuration.ts'
import { groupNetworkName } from './docker/spec/group.ts'
import { containerName, labels } from './docker/spec/labels.ts'

/** What outlives a runtime, as a real engine does: give the same one to the next life of an agent. */
export interface MemoryEngine {
  readonly images: Map<string, ImageFacts>
  readonly containers: Map<string, MemoryContainer>
  /** By owner and name. */
  readonly groups: Set<string>
  readonly subscribers: Set<(event: RuntimeEvent, owner: string) => void>
  nextNumber: number
}

interface MemoryContainer {
  owner: string
  uniqueName: string
  facts: RuntimeContainer
  log: string
  spec: CheckedSpec['spec']
}

export interface ProgramEnd {
  readonly exitCode: number
  readonly output?: string
}

type Call = Exclude<keyof ContainerRuntime, 'watchEvents'>

export interface MemoryRuntimeOptions extends SpecRules {
  readonly engine?: MemoryEngine
  readonly architecture?: string
  readonly clock?: { now(): Date }
  /** Asked at every start: how the program ends at once, or undefined when it stays. */
  readonly program?: (container: RuntimeContainer, spec: CheckedSpec['spec']) => ProgramEnd | undefined
  /** Runs before every call: throw, or wait, to play a fault. */
  readonly before?: (call: Call, subject: string) => Promise<void> | void
}

export const createMemoryEngine = (): MemoryEngine => ({
  images: new Map(),
  containers: new Map(),
  groups: new Set(),
  subscribers: new Set(),
  nextNumber: 1,
})

/** An archive that the memory runtime can load. */
export const memoryArchive = (facts: ImageFacts): Buffer => Buffer.from(JSON.stringify(facts))

export class MemoryRuntime implements ContainerRuntime {
  readonly engine: MemoryEngine
  /** Every call made, in order: `create lau-…/main`. */
  readonly calls: string[] = []
  freeBytes = 1e12
  readonly #options: MemoryRuntimeOptions

  constructor(options: MemoryRuntimeOptions) {
    this.#options = options
    this.engine = options.engine ?? createMemoryEngine()
  }

  async ping(signal?: AbortSignal): Promise<void> {
    await this.#begin('ping', '', signal)
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    await this.#begin('info', '', signal)
    return { version: 'memory', architecture: this.#options.architecture ?? 'amd64', storageRoot: '/' }
  }

  async listContainers(signal?: AbortSignal): Promise<RuntimeContainer[]> {
    await this.#begin('listContainers', '', signal)
    const own = [...this.engine.containers.values()].filter(({ owner }) => owner === this.#options.owner)
    return own.map(({ facts }) => facts)
  }

  async inspectImage(imageId: string, signal?: AbortSignal): Promise<ImageFacts | undefined> {
    await this.#begin('inspectImage', imageId, signal)
    return this.engine.images.get(imageId)
  }

  async layerChains(): Promise<readonly (readonly string[])[]> {
    return []
  }

  async loadImage(archive: Readable, options: LoadOptions, signal?: AbortSignal): Promise<ImageFacts> {
    const { expectedImageId, onProgress } = options
    try {
      await this.#begin('loadImage', expectedImageId, signal)
      const chunks: Buffer[] = []
      for await (const chunk of archive) chunks.push(Buffer.from(chunk))
      const bytes = Buffer.concat(chunks)
      onProgress?.(bytes.length)
      const facts = parseArchive(bytes.toString())
      this.engine.images.set(facts.imageId, facts)
      if (facts.imageId === expectedImageId) return facts
      const parameters = { expected: expectedImageId, found: facts.imageId }
      throw new CodedError('AGENT_IMAGE_NOT_WHAT_WAS_ORDERED', { parameters })
    } catch (error) {
      archive.destroy()
      if (signal?.aborted) throw signal.reason
      throw error instanceof CodedError ? error : loadFailed(String(error))
    }
  }

  async createContainer(request: ContainerRequest, signal?: AbortSignal): Promise<CreateResult> {
    const { launch, name } = request
    await this.#begin('createContainer', `${launch.launchId}/${name}`, signal)
    const { input, spec } = await checkedSpec(request, this.#options, {
      engine: PLAIN_ENGINE,
      imageWords: [],
    })
    if (!this.engine.images.has(launch.image.imageId)) return { kind: 'no_image' }
    this.#requireNetworkOf(launch.group)
    const uniqueName = containerName(launch.launchId, name)
    for (const other of this.engine.containers.values()) {
      if (other.uniqueName === uniqueName) return { kind: 'name_taken' }
    }
    const containerId = (this.engine.nextNumber++).toString(16).padStart(64, '0')
    const facts = asCreated(containerId, labels(input))
    const { owner } = this.#options
    this.engine.containers.set(containerId, { owner, uniqueName, facts, log: '', spec })
    return { kind: 'created', container: facts }
  }

  async startContainer(containerId: string, signal?: AbortSignal): Promise<'started' | 'not_found'> {
    await this.#begin('startContainer', containerId, signal)
    const container = this.engine.containers.get(containerId)
    if (!container) return 'not_found'
    if (container.facts.state === 'running') return 'started'
    container.facts = { ...container.facts, state: 'running', startedAt: this.#now() }
    this.#tell({ kind: 'started', containerId, at: this.#now() })
    const end = this.#options.program?.(container.facts, container.spec)
    if (end) this.endProgram(containerId, end)
    return 'started'
  }

  async stopContainer(
    containerId: string,
    _options: { readonly graceMs: number },
    signal?: AbortSignal,
  ): Promise<'stopped' | 'not_found'> {
    await this.#begin('stopContainer', containerId, signal)
    if (!this.engine.containers.has(containerId)) return 'not_found'
    this.endProgram(containerId, { exitCode: 143 })
    return 'stopped'
  }

  async removeContainer(containerId: string, signal?: AbortSignal): Promise<void> {
    await this.#begin('removeContainer', containerId, signal)
    if (!this.engine.containers.has(containerId)) return
    this.endProgram(containerId, { exitCode: 137 })
    this.#tell({ kind: 'removed', containerId, at: this.#now() })
    this.engine.containers.delete(containerId)
  }

  async logTail(
    containerId: string,
    options: LogTailOptions,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    await this.#begin('logTail', containerId, signal)
    const log = this.engine.containers.get(containerId)?.log
    return log
      ?.split('\n')
      .slice(-options.lines - 1)
      .join('\n')
      .slice(-options.maxBytes)
  }

  async watchEvents(handlers: EventHandlers, signal: AbortSignal): Promise<void> {
    await this.#options.before?.('ping', 'watchEvents')
    if (signal.aborted) return
    const subscriber = (event: RuntimeEvent, owner: string) => {
      if (owner === this.#options.owner) handlers.onEvent(event)
    }
    this.engine.subscribers.add(subscriber)
    handlers.onSubscribed()
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    this.engine.subscribers.delete(subscriber)
  }

  async ensureGroup(group: string, signal?: AbortSignal): Promise<void> {
    await this.#begin('ensureGroup', group, signal)
    this.engine.groups.add(this.#networkOf(group))
  }

  async removeGroup(group: string, signal?: AbortSignal): Promise<void> {
    await this.#begin('removeGroup', group, signal)
    const isIn = ({ owner, facts }: MemoryContainer) =>
      owner === this.#options.owner && facts.group === group && facts.state === 'running'
    if ([...this.engine.containers.values()].some(isIn)) {
      const message = `network ${this.#networkOf(group)} has active endpoints`
      throw new CodedError('AGENT_ENGINE_FAILED', { parameters: { message }, quote: message })
    }
    this.engine.groups.delete(this.#networkOf(group))
  }

  async listGroups(signal?: AbortSignal): Promise<string[]> {
    await this.#begin('listGroups', '', signal)
    const prefix = this.#networkOf('')
    return [...this.engine.groups]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
  }

  async disk(signal?: AbortSignal): Promise<Disk | undefined> {
    await this.#begin('disk', '', signal)
    return { freeBytes: this.freeBytes, device: 1 }
  }

  /** The program ends by itself; nothing happens when it does not run. */
  endProgram(containerId: string, { exitCode, output = '' }: ProgramEnd): void {
    const container = this.engine.containers.get(containerId)
    if (container?.facts.state !== 'running') return
    container.log += output
    const endedAt = this.#now()
    container.facts = { ...container.facts, state: 'exited', endedAt, exitCode, outOfMemory: false }
    this.#tell({ kind: 'ended', containerId, at: endedAt, exitCode })
  }

  async #begin(call: Call, subject: string, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    this.calls.push(`${call} ${subject}`.trim())
    await this.#options.before?.(call, subject)
    signal?.throwIfAborted()
  }

  #tell(event: RuntimeEvent): void {
    const owner = this.engine.containers.get(event.containerId)?.owner ?? ''
    for (const subscriber of this.engine.subscribers) subscriber(event, owner)
  }

  #networkOf(group: string): string {
    return groupNetworkName(this.#options.owner, group)
  }

  #requireNetworkOf(group: string | undefined): void {
    if (group === undefined || this.engine.groups.has(this.#networkOf(group))) return
    const message = `network ${this.#networkOf(group)} not found`
    throw new CodedError('AGENT_ENGINE_FAILED', { parameters: { message }, quote: message })
  }

  #now(): Date {
    return this.#options.clock?.now() ?? new Date()
  }
}

function parseArchive(text: string): ImageFacts {
  const value: unknown = JSON.parse(text)
  const textAt = (key: string) => {
    const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
    if (typeof found !== 'string') throw loadFailed(`no ${key}`)
    return found
  }
  return { imageId: textAt('imageId'), architecture: textAt('architecture'), user: textAt('user') }
}

const loadFailed = (message: string) => new CodedError('AGENT_IMAGE_LOAD_FAILED', { parameters: { message } })
