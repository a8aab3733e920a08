// Launches one by one: what is known of each, and that an operator stops or restarts it.
import { CodedError } from '@bongsu/foundation'
import type { Launch, LaunchInputs, LaunchTimeline } from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import type { PageRequest } from '../plugins/pagination.ts'
import type { DesiredStatePush } from './desired-state-push.ts'
import { toLaunch } from './launch-view.ts'
import type { ChangedLaunch, DeploymentRepository, LaunchFilter, LaunchRecord } from './repository.ts'
import { toTimeline } from './timeline.ts'

export interface LaunchServiceParts {
  readonly repository: DeploymentRepository
  readonly desiredStates: DesiredStatePush
  /** Epoch of the session that the device has now, if any. */
  readonly liveEpochOf: (deviceId: string) => number | undefined
  readonly changes: ChangeFeed
}

export class LaunchService {
  readonly #parts: LaunchServiceParts

  constructor(parts: LaunchServiceParts) {
    this.#parts = parts
  }

  async get(id: string): Promise<Launch> {
    const [launch] = await this.#view([await this.#require(id)])
    if (!launch) throw launchNotFound(id)
    return launch
  }

  async list(page: PageRequest, filter: LaunchFilter, { total }: { total: boolean }) {
    const { repository } = this.#parts
    const records = await repository.listLaunches(page, filter)
    const launches = await this.#view(records.items)
    return { launches, records, total: total ? await repository.countLaunches(filter) : undefined }
  }

  /** Environment, ports and names of secrets that it was given, and where each comes from. */
  async inputsOf(id: string): Promise<LaunchInputs> {
    await this.#require(id)
    return (await this.#parts.repository.inputsOf(id)) ?? { environment: [], ports: [], secrets: [] }
  }

  /** What became of it, step by step. @throws CodedError HUB_LAUNCH_NOT_FOUND */
  async timelineOf(id: string): Promise<LaunchTimeline> {
    return toTimeline(await this.get(id), await this.#parts.repository.timelineOf(id))
  }

  /** @throws CodedError HUB_LAUNCH_NOT_FOUND when it is not a launch of that device */
  async requireLaunchOf(launchId: string, deviceId: string): Promise<void> {
    if ((await this.#require(launchId)).deviceId !== deviceId) throw launchNotFound(launchId)
  }

  /**
   * Ends the wish of this launch only; the other ones of its deployment go on. Repeating it changes nothing.
   * @throws CodedError HUB_LAUNCH_NOT_FOUND
   */
  async stop(id: string): Promise<Launch> {
    return this.#changed(id, await this.#parts.repository.stopLaunch(id))
  }

  /**
   * Wishes it anew: what runs is replaced, what was stopped or given up starts again.
   * @throws CodedError HUB_LAUNCH_NOT_FOUND, HUB_DEPLOYMENT_STOPPED
   */
  async restart(id: string): Promise<Launch> {
    return this.#changed(id, await this.#parts.repository.restartLaunch(id))
  }

  async #changed(id: string, changed: ChangedLaunch | undefined): Promise<Launch> {
    const { desiredStates, changes } = this.#parts
    if (!changed) throw launchNotFound(id)
    const { launch, outcome } = changed
    if (outcome === 'refused') {
      throw new CodedError('HUB_DEPLOYMENT_STOPPED', { parameters: { id: launch.deploymentId } })
    }
    if (outcome === 'changed') {
      desiredStates.push([launch.deviceId])
      changes.publish('launch', id)
    }
    return this.get(id)
  }

  async #require(id: string): Promise<LaunchRecord> {
    const record = await this.#parts.repository.findLaunch(id)
    if (!record) throw launchNotFound(id)
    return record
  }

  async #view(records: readonly LaunchRecord[]): Promise<Launch[]> {
    const { repository, liveEpochOf } = this.#parts
    const reported = await repository.reportedGenerations([
      ...new Set(records.map(({ deviceId }) => deviceId)),
    ])
    return records.map((record) =>
      toLaunch(record, {
        reportedGeneration: reported.get(record.deviceId) ?? 0,
        liveEpoch: liveEpochOf(record.deviceId),
      }),
    )
  }
}

const launchNotFound = (id: string) => new CodedError('HUB_LAUNCH_NOT_FOUND', { parameters: { id } })
