// The network and the folder behind a group of launches: made, found again by label and name, removed.
import { chmod, mkdir, readdir, rm } from 'node:fs/promises'
import { CodedError, messageOf, systemErrorCode } from '@bongsu/foundation'
import type Docker from 'dockerode'
import { statusOfError } from './docker-errors.ts'
import { codedEngineCall, codedUnlessAborted, engineCall } from './engine-call.ts'
import { groupFolder, groupNetworkName } from './spec/group.ts'
import { GROUP_LABEL, OWNER_LABEL } from './spec/labels.ts'

export interface GroupPlacesOptions {
  readonly docker: Docker
  readonly owner: string
  /** Holds one folder per group. */
  readonly groupsDir: string
  readonly queryTimeoutMs: number
  readonly changeTimeoutMs: number
}

/** See `ContainerRuntime` for what each call promises. */
export class GroupPlaces {
  readonly #options: GroupPlacesOptions
  /** Two networks of one name can be made, and none of them used then. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: GroupPlacesOptions) {
    this.#options = options
  }

  ensure(group: string, signal: AbortSignal | undefined): Promise<void> {
    return this.#afterTheOthers(async () => {
      await Promise.all([this.#ensureFolder(group), this.#ensureNetwork(group, signal)])
    })
  }

  remove(group: string, signal: AbortSignal | undefined): Promise<void> {
    return this.#afterTheOthers(async () => {
      await this.#removeNetwork(group, signal)
      await rm(groupFolder(this.#options.groupsDir, group), { recursive: true, force: true })
    })
  }

  async list(signal: AbortSignal | undefined): Promise<string[]> {
    const [networks, folders] = await Promise.all([this.#networks(signal), this.#folders()])
    const named = networks.flatMap(({ Labels }) => Labels?.[GROUP_LABEL] ?? [])
    return [...new Set([...named, ...folders])]
  }

  #afterTheOthers<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.catch(() => undefined).then(act)
    this.#last = turn
    return turn
  }

  /** Nobody but root gets past the parent; whoever is in the group may replace a socket that another one left. */
  async #ensureFolder(group: string): Promise<void> {
    const { groupsDir } = this.#options
    try {
      await mkdir(groupsDir, { recursive: true, mode: 0o700 })
      const folder = groupFolder(groupsDir, group)
      await mkdir(folder, { recursive: true })
      await chmod(folder, 0o777)
    } catch (cause) {
      throw new CodedError('AGENT_STATE_NOT_WRITABLE', { parameters: { message: messageOf(cause) }, cause })
    }
  }

  async #ensureNetwork(group: string, signal: AbortSignal | undefined): Promise<void> {
    const { docker, owner, changeTimeoutMs } = this.#options
    const found = await this.#networks(signal)
    if (found.some(({ Labels }) => Labels?.[GROUP_LABEL] === group)) return
    const wanted = {
      Name: groupNetworkName(owner, group),
      Driver: 'bridge',
      CheckDuplicate: true,
      Internal: true,
      Labels: { [OWNER_LABEL]: owner, [GROUP_LABEL]: group },
      // Without an address of the device on it, or whatever listens on the device could be reached through it.
      Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
    }
    await codedEngineCall(changeTimeoutMs, signal, (abortSignal) =>
      docker.createNetwork({ ...wanted, abortSignal }),
    )
  }

  async #removeNetwork(group: string, signal: AbortSignal | undefined): Promise<void> {
    const { docker, changeTimeoutMs } = this.#options
    for (const { Id, Labels } of await this.#networks(signal)) {
      if (Labels?.[GROUP_LABEL] !== group) continue
      try {
        await engineCall(changeTimeoutMs, signal, (abortSignal) =>
          docker.getNetwork(Id).remove({ abortSignal }),
        )
      } catch (error) {
        if (statusOfError(error) !== 404) throw codedUnlessAborted(error, signal)
      }
    }
  }

  #networks(signal: AbortSignal | undefined): Promise<Docker.NetworkInspectInfo[]> {
    const { docker, owner, queryTimeoutMs } = this.#options
    const filters = { label: [`${OWNER_LABEL}=${owner}`] }
    return codedEngineCall(queryTimeoutMs, signal, (abortSignal) =>
      docker.listNetworks({ filters, abortSignal }),
    )
  }

  async #folders(): Promise<string[]> {
    try {
      return await readdir(this.#options.groupsDir)
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return []
      throw error
    }
  }
}
