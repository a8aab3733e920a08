// What sessions tell of launches: reports in their order, acknowledgements; only what changed is written and told.
// Invariants: within a session a lower sequence after a higher one changes nothing; an older session changes nothing.
import type { Clock, Logger } from '@bongsu/foundation'
import {
  type DesiredState,
  type DesiredStateAck,
  LaunchStatus,
  type Reason,
  type Report,
} from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import { knownFields } from '../plugins/known-fields.ts'
import type { SessionLaunches } from '../sessions/ports.ts'
import type { DeploymentRepository, ReportPosition } from './repository.ts'
import { stepOf } from './timeline.ts'

export interface SessionLaunchesParts {
  readonly repository: DeploymentRepository
  readonly desiredStateFor: (deviceId: string) => Promise<DesiredState>
  /** Called after something new of a device's launches was written. */
  readonly onReported: (deviceId: string) => void
  readonly changes: ChangeFeed
  readonly clock: Clock
  readonly logger: Logger
}

/** The last report taken of a device, to tell what the next one changes. */
interface LastReport extends ReportPosition {
  readonly generation: number
  readonly statuses: ReadonlyMap<string, string>
  /** Keys of the steps that were told. */
  readonly steps: ReadonlyMap<string, string>
}

const isOlder = (position: ReportPosition, than: ReportPosition): boolean =>
  position.epoch < than.epoch || (position.epoch === than.epoch && position.sequence <= than.sequence)

/** A parameter's name becomes a field's name in the database, where `$` and `.` mean something. */
function storable(status: LaunchStatus): LaunchStatus {
  const clean = knownFields(LaunchStatus, status)
  const parameters = clean.reason?.parameters
  if (!clean.reason || !parameters) return clean
  const kept = Object.entries(parameters).filter(([name]) => /^[A-Za-z0-9_]+$/.test(name))
  return { ...clean, reason: { ...clean.reason, parameters: Object.fromEntries(kept) } }
}

export class ReportedLaunches implements SessionLaunches {
  readonly #parts: SessionLaunchesParts
  readonly #last = new Map<string, LastReport>()

  constructor(parts: SessionLaunchesParts) {
    this.#parts = parts
  }

  desiredStateFor(deviceId: string): Promise<DesiredState> {
    return this.#parts.desiredStateFor(deviceId)
  }

  async recordReport(deviceId: string, epoch: number, report: Report): Promise<void> {
    const { repository, changes, clock } = this.#parts
    const last = this.#last.get(deviceId)
    const { sequence, generation } = report
    if (last && isOlder({ epoch, sequence }, last)) return
    const statuses = report.launches.map(storable)
    const written = new Map(statuses.map((status) => [status.launchId, JSON.stringify(status)]))
    // A new session says everything again: what an older one said is stale until then.
    const known = last?.epoch === epoch ? last.statuses : new Map<string, string>()
    const changed = statuses.filter(({ launchId }) => known.get(launchId) !== written.get(launchId))
    const gone = [...known.keys()].filter((launchId) => !written.has(launchId))
    const isAnswer = gone.length > 0 || last?.epoch !== epoch || last.generation !== generation
    const receivedAt = clock.now()
    const steps = statuses.map((status) => stepOf(status, receivedAt))
    const keys = new Map(steps.map(({ launchId, key }) => [launchId, key]))
    const mine = { epoch, sequence, generation, statuses: written, steps: keys }
    this.#last.set(deviceId, mine)
    if (!isAnswer && changed.length === 0) return
    try {
      await repository.saveReport(deviceId, {
        kind: isAnswer ? 'answer' : 'progress',
        epoch,
        sequence,
        generation,
        receivedAt,
        statuses: changed,
        steps: steps.filter(({ launchId, key }) => last?.steps.get(launchId) !== key),
        reportedIds: [...written.keys()],
      })
    } catch (error) {
      // Not written, so the next report must count as news, whatever it says.
      if (this.#last.get(deviceId) === mine) this.#last.delete(deviceId)
      throw error
    }
    this.#parts.onReported(deviceId)
    for (const launchId of [...changed.map((status) => status.launchId), ...gone])
      changes.publish('launch', launchId)
    if (last?.generation !== generation) changes.publish('device', deviceId)
  }

  async recordAck(deviceId: string, ack: DesiredStateAck): Promise<void> {
    const { logger } = this.#parts
    if (ack.outcome === 'accepted') return
    logger.warn({ deviceId, ...ack }, 'desired state was not accepted')
    // The device runs something newer than this hub knows, or will not have what it was sent: both must be seen.
    if (ack.outcome === 'refused' && ack.reason) await this.#showRefusal(deviceId, ack.generation, ack.reason)
  }

  /** Forgets a device that was removed. */
  forget(deviceId: string): void {
    this.#last.delete(deviceId)
  }

  async #showRefusal(deviceId: string, generation: number, reason: Reason): Promise<void> {
    const { repository, changes, clock } = this.#parts
    const failed = await repository.failUnreported(deviceId, generation, reason, clock.now())
    for (const launchId of failed) changes.publish('launch', launchId)
  }
}
