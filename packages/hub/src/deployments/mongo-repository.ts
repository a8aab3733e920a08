// Deployments, launches, desired states and reports in the database. Filters are built here from typed fields.
import {
  type LaunchStatus,
  type Reason,
  type Rollout,
  type RolloutState,
  TIMELINE_ENTRIES,
  type TimelineEntry,
} from '@bongsu/protocol'
import type { Connection } from 'mongoose'
import { type PageRequest, toSlice } from '../plugins/pagination.ts'
import { isDuplicateKey } from '../storage/mongo-errors.ts'
import { afterCursor, contains, newestFirst, SEARCH_MAX_TIME_MS } from '../storage/mongo-page.ts'
import { type DeploymentModels, deploymentModels, type LaunchDocument } from './model.ts'
import { raiseForInput, usesOfInput } from './mongo-inputs.ts'
import { restartLaunch, stopLaunch } from './mongo-launch-wishes.ts'
import { changeRollout, undoLaunches, wishPlanned } from './mongo-rollout.ts'
import { settle } from './mongo-settlement.ts'
import { createDeployment, stopDeployment, toDeployment } from './mongo-wishes.ts'
import type {
  DeploymentRepository,
  InputUse,
  LaunchFilter,
  LaunchRecord,
  NewDeployment,
  ReportPosition,
  StoredReport,
} from './repository.ts'

const ENDED: LaunchStatus['phase'][] = ['stopped', 'failed', 'expired']

const toLaunch = ({
  _id,
  reportSequence: _r,
  stopGeneration: _s,
  held,
  replacing: _p,
  inputs: _i,
  timeline: _t,
  lastStep: _l,
  ...rest
}: LaunchDocument): LaunchRecord => ({
  id: _id,
  ...rest,
  ...(held &&
    rest.wanted === 'stopped' &&
    !rest.replacedBy &&
    !rest.rolledBack && { stoppedAlone: true as const }),
})

const matching = (fields: readonly string[], text: string | undefined): Record<string, unknown> =>
  text ? { $or: fields.map((field) => ({ [field]: contains(text) })) } : {}

const deploymentFilter = (text: string | undefined) => matching(['_id', 'packageId', 'version'], text)

const launchFilter = ({ deviceId, deploymentId, text }: LaunchFilter): Record<string, unknown> => ({
  ...(deviceId !== undefined && { deviceId }),
  ...(deploymentId !== undefined && { deploymentId }),
  ...matching(['_id', 'packageId', 'version'], text),
})

/** Condition that nothing as new as this position has been written. */
const olderThan = (prefix: 'report' | '', { epoch, sequence }: ReportPosition) => {
  const [epochField, sequenceField] =
    prefix === '' ? ['epoch', 'sequence'] : ['reportEpoch', 'reportSequence']
  return {
    $or: [{ [epochField]: { $lt: epoch } }, { [epochField]: epoch, [sequenceField]: { $lt: sequence } }],
  }
}

const appended = (entry: TimelineEntry) => ({
  timeline: { $each: [entry], $slice: -TIMELINE_ENTRIES },
})

export class MongoDeploymentRepository implements DeploymentRepository {
  readonly #connection: Connection
  readonly #models: DeploymentModels

  constructor(connection: Connection) {
    this.#connection = connection
    this.#models = deploymentModels(connection)
  }

