// The container runtime over Docker Engine. The only importer of dockerode; load this file late, by dynamic import.
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { CodedError } from '@bongsu/foundation'
import Docker from 'dockerode'
import { checkExec } from '../../policy/check-exec.ts'
import type {
  ContainerLimits,
  ContainerRequest,
  ContainerRuntime,
  ContainerUpkeep,
  CreateResult,
  EngineInfo,
  EventHandlers,
  ExecuteOptions,
  Execution,
  ImageFacts,
  LoadOptions,
  LogTailOptions,
  RuntimeContainer,
} from '../container-runtime.ts'
import { type Disk, diskOf } from '../disk.ts'
import { groupsDirOf, type SpecRules } from './checked-spec.ts'
import { ContainerCheck } from './container-check.ts'
import { asCreated, fromInspection } from './container-facts.ts'
import { limitChange, withSwap } from './container-limits.ts'
import {
  isConflict,
  isMissingContainer,
  isMissingImage,
  isUnchanged,
  statusOfError,
} from './docker-errors.ts'
import { watchDockerEvents } from './docker-events.ts'
import { execOptions, executeIn } from './docker-exec.ts'
import { endOf, payloadsOf } from './docker-logs.ts'
import { codedEngineCall, codedUnlessAborted, engineCall } from './engine-call.ts'
import { GroupPlaces } from './group-places.ts'
import { loadImageArchive } from './image-load.ts'
import { containerName, labels, OWNER_LABEL } from './spec/labels.ts'
import { SpecPreparation } from './spec-preparation.ts'
import { type PrepareFolder, prepareVolumeFolders } from './volume-folders.ts'

export interface DockerRuntimeOptions extends SpecRules {
  /** Default `/var/run/docker.sock`. */
  readonly socketPath?: string | undefined
  /** For a question. Default 10 000. */
  readonly queryTimeoutMs?: number | undefined
  /** For a change, which the engine makes one after another. Default 60 000. */
  readonly changeTimeoutMs?: number | undefined
  /** Default: as this process. */
  readonly prepareFolder?: PrepareFolder | undefined
  /** For silence while loading an image. Default 120 000. */
  readonly loadInactivityMs?: number | undefined
}

/** Does no I/O until called. */
export const createDockerRuntime = (options: DockerRuntimeOptions): ContainerRuntime & ContainerUpkeep =>
  new DockerRuntime(options)

class DockerRuntime implements ContainerRuntime, ContainerUpkeep {
  readonly #docker: Docker
  /** For the calls that take no signal: its sockets close after silence. */
  readonly #bounded: Docker
  readonly #options: DockerRuntimeOptions
  readonly #queryMs: number
  readonly #changeMs: number
  readonly #groups: GroupPlaces
  readonly #check: ContainerCheck
  readonly #preparation: SpecPreparation
  /** Made by this life of the agent and not started yet: what was checked then is what will run. */
  readonly #fresh = new Set<string>()
  #storageRoot: string | undefined

