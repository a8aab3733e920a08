// Sends changed desired states to the devices that are on the line; who is away gets it at its next session.
import type { Logger } from '@bongsu/foundation'
import type { DesiredState } from '@bongsu/protocol'
import type { Sessions } from '../sessions/ports.ts'
import { type InputSources, withInputs } from './inputs.ts'
import type { DeploymentRepository } from './repository.ts'

type Content = Omit<DesiredState, 'type'>

export interface DesiredStatePushParts {
  readonly repository: Pick<DeploymentRepository, 'desiredState'>
  /** The gateway, which itself asks for desired states: looked up when used. */
  readonly sessions: () => Sessions
  readonly inputs: InputSources
  readonly logger: Logger
}

export class DesiredStatePush {
  readonly #parts: DesiredStatePushParts
  /** States just written, until they have been pushed: the push need not read them back. */
  readonly #fresh = new Map<string, Content>()

  constructor(parts: DesiredStatePushParts) {
    this.#parts = parts
  }

  async desiredStateFor(deviceId: string): Promise<DesiredState> {
    const { repository, inputs } = this.#parts
    const state = this.#fresh.get(deviceId) ?? (await repository.desiredState(deviceId))
    const { generation, launches } = await withInputs(deviceId, state, inputs)
    return { type: 'desired-state', generation, launches }
  }

  /** Takes a state that was just written, so that the next push of it costs no reading. */
  keepFresh(deviceId: string, { generation, launches }: Content): void {
    const known = this.#fresh.get(deviceId)
    if (!known || known.generation < generation) this.#fresh.set(deviceId, { generation, launches })
  }

  isConnected(deviceId: string): boolean {
    return this.#parts.sessions().isConnected(deviceId)
  }

  /** Not waited for. */
  push(deviceIds: readonly string[]): void {
    const { sessions, logger } = this.#parts
    for (const deviceId of deviceIds) {
      const fresh = this.#fresh.get(deviceId)
      const forget = () => {
        if (this.#fresh.get(deviceId) === fresh) this.#fresh.delete(deviceId)
      }
      if (!sessions().isConnected(deviceId)) {
        forget()
        continue
      }
      sessions()
        .pushDesiredState(deviceId)
        .catch((error: unknown) => logger.warn({ deviceId, err: error }, 'desired state could not be pushed'))
        .finally(forget)
    }
  }
}
