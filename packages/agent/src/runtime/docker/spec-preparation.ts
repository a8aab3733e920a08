// Gathers what a specification depends on beside the request: how the engine is set up, what the image runs, whom it
// knows. Asks for each as rarely as it may change, since all of it stands between a wish and its window.
import type Docker from 'dockerode'
import type { ContainerRequest } from '../container-runtime.ts'
import { type CheckedSpec, checkedSpec, type SpecRules, usersDirOf } from './checked-spec.ts'
import { statusOfError } from './docker-errors.ts'
import { codedUnlessAborted, engineCall } from './engine-call.ts'
import { type EngineConfiguration, engineConfigurationOf } from './engine-configuration.ts'
import { wordsOf } from './image-facts.ts'
import { createDockerImageInspector } from './image-inspector.ts'
import { UserDatabases } from './user-databases.ts'

export interface SpecPreparationOptions {
  /** Its sockets close after silence: some calls take no signal. */
  readonly docker: Docker
  readonly socketPath: string
  readonly rules: SpecRules
  readonly queryTimeoutMs: number
}

export class SpecPreparation {
  readonly #options: SpecPreparationOptions
  readonly #users: UserDatabases
  /** By image, which never changes. */
  readonly #imageWords = new Map<string, readonly string[]>()
  #engine: EngineConfiguration | undefined

  constructor(options: SpecPreparationOptions) {
    this.#options = options
    const { rules, socketPath } = options
    const { policy, owner } = rules
    this.#users = new UserDatabases({
      usersDir: usersDirOf(rules),
      // A label of its own: what the checks before a launch leave behind is not this one's to remove.
      inspector: createDockerImageInspector({ socketPath, policy, owner: `${owner}-users` }),
    })
  }

  /** @param info an answer of `GET /info`, which the reconciler asks for after every silence of the engine */
  noteEngine(info: unknown): void {
    this.#engine = engineConfigurationOf(info)
  }

  noteImage({ Id, Config }: { readonly Id: string; readonly Config?: unknown }): void {
    this.#imageWords.set(Id, wordsOf(Config))
  }

  /** @throws CodedError of the engine and of `checkedSpec` */
  async checkedSpec(request: ContainerRequest, signal: AbortSignal | undefined): Promise<CheckedSpec> {
    const lookSignal = signal ?? new AbortController().signal
    return checkedSpec(request, this.#options.rules, {
      engine: await this.engineConfiguration(signal),
      imageWords: await this.#wordsOf(request.launch.image.imageId, signal),
      userFolder: (imageId, user) => this.#users.folderFor(imageId, user, lookSignal),
    })
  }

  async engineConfiguration(signal: AbortSignal | undefined): Promise<EngineConfiguration> {
    this.#engine ??= engineConfigurationOf(await this.#ask(signal, () => this.#options.docker.info()))
    return this.#engine
  }

  async #wordsOf(imageId: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const known = this.#imageWords.get(imageId)
    if (known) return known
    const inspected = await this.#ask(signal, () => this.#options.docker.getImage(imageId).inspect())
    if (inspected) this.noteImage(inspected)
    return this.#imageWords.get(imageId) ?? []
  }

  /** Not-found is a value: that there is no image is told when the container is to be made. */
  async #ask<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await engineCall(this.#options.queryTimeoutMs, signal, run)
    } catch (error) {
      if (statusOfError(error) === 404) return undefined
      throw codedUnlessAborted(error, signal)
    }
  }
}