  constructor(options: DockerRuntimeOptions) {
    this.#options = options
    const { socketPath = '/var/run/docker.sock' } = options
    this.#queryMs = options.queryTimeoutMs ?? 10_000
    this.#docker = new Docker({ socketPath })
    this.#bounded = new Docker({ socketPath, timeout: this.#queryMs })
    this.#changeMs = options.changeTimeoutMs ?? 60_000
    this.#groups = new GroupPlaces({
      docker: this.#docker,
      owner: options.owner,
      groupsDir: groupsDirOf(options),
      queryTimeoutMs: this.#queryMs,
      changeTimeoutMs: this.#changeMs,
    })
    const clients = { docker: this.#bounded, rules: options, queryTimeoutMs: this.#queryMs }
    this.#preparation = new SpecPreparation({ ...clients, socketPath })
    this.#check = new ContainerCheck({
      ...clients,
      engine: (signal) => this.#preparation.engineConfiguration(signal),
    })
  }

  async ping(signal?: AbortSignal): Promise<void> {
    await codedEngineCall(this.#queryMs, signal, () => this.#bounded.ping())
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    const [version, info] = await codedEngineCall(this.#queryMs, signal, () =>
      Promise.all([this.#bounded.version(), this.#bounded.info()]),
    )
    this.#storageRoot = String(info.DockerRootDir)
    this.#preparation.noteEngine(info)
    return { version: version.Version, architecture: version.Arch, storageRoot: this.#storageRoot }
  }

  async listContainers(signal?: AbortSignal): Promise<RuntimeContainer[]> {
    const listed = await codedEngineCall(this.#queryMs, signal, (abortSignal) =>
      this.#docker.listContainers({
        all: true,
        filters: { label: [`${OWNER_LABEL}=${this.#options.owner}`] },
        abortSignal,
      }),
    )
    const found = await Promise.all(listed.map(({ Id }) => this.#inspectContainer(Id, signal)))
    return found.filter((container) => container !== undefined)
  }

  async #inspectContainer(
    id: string,
    signal: AbortSignal | undefined,
  ): Promise<RuntimeContainer | undefined> {
    const inspected = await this.#unlessMissing(
      this.#queryMs,
      signal,
      (abortSignal) => this.#docker.getContainer(id).inspect({ abortSignal }),
      (error) => isMissingContainer(error, id),
    )
    return inspected && fromInspection(inspected)
  }

  async inspectImage(imageId: string, signal?: AbortSignal): Promise<ImageFacts | undefined> {
    const inspected = await this.#unlessMissing(
      this.#queryMs,
      signal,
      () => this.#bounded.getImage(imageId).inspect(),
      (error) => statusOfError(error) === 404,
    )
    if (!inspected) return undefined
    this.#preparation.noteImage(inspected)
    return { imageId: inspected.Id, architecture: inspected.Architecture, user: inspected.Config?.User ?? '' }
  }

  async layerChains(signal?: AbortSignal): Promise<readonly (readonly string[])[]> {
    const images = await engineCall(this.#queryMs, signal, (abortSignal) =>
      this.#docker.listImages({ all: true, abortSignal }),
    )
    const chains: (readonly string[])[] = []
    for (const { Id } of images) {
      // One that went meanwhile is not there.
      const inspected = await this.#unlessMissing(
        this.#queryMs,
        signal,
        () => this.#bounded.getImage(Id).inspect(),
        (error) => statusOfError(error) === 404,
      )
      chains.push(inspected?.RootFS?.Layers ?? [])
    }
    return chains
  }

  async loadImage(archive: Readable, options: LoadOptions, signal?: AbortSignal): Promise<ImageFacts> {
    const { expectedImageId, onProgress } = options
    const inactivityMs = this.#options.loadInactivityMs ?? 120_000
    await loadImageArchive(this.#docker, archive, { inactivityMs, onProgress }, signal)
    const facts = await this.inspectImage(expectedImageId, signal)
    if (facts?.imageId === expectedImageId) return facts
    throw new CodedError('AGENT_IMAGE_NOT_WHAT_WAS_ORDERED', {
      parameters: { expected: expectedImageId, found: facts?.imageId ?? 'another one' },
    })
  }

  async createContainer(request: ContainerRequest, signal?: AbortSignal): Promise<CreateResult> {
    const { input, spec, outboundNetwork } = await this.#preparation.checkedSpec(request, signal)
    await prepareVolumeFolders(input, this.#options.prepareFolder)
    const call = { _query: { name: containerName(request.launch.launchId, request.name) }, _body: spec }
    try {
      const { id } = await engineCall(this.#changeMs, signal, (abortSignal) =>
        this.#docker.createContainer({ ...call, abortSignal }),
      )
      if (outboundNetwork) await this.#join(id, outboundNetwork, signal)
      this.#fresh.add(id)
      return { kind: 'created', container: asCreated(id, labels(input)) }
    } catch (error) {
      if (isMissingImage(error)) return { kind: 'no_image' }
      if (isConflict(error)) return { kind: 'name_taken' }
      throw codedUnlessAborted(error, signal)
    }
  }

  /** A container that could not be joined is not left behind, or it would be started without. */
  async #join(id: string, network: string, signal: AbortSignal | undefined): Promise<void> {
    try {
      await engineCall(this.#changeMs, signal, (abortSignal) => {
        const call = { Container: id, _body: { Container: id }, abortSignal }
        return this.#docker.getNetwork(network).connect(call)
      })
    } catch (error) {
      await this.removeContainer(id)
      throw error
    }
  }

  async startContainer(id: string, signal?: AbortSignal): Promise<'started' | 'not_found'> {
    if (!this.#fresh.delete(id) && !(await this.#check.check(id, signal))) return 'not_found'
    return this.#change(id, this.#changeMs, signal, 'started', (abortSignal) =>
      this.#docker.getContainer(id).start({ abortSignal }),
    )
  }

  async stopContainer(
    id: string,
    { graceMs }: { readonly graceMs: number },
    signal?: AbortSignal,
  ): Promise<'stopped' | 'not_found'> {
    const t = Math.ceil(graceMs / 1000)
    return this.#change(id, this.#changeMs + t * 1000, signal, 'stopped', (abortSignal) =>
      this.#docker.getContainer(id).stop({ t, abortSignal }),
    )
  }

  async removeContainer(id: string, signal?: AbortSignal): Promise<void> {
    this.#fresh.delete(id)
    await this.#unlessMissing(
      this.#changeMs,
      signal,
      (abortSignal) => this.#docker.getContainer(id).remove({ force: true, v: true, abortSignal }),
      // A conflict means that its removal is under way.
      (error) => isMissingContainer(error, id) || isConflict(error),
    )
  }

  async updateContainer(
    id: string,
    limits: ContainerLimits,
    signal?: AbortSignal,
  ): Promise<'updated' | 'not_found'> {
    const change = limitChange(limits)
    if (!(await this.#check.check(id, signal, change))) return 'not_found'
    return this.#change(id, this.#changeMs, signal, 'updated', (abortSignal) =>
      this.#docker.getContainer(id).update({ ...withSwap(change), abortSignal }),
    )
  }

  async execute(
    id: string,
    options: ExecuteOptions,
    signal?: AbortSignal,
  ): Promise<Execution | 'not_running'> {
    const inspected = await this.#check.check(id, signal)
    const command = execOptions(options.argv)
    checkExec(command, this.#options.policy)
    if (!inspected?.State.Running) return 'not_running'
    return executeIn(this.#docker.getContainer(id), command, options, signal)
  }

  async logTail(id: string, options: LogTailOptions, signal?: AbortSignal): Promise<string | undefined> {
    const { lines, maxBytes } = options
    const framed = await this.#unlessMissing(
      this.#queryMs,
      signal,
      (abortSignal) =>
        this.#docker
          .getContainer(id)
          .logs({ stdout: true, stderr: true, tail: lines, follow: false, abortSignal }),
      (error) => isMissingContainer(error, id),
    )
    return framed && endOf(payloadsOf(framed), maxBytes)
  }

  watchEvents(handlers: EventHandlers, signal: AbortSignal): Promise<void> {
    const options = { owner: this.#options.owner, connectTimeoutMs: this.#queryMs }
    return watchDockerEvents(this.#docker, options, handlers, signal)
  }

  ensureGroup(group: string, signal?: AbortSignal): Promise<void> {
    return this.#groups.ensure(group, signal)
  }

  removeGroup(group: string, signal?: AbortSignal): Promise<void> {
    return this.#groups.remove(group, signal)
  }

  listGroups(signal?: AbortSignal): Promise<string[]> {
    return this.#groups.list(signal)
  }

  /** The engine's folder may be hidden from us, or on another machine. */
  async disk(signal?: AbortSignal): Promise<Disk | undefined> {
    const root = this.#storageRoot ?? (await this.info(signal)).storageRoot
    return existsSync(root) ? diskOf(root) : undefined
  }

  async #change<Done extends string>(
    id: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    done: Done,
    run: (abortSignal: AbortSignal) => Promise<unknown>,
  ): Promise<Done | 'not_found'> {
    try {
      await engineCall(timeoutMs, signal, run)
      return done
    } catch (error) {
      if (isUnchanged(error)) return done
      if (isMissingContainer(error, id)) return 'not_found'
      throw codedUnlessAborted(error, signal)
    }
  }

  async #unlessMissing<T>(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    run: (abortSignal: AbortSignal) => Promise<T>,
    isMissing: (error: unknown) => boolean,
  ): Promise<T | undefined> {
    try {
      return await engineCall(timeoutMs, signal, run)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw codedUnlessAborted(error, signal)
    }
  }
}
