// Settles replacements by what devices report: the old launch ends once the new one does what it is for, and stays when the
// new one failed. The device has decided the same by itself; here it becomes the wish.
import type { Clock, Logger } from '@bongsu/foundation'
import type { ChangeFeed } from '../changes/change-feed.ts'
import type { DesiredStatePush } from './desired-state-push.ts'
import { proofOf } from './replacing.ts'
import type { DeploymentRepository, LaunchRecord } from './repository.ts'

export interface SettlementsParts {
  readonly repository: Pick<
    DeploymentRepository,
    'findUnsettled' | 'desiredState' | 'settleProven' | 'settleFailed'
  >
  readonly desiredStates: DesiredStatePush
  /** Epoch of the session that the device has now, if any. */
  readonly liveEpochOf: (deviceId: string) => number | undefined
  readonly changes: ChangeFeed
  readonly clock: Clock
  readonly logger: Logger
}

/** A window that never comes is noticed by time, not by news. */
const SWEEP_MS = 30_000
const SWEPT_AT_ONCE = 1000

export class Settlements {
  readonly #parts: SettlementsParts
  #sweeping: { stop(): void } | undefined
  #work: Promise<void> = Promise.resolve()

  constructor(parts: SettlementsParts) {
    this.#parts = parts
  }

  /** Also takes up what an earlier life of the hub left open. */
  start(): void {
    this.#sweeping = this.#parts.clock.every(SWEEP_MS, () => this.#later({}))
    this.#later({})
  }

  async stop(): Promise<void> {
    this.#sweeping?.stop()
    await this.#work
  }

  /** A device has said something new of its launches. Not waited for. */
  reported(deviceId: string): void {
    this.#later({ deviceId })
  }

  /** One after another: two looks at one launch would settle it twice. */
  #later(filter: { readonly deviceId?: string }): void {
    const { logger } = this.#parts
    this.#work = this.#work
      .then(() => this.#look(filter))
      .catch((error: unknown) => logger.warn({ ...filter, err: error }, 'replacements could not be settled'))
  }

  async #look(filter: { readonly deviceId?: string }): Promise<void> {
    for (const launch of await this.#parts.repository.findUnsettled(filter, SWEPT_AT_ONCE)) {
      await this.#settle(launch)
    }
  }

  async #settle(launch: LaunchRecord): Promise<void> {
    const { repository, desiredStates, changes, logger } = this.#parts
    const { id, deviceId } = launch
    const { launches } = await repository.desiredState(deviceId)
    const wish = launches.find(({ launchId }) => launchId === id)
    const picture = wish?.profile.display?.required ? 'needed' : 'not_needed'
    const proof = proofOf(launch.status, picture, this.#knownUntil(launch))
    if (proof.kind === 'open') return
    const settled =
      proof.kind === 'proven'
        ? await repository.settleProven(id)
        : await repository.settleFailed(id, proof.reason)
    if (!settled) return
    logger.info({ deviceId, launchId: id, replaces: launch.replaces, ...proof }, 'replacement settled')
    desiredStates.push([deviceId])
    for (const launchId of settled.launchIds) changes.publish('launch', launchId)
    changes.publish('deployment', settled.deploymentId)
  }

  /** Of a device that is away nothing is known after its last report. */
  #knownUntil({ deviceId, reportEpoch, reportedAt }: LaunchRecord): Date {
    const { clock, liveEpochOf } = this.#parts
    const isLive = liveEpochOf(deviceId) === reportEpoch
    return isLive || !reportedAt ? clock.now() : reportedAt
  }
}
