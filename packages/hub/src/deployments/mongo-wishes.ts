// The two writes that change what devices should run: a new deployment and its end. Each is one transaction, so that
// a generation never stands for two contents and no deployment is half wished.
import type { DesiredLaunch } from '@bongsu/protocol'
import type { ClientSession, Connection } from 'mongoose'
import { isDuplicateKey } from '../storage/mongo-errors.ts'
import type { DeploymentDocument, DeploymentModels } from './model.ts'
import { type Replacing, withWish } from './replacing.ts'
import type { CreatedDeployment, DeploymentRecord, NewDeployment } from './repository.ts'

const MAX_ATTEMPTS = 5

export const toDeployment = ({ _id, ...rest }: DeploymentDocument): DeploymentRecord => ({ id: _id, ...rest })

type DesiredStates = CreatedDeployment['desiredStates']

export async function createDeployment(
  connection: Connection,
  models: DeploymentModels,
  wish: NewDeployment,
): Promise<CreatedDeployment> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      let desiredStates: DesiredStates = []
      await connection.transaction(async (session) => {
        desiredStates = await writeWish(models, wish, session)
      })
      return { deployment: wish.deployment, outcome: 'created', desiredStates }
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
      const present = await models.deployments.findById(wish.deployment.id).lean()
      if (present) return { deployment: toDeployment(present), outcome: 'repeated', desiredStates: [] }
      // Two first wishes of one device met: the other made the document, so now it is there to be changed.
      if (attempt === MAX_ATTEMPTS) throw error
    }
  }
}

async function writeWish(
  models: DeploymentModels,
  { deployment, launches: wished, replacing }: NewDeployment,
  session: ClientSession,
): Promise<DesiredStates> {
  const { id, deviceIds, launchIds, ...rest } = deployment
  const document = { _id: id, deviceIds: [...deviceIds], launchIds: [...launchIds], ...rest }
  await models.deployments.create([document], { session })
  const begun = wished.filter(({ wave = 0 }) => wave === 0)
  const changed = await raiseGenerations(models.desiredStates, begun, { replacing, session })
  const changeOf = new Map(changed.map((change) => [change.deviceId, change]))
  await models.launches.insertMany(
    wished.map(({ deviceId, desired, inputs, wave }) => {
      const change = changeOf.get(deviceId)
      return {
        _id: desired.launchId,
        inputs,
        deploymentId: id,
        deviceId,
        packageId: deployment.packageId,
        version: deployment.version,
        ...(change
          ? { wanted: 'running' as const }
          : { wanted: 'planned' as const, held: desired, replacing }),
        ...(wave !== undefined && { wave }),
        needsPicture: desired.profile.display?.required === true,
        run: 0,
        reportEpoch: 0,
        reportSequence: 0,
        desiredGeneration: change?.generation ?? 0,
        createdAt: deployment.createdAt,
        ...(change?.replaces !== undefined && { replaces: change.replaces, unsettled: true as const }),
      }
    }),
    { session, ordered: true },
  )
  await endSuperseded(models, changed, session)
  return changed.map(({ deviceId, generation, launches }) => ({ deviceId, generation, launches }))
}

/** A desired state after it was changed. */
export interface ChangedState {
  readonly deviceId: string
  readonly generation: number
  readonly launches: DesiredLaunch[]
  readonly replaces: string | undefined
  readonly superseded: readonly DesiredLaunch[]
  /** What took the place of the superseded ones. */
  readonly launchId: string
}

export async function raiseGenerations(
  desiredStates: DeploymentModels['desiredStates'],
  wished: readonly Pick<NewDeployment['launches'][number], 'deviceId' | 'desired'>[],
  { replacing, session }: { readonly replacing: Replacing; readonly session: ClientSession },
): Promise<ChangedState[]> {
  const ids = wished.map(({ deviceId }) => deviceId)
  const read = await desiredStates.find({ _id: { $in: ids } }, null, { session }).lean()
  const presentOf = new Map(read.map((state) => [state._id, state]))
  const changed = wished.map(({ deviceId, desired }): ChangedState => {
    const present = presentOf.get(deviceId)
    const next = withWish(present?.launches ?? [], desired, replacing)
    const { launches, superseded } = next
    const { replaces, launchId } = next.desired
    return { deviceId, generation: (present?.generation ?? 0) + 1, launches, replaces, superseded, launchId }
  })
  const written = await desiredStates.bulkWrite(
    changed.map(({ deviceId, generation, launches }) => ({
      updateOne: {
        // A first state that somebody else made meanwhile is a duplicate key, and the whole is tried again.
        filter: { _id: deviceId, generation: generation - 1 },
        update: { $set: { launches, generation } },
        upsert: generation === 1,
      },
    })),
    { session },
  )
  if (written.matchedCount + written.upsertedCount !== changed.length) {
    throw new Error('a desired state changed meanwhile and the database let it')
  }
  return changed
}

/** Replacements that were still on their way end; the one that runs is replaced by the newest. */
export async function endSuperseded(
  { launches }: DeploymentModels,
  changed: readonly ChangedState[],
  session: ClientSession,
): Promise<void> {
  const ended = changed.flatMap(({ superseded, generation, launchId }) =>
    superseded.map((launch) => ({ id: launch.launchId, generation, launchId })),
  )
  if (ended.length === 0) return
  await launches.bulkWrite(
    ended.map(({ id, generation, launchId }) => ({
      updateOne: {
        filter: { _id: id },
        update: {
          $set: { wanted: 'stopped' as const, stopGeneration: generation, replacedBy: launchId },
          $unset: { unsettled: 1 as const },
        },
      },
    })),
    { session },
  )
}

export async function stopDeployment(
  connection: Connection,
  { deployments, launches, desiredStates }: DeploymentModels,
  id: string,
): Promise<{ deployment: DeploymentRecord; outcome: 'stopped' | 'repeated' } | undefined> {
  let stopped: DeploymentDocument | null = null
  await connection.transaction(async (session) => {
    await deployments.updateOne(
      { _id: id, state: 'active', 'rollout.state': { $in: ['running', 'paused', 'halted', 'undoing'] } },
      { $set: { 'rollout.state': 'stopped' } },
      { session },
    )
    stopped = await deployments
      .findOneAndUpdate(
        { _id: id, state: 'active' },
        { $set: { state: 'stopped' }, $inc: { revision: 1 } },
        { session, returnDocument: 'after' },
      )
      .lean()
    if (!stopped) return
    const devices = { _id: { $in: stopped.deviceIds } }
    await desiredStates.updateMany(
      devices,
      { $inc: { generation: 1 }, $pull: { launches: { deploymentId: id } } },
      { session },
    )
    const states = await desiredStates.find(devices, { generation: 1 }, { session }).lean()
    await launches.bulkWrite(
      states.map(({ _id: deviceId, generation }) => ({
        updateMany: {
          filter: { deploymentId: id, deviceId },
          update: {
            $set: { wanted: 'stopped' as const, stopGeneration: generation },
            $unset: { held: 1 as const, unsettled: 1 as const },
          },
        },
      })),
      { session },
    )
    await launches.updateMany(
      { deploymentId: id, wanted: 'planned' },
      { $set: { wanted: 'stopped' }, $unset: { held: 1 } },
      { session },
    )
  })
  if (stopped) return { deployment: toDeployment(stopped), outcome: 'stopped' }
  const present = await deployments.findById(id).lean()
  return present ? { deployment: toDeployment(present), outcome: 'repeated' } : undefined
}