  create(wish: NewDeployment) {
    return createDeployment(this.#connection, this.#models, wish)
  }

  stop(id: string) {
    return stopDeployment(this.#connection, this.#models, id)
  }

  async stopLaunch(id: string) {
    const changed = await stopLaunch(this.#connection, this.#models, id)
    return changed && { ...changed, launch: toLaunch(changed.launch) }
  }

  async restartLaunch(id: string) {
    const changed = await restartLaunch(this.#connection, this.#models, id)
    return changed && { ...changed, launch: toLaunch(changed.launch) }
  }

  settleProven(id: string) {
    return settle(this.#connection, this.#models, id, { kind: 'proven' })
  }

  settleFailed(id: string, reason: Reason) {
    return settle(this.#connection, this.#models, id, { kind: 'failed', reason })
  }

  async findRollouts() {
    const states: RolloutState[] = ['running', 'undoing']
    return (
      await this.#models.deployments
        .find({ 'rollout.state': { $in: states } })
        .sort({ createdAt: 1 })
        .lean()
    ).map(toDeployment)
  }

  changeRollout(id: string, from: readonly RolloutState[], changes: Partial<Rollout>) {
    return changeRollout(this.#models, id, from, changes)
  }

  wishPlanned(id: string, beforeWave: number, limit: number) {
    return wishPlanned(this.#connection, this.#models, id, { beforeWave, limit })
  }

  undoLaunches(id: string, limit: number) {
    return undoLaunches(this.#connection, this.#models, id, limit)
  }

  async launchesOfDeployment(id: string) {
    return (await this.#models.launches.find({ deploymentId: id }).lean()).map(toLaunch)
  }

  async findUnsettled({ deviceId }: { readonly deviceId?: string }, limit: number) {
    const filter = {
      unsettled: true as const,
      wanted: 'running' as const,
      ...(deviceId !== undefined && { deviceId }),
    }
    return (await this.#models.launches.find(filter).limit(limit).lean()).map(toLaunch)
  }

  async find(id: string) {
    const document = await this.#models.deployments.findById(id).lean()
    return document ? toDeployment(document) : undefined
  }

  async list(page: PageRequest, text: string | undefined) {
    const read = await this.#models.deployments
      .find({ $and: [deploymentFilter(text), afterCursor('createdAt', page)] })
      .sort(newestFirst('createdAt'))
      .limit(page.limit + 1)
      .maxTimeMS(SEARCH_MAX_TIME_MS)
      .lean()
    return toSlice(read.map(toDeployment), page.limit)
  }

  count(text: string | undefined): Promise<number> {
    return this.#models.deployments
      .countDocuments(deploymentFilter(text))
      .maxTimeMS(SEARCH_MAX_TIME_MS)
      .exec()
  }

  async findLaunch(id: string) {
    const document = await this.#models.launches.findById(id).lean()
    return document ? toLaunch(document) : undefined
  }

  async inputsOf(id: string) {
    const document = await this.#models.launches.findById(id, { inputs: 1 }).lean()
    return document?.inputs
  }

  async timelineOf(id: string) {
    return (await this.#models.launches.findById(id, { timeline: 1 }).lean())?.timeline ?? []
  }

  async listLaunches(page: PageRequest, filter: LaunchFilter) {
    const read = await this.#models.launches
      .find({ $and: [launchFilter(filter), afterCursor('createdAt', page)] })
      .sort(newestFirst('createdAt'))
      .limit(page.limit + 1)
      .maxTimeMS(SEARCH_MAX_TIME_MS)
      .lean()
    return toSlice(read.map(toLaunch), page.limit)
  }

  countLaunches(filter: LaunchFilter): Promise<number> {
    return this.#models.launches.countDocuments(launchFilter(filter)).maxTimeMS(SEARCH_MAX_TIME_MS).exec()
  }

  async activeUsesOf(packageId: string, version?: string): Promise<string[]> {
    const filter = { packageId, state: 'active' as const, ...(version !== undefined && { version }) }
    const found = await this.#models.deployments.find(filter, { _id: 1 }).sort({ createdAt: -1 }).lean()
    return found.map(({ _id }) => _id)
  }

  usesOfInput(use: InputUse) {
    return usesOfInput(this.#models, use)
  }

  raiseForInput(use: InputUse) {
    return raiseForInput(this.#models, use)
  }

  async raiseGeneration(deviceId: string): Promise<void> {
    await this.#models.desiredStates.updateOne({ _id: deviceId }, { $inc: { generation: 1 } })
  }

  async desiredState(deviceId: string) {
    const document = await this.#models.desiredStates.findById(deviceId).lean()
    return { generation: document?.generation ?? 0, launches: document?.launches ?? [] }
  }

  async desiredGenerations(deviceIds: readonly string[]) {
    const filter = { _id: { $in: [...deviceIds] } }
    const read = await this.#models.desiredStates.find(filter, { generation: 1 }).lean()
    return new Map(read.map(({ _id, generation }) => [_id, generation]))
  }

  async reportedGenerations(deviceIds: readonly string[]) {
    const filter = { _id: { $in: [...deviceIds] } }
    const read = await this.#models.reports.find(filter, { generation: 1 }).lean()
    return new Map(read.map(({ _id, generation }) => [_id, generation]))
  }

  async saveReport(deviceId: string, report: StoredReport): Promise<void> {
    // What people wait for is one write; the rest belongs to reports that answer something.
    if (report.kind === 'progress') return this.#saveStatuses(deviceId, report)
    await Promise.all([this.#saveStatuses(deviceId, report), this.#savePosition(deviceId, report)])
  }

  async #saveStatuses(deviceId: string, report: StoredReport): Promise<void> {
    const { epoch, sequence, generation, receivedAt, statuses, steps, reportedIds } = report
    const reported = { reportedAt: receivedAt, reportEpoch: epoch, reportSequence: sequence }
    const told = steps.map(({ launchId, key, entry }) => ({
      updateOne: {
        // A hub that was away hears the same step again; it is told once.
        filter: { _id: launchId, deviceId, lastStep: { $ne: key }, ...olderThan('report', report) },
        update: { $set: { lastStep: key }, $push: appended(entry) },
      },
    }))
    const updates = statuses.map((status: LaunchStatus) => ({
      updateOne: {
        // Of its own launches only: a device that lies harms itself.
        filter: { _id: status.launchId, deviceId, ...olderThan('report', report) },
        update: { $set: { status, ...reported } },
      },
    }))
    // A complete report that answers the end of the wish and no longer names the launch: it is gone from the device.
    const gone = {
      updateMany: {
        filter: {
          deviceId,
          wanted: 'stopped' as const,
          stopGeneration: { $lte: generation },
          'status.phase': { $exists: true, $nin: ENDED },
          _id: { $nin: [...reportedIds] },
          ...olderThan('report', report),
        },
        update: {
          $set: {
            'status.phase': 'stopped' as const,
            'status.changedAt': receivedAt.toISOString(),
            lastStep: 'stopped',
            ...reported,
          },
          $push: appended({
            step: 'stopped',
            at: receivedAt.toISOString(),
            toldAt: receivedAt.toISOString(),
          }),
        },
      },
    }
    // In this order: a status that is written makes its report an old one.
    await this.#models.launches.bulkWrite(
      report.kind === 'answer' ? [...told, ...updates, gone] : [...told, ...updates],
    )
  }

  async #savePosition(deviceId: string, { epoch, sequence, generation }: StoredReport): Promise<void> {
    try {
      await this.#models.reports.updateOne(
        { _id: deviceId, ...olderThan('', { epoch, sequence }) },
        { $set: { epoch, sequence }, $max: { generation } },
        { upsert: true },
      )
    } catch (error) {
      // The document is there with a newer position, so there is nothing to write.
      if (!isDuplicateKey(error)) throw error
    }
  }

  async failUnreported(deviceId: string, generation: number, reason: Reason, at: Date): Promise<string[]> {
    const filter = {
      deviceId,
      desiredGeneration: generation,
      wanted: 'running',
      status: { $exists: false },
    } as const
    const launches = await this.#models.launches.find(filter, { _id: 1 }).lean()
    if (launches.length === 0) return []
    const status = {
      phase: 'failed',
      reason,
      containers: [],
      restarts: 0,
      changedAt: at.toISOString(),
    } as const
    await this.#models.launches.bulkWrite(
      launches.map(({ _id }) => ({
        updateOne: {
          filter: { _id, ...filter },
          update: {
            $set: { status: { launchId: _id, ...status }, reportedAt: at },
            $push: appended({
              step: 'failed',
              reason,
              at: at.toISOString(),
              toldAt: at.toISOString(),
            }),
          },
        },
      })),
    )
    return launches.map(({ _id }) => _id)
  }

  async forgetDevice(deviceId: string): Promise<void> {
    await this.#models.desiredStates.deleteOne({ _id: deviceId })
    await this.#models.reports.deleteOne({ _id: deviceId })
  }
}
