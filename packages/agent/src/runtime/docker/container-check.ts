// Whether a container that exists, whoever made or changed it, is one that this device's policy allows: asked before it is
// started by a life of the agent that did not make it, before its limits change, and before a command runs in it.
import type Docker from 'dockerode'
import {
  type CheckContext,
  checkContainerSpec,
  checkNetworkJoin,
  forbidden,
} from '../../policy/check-container-spec.ts'
import { secretsDirOf } from '../../secrets/secrets-folder.ts'
import { actualSpec, joinedNetworks } from './actual-spec.ts'
import { groupContext, groupsDirOf, ownFoldersOf, type SpecRules, usersDirOf } from './checked-spec.ts'
import type { CreateOptions, HostConfig } from './create-options.ts'
import { isMissingContainer, statusOfError } from './docker-errors.ts'
import { codedUnlessAborted, engineCall } from './engine-call.ts'
import type { EngineConfiguration } from './engine-configuration.ts'
import { factsFromLabels, OWNER_LABEL } from './spec/labels.ts'
import { secretMount } from './spec/secrets.ts'
import { ownUserMounts } from './spec/user-files.ts'

export interface ContainerCheckOptions {
  /** Its sockets close after silence: some calls take no signal. */
  readonly docker: Docker
  readonly rules: SpecRules
  readonly queryTimeoutMs: number
  readonly engine: (signal: AbortSignal | undefined) => Promise<EngineConfiguration>
}

export class ContainerCheck {
  readonly #options: ContainerCheckOptions

  constructor(options: ContainerCheckOptions) {
    this.#options = options
  }

  /**
   * @param change what is about to be changed of it
   * @returns undefined when there is no such container
   * @throws CodedError AGENT_POLICY_FORBIDS
   */
  async check(
    id: string,
    signal: AbortSignal | undefined,
    change: Partial<HostConfig> = {},
  ): Promise<Docker.ContainerInspectInfo | undefined> {
    const inspected = await this.#inspect(id, signal)
    if (!inspected) return undefined
    const { owner, policy } = this.#options.rules
    const facts = factsFromLabels(inspected.Config.Labels ?? {})
    if (!facts || inspected.Config.Labels?.[OWNER_LABEL] !== owner)
      throw forbidden('a container of somebody else')
    const [imageConfig, engine] = await Promise.all([
      this.#imageConfig(inspected.Image, signal),
      this.#options.engine(signal),
    ])
    const actual = actualSpec({ inspected, imageConfig, engine })
    const spec: CreateOptions = { ...actual, HostConfig: { ...actual.HostConfig, ...change } }
    const context = { ...this.#contextOf(spec, facts), ...(await this.#leadOf(facts, signal)) }
    checkContainerSpec(spec, policy, withUsers(context, spec, engine))
    for (const network of joinedNetworks(inspected)) {
      const isGroup = network === context.group?.network
      if (!isGroup && network !== spec.HostConfig.NetworkMode) checkNetworkJoin(network, policy)
    }
    return inspected
  }

  /** What the labels say it may have; they say as much as whoever made it wanted, but never more than one launch's. */
  #contextOf(spec: CreateOptions, facts: LabelledContainer): CheckContext {
    const { rules } = this.#options
    const { group } = facts
    return {
      ownFolders: ownFoldersOf(rules, facts),
      ownMounts: [
        ...ownUserMounts({ imageId: spec.Image, user: spec.User, usersDir: usersDirOf(rules) }),
        secretMount(secretsDirOf(rules), facts),
      ],
      ...(group !== undefined && { group: groupContext(rules.owner, groupsDirOf(rules), group) }),
    }
  }

  /** Only the network of a container of the same launch may be joined. */
  async #leadOf(
    { leadContainerId, launchId }: LabelledContainer,
    signal: AbortSignal | undefined,
  ): Promise<Pick<CheckContext, 'leadContainerId'>> {
    if (leadContainerId === undefined) return {}
    const labels = (await this.#inspect(leadContainerId, signal))?.Config.Labels ?? {}
    const isOurs = labels[OWNER_LABEL] === this.#options.rules.owner
    return isOurs && factsFromLabels(labels)?.launchId === launchId ? { leadContainerId } : {}
  }

  #inspect(id: string, signal: AbortSignal | undefined): Promise<Docker.ContainerInspectInfo | undefined> {
    return this.#unlessMissing(
      signal,
      (abortSignal) => this.#options.docker.getContainer(id).inspect({ abortSignal }),
      (error) => isMissingContainer(error, id),
    )
  }

  /** Undefined when the image has gone; nothing is then taken to come from it. */
  async #imageConfig(imageId: string, signal: AbortSignal | undefined): Promise<unknown> {
    const inspected = await this.#unlessMissing(
      signal,
      () => this.#options.docker.getImage(imageId).inspect(),
      (error) => statusOfError(error) === 404,
    )
    return inspected?.Config
  }

  async #unlessMissing<T>(
    signal: AbortSignal | undefined,
    run: (abortSignal: AbortSignal) => Promise<T>,
    isMissing: (error: unknown) => boolean,
  ): Promise<T | undefined> {
    try {
      return await engineCall(this.#options.queryTimeoutMs, signal, run)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw codedUnlessAborted(error, signal)
    }
  }
}

type LabelledContainer = NonNullable<ReturnType<typeof factsFromLabels>>

/** A user of the device who is not root may keep its own number. */
const withUsers = (
  context: CheckContext,
  { User = '' }: CreateOptions,
  { users }: EngineConfiguration,
): CheckContext =>
  users === 'remapped' && /^[1-9]\d*:/.test(User) ? { ...context, userNamespace: 'host' } : context
