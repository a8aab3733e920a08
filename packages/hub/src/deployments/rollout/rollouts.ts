// Drives roll-outs: looks at what devices have reported, begins the next wave, halts, and undoes. Everything it goes by is in
// the database, so a hub that was killed at any point goes on where it was.
import { type Clock, CodedError, type Logger } from '@bongsu/foundation'
import type { Deployment, Rollout, RolloutCounts } from '@bongsu/protocol'
import type { ChangeFeed } from '../../changes/change-feed.ts'
import type { DesiredStatePush } from '../desired-state-push.ts'
import { toDeployment } from '../launch-view.ts'
import { proofOf } from '../replacing.ts'
import type { DeploymentRecord, DeploymentRepository, LaunchRecord } from '../repository.ts'
import { countStandings, decide, type Standing } from './waves.ts'

export interface RolloutsParts {
  readonly repository: DeploymentRepository
  readonly desiredStates: DesiredStatePush
  /** Epoch of the session that the device has now, if any. */
  readonly liveEpochOf: (deviceId: string) => number | undefined
  readonly changes: ChangeFeed
  readonly clock: Clock
  readonly logger: Logger
}

const LOOK_MS = 5000
const AT_ONCE = 200

export class Rollouts {
  readonly #parts: RolloutsParts
  #looking: { stop(): void } | undefined
  #work: Promise<void> = Promise.resolve()
  #isDue = false

  constructor(parts: RolloutsParts) {
    this.#parts = parts
  }

  start(): void {
    this.#looking = this.#parts.clock.every(LOOK_MS, () => this.#soon())
    this.#soon()
  }

  async stop(): Promise<void> {
    this.#looking?.stop()
    await this.#work
  }

  /** Some device has said something new. Not waited for; many are answered by one look. */
  reported(): void {
    this.#soon()
  }

  /** No further wave begins; what has begun goes on. @throws CodedError HUB_DEPLOYMENT_NOT_FOUND, HUB_ROLLOUT_STATE */
  pause(id: string): Promise<Deployment> {
    return this.#change(id, ['running'], { state: 'paused' })
  }

  /** Goes on after a pause, or after a halt whose failures are put up with. @throws CodedError as {@link pause} */
  async resume(id: string): Promise<Deployment> {
    const { repository, clock } = this.#parts
    const failed = (await repository.find(id))?.rollout?.counts.failed ?? 0
    const waveStartedAt = clock.now().toISOString()
    return this.#change(id, ['paused', 'halted'], {
      state: 'running',
      forgivenFailures: failed,
      waveStartedAt,
    })
  }

  /**
   * Gives every device that has the version back what ran there before, and begins no further wave.
   * @throws CodedError as {@link pause}
   */
  undo(id: string): Promise<Deployment> {
    return this.#change(id, ['running', 'paused', 'halted', 'done'], { state: 'undoing' })
  }

  async #change(
    id: string,
    from: readonly Rollout['state'][],
    change: Partial<Rollout>,
  ): Promise<Deployment> {
    const { repository, changes } = this.#parts
    const changed = await repository.changeRollout(id, from, change)
    if (!changed) {
      const present = await repository.find(id)
      if (!present) throw new CodedError('HUB_DEPLOYMENT_NOT_FOUND', { parameters: { id } })
      const state = present.rollout?.state ?? 'none'
      throw new CodedError('HUB_ROLLOUT_STATE', { parameters: { id, state } })
    }
    changes.publish('deployment', id)
    this.#soon()
    return toDeployment(changed)
  }

  #soon(): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#work = this.#work.then(async () => {
      this.#isDue = false
      await this.#lookAtAll()
    })
  }

  async #lookAtAll(): Promise<void> {
    const { repository, logger } = this.#parts
    try {
      for (const deployment of await repository.findRollouts()) await this.#look(deployment)
    } catch (error) {
      logger.warn({ err: error }, 'roll-outs could not be looked at')
    }
  }

  async #look(deployment: DeploymentRecord): Promise<void> {
    const { repository, clock, logger } = this.#parts
    const { id, rollout } = deployment
    if (!rollout) return
    if (rollout.state === 'undoing') return this.#undo(id)
    // Also what a hub that was killed had begun and not wished of everybody.
    await this.#wishPlanned(id, rollout.started)
    const counts = this.#count(await repository.launchesOfDeployment(id))
    const decision = decide(rollout, counts, clock.now())
    if (JSON.stringify(counts) !== JSON.stringify(rollout.counts)) await this.#note(id, { counts })
    if (decision.kind === 'wait') return
    logger.info({ deploymentId: id, started: rollout.started, ...decision, counts }, 'roll-out decided')
    if (decision.kind === 'advance') {
      const started = rollout.started + 1
      const noted = await this.#note(id, { started, waveStartedAt: clock.now().toISOString() })
      return noted ? this.#wishPlanned(id, started) : undefined
    }
    if (decision.kind === 'done') return void (await this.#note(id, { state: 'done' }))
    const parameters = { failed: decision.failed, allowed: rollout.maxFailures + rollout.forgivenFailures }
    await this.#note(id, { state: 'halted', reason: { code: 'HUB_ROLLOUT_HALTED', parameters } })
  }

  /** @returns whether it was noted: not when an operator has paused it meanwhile */
  async #note(id: string, change: Partial<Rollout>): Promise<boolean> {
    const { repository, changes } = this.#parts
    const changed = await repository.changeRollout(id, ['running'], change)
    if (changed) changes.publish('deployment', id)
    return changed !== undefined
  }

  async #wishPlanned(id: string, waves: number): Promise<void> {
    const { repository, desiredStates, changes } = this.#parts
    for (;;) {
      const deviceIds = await repository.wishPlanned(id, waves, AT_ONCE)
      if (deviceIds.length === 0) return
      desiredStates.push(deviceIds)
      changes.publish('deployment', id)
    }
  }

  async #undo(id: string): Promise<void> {
    const { repository, desiredStates, changes } = this.#parts
    for (;;) {
      const undone = await repository.undoLaunches(id, AT_ONCE)
      if (undone.length === 0) break
      desiredStates.push(undone.map(({ deviceId }) => deviceId))
      for (const { launchIds } of undone)
        for (const launchId of launchIds) changes.publish('launch', launchId)
    }
    if (await repository.changeRollout(id, ['undoing'], { state: 'undone' }))
      changes.publish('deployment', id)
  }

  #count(launches: readonly LaunchRecord[]): RolloutCounts {
    const planned = launches.filter(({ wanted }) => wanted === 'planned').length
    // Those that an operator stopped, or that a newer version replaced, say nothing of this one.
    const counted = launches.filter(({ wanted, rolledBack }) => wanted === 'running' || rolledBack)
    return countStandings(
      counted.map((launch) => this.#standingOf(launch)),
      planned,
    )
  }

  #standingOf({
    deviceId,
    status,
    rolledBack,
    reportEpoch,
    needsPicture,
    reportedAt,
  }: LaunchRecord): Standing {
    if (rolledBack) return 'failed'
    const { clock, liveEpochOf } = this.#parts
    const epoch = liveEpochOf(deviceId)
    const now = epoch === reportEpoch || !reportedAt ? clock.now() : reportedAt
    const { kind } = proofOf(status, needsPicture ? 'needed' : 'not_needed', now)
    if (kind !== 'open') return kind
    return epoch === undefined ? 'away' : 'open'
  }
}
