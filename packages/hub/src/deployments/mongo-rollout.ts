// The writes of a roll-out: launches that were planned become wishes wave by wave, and an undo gives back what ran before.
// Each takes some launches in one transaction and can be repeated until none is left.
import type { DesiredLaunch, Rollout, RolloutState } from '@bongsu/protocol'
import type { ClientSession, Connection } from 'mongoose'
import type { DeploymentModels, LaunchDocument } from './model.ts'
import { change, replaceWishes } from './mongo-launch-wishes.ts'
import { endSuperseded, raiseGenerations, toDeployment } from './mongo-wishes.ts'
import type { Replacing } from './replacing.ts'
import type { DeploymentRecord, SettledLaunch } from './repository.ts'

export async function changeRollout(
  { deployments }: DeploymentModels,
  id: string,
  from: readonly RolloutState[],
  changes: Partial<Rollout>,
): Promise<DeploymentRecord | undefined> {
  const set = Object.fromEntries(Object.entries(changes).map(([name, value]) => [`rollout.${name}`, value]))
  const changed = await deployments
    .findOneAndUpdate(
      { _id: id, 'rollout.state': { $in: [...from] } },
      { $set: set, $inc: { revision: 1 } },
      { returnDocument: 'after' },
    )
    .lean()
  return changed ? toDeployment(changed) : undefined
}

/** @returns ids of the devices whose desired state changed */
export async function wishPlanned(
  connection: Connection,
  models: DeploymentModels,
  id: string,
  { beforeWave, limit }: { readonly beforeWave: number; readonly limit: number },
): Promise<string[]> {
  let deviceIds: string[] = []
  await connection.transaction(async (session) => {
    const planned = await models.launches
      .find({ deploymentId: id, wanted: 'planned', wave: { $lt: beforeWave } }, null, { session })
      .sort({ wave: 1, _id: 1 })
      .limit(limit)
      .lean()
    deviceIds = planned.map(({ deviceId }) => deviceId)
    const replacing = planned[0]?.replacing ?? 'same-package'
    const overtaken = replacing === 'nothing' ? new Set() : await endOvertaken(models, planned, session)
    const wishes = planned.flatMap(({ _id, deviceId, held }) =>
      held && !overtaken.has(_id) ? [{ deviceId, desired: held }] : [],
    )
    if (wishes.length > 0) await wishAll(models, wishes, { replacing, session })
  })
  return deviceIds
}

/**
 * Ends planned launches where the same package was deployed after them: a late wave takes back no newer wish.
 * @returns their ids
 */
async function endOvertaken(
  { launches }: DeploymentModels,
  planned: readonly LaunchDocument[],
  session: ClientSession,
): Promise<ReadonlySet<string>> {
  const [first] = planned
  if (!first) return new Set()
  const { packageId, createdAt, deploymentId } = first
  const deviceId = { $in: planned.map((launch) => launch.deviceId) }
  const filter = { deviceId, packageId, createdAt: { $gt: createdAt }, deploymentId: { $ne: deploymentId } }
  const later = await launches.find(filter, { deviceId: 1 }, { session }).lean()
  const laterOn = new Map(later.map((launch) => [launch.deviceId, launch._id]))
  const overtaken = planned.filter((launch) => laterOn.has(launch.deviceId))
  for (const { _id, deviceId: on } of overtaken) {
    const ended = { wanted: 'stopped' as const, replacedBy: laterOn.get(on) ?? '' }
    await launches.updateOne({ _id }, { $set: ended, $unset: { held: 1 } }, { session })
  }
  return new Set(overtaken.map(({ _id }) => _id))
}

async function wishAll(
  models: DeploymentModels,
  wishes: readonly { readonly deviceId: string; readonly desired: DesiredLaunch }[],
  { replacing, session }: { readonly replacing: Replacing; readonly session: ClientSession },
): Promise<void> {
  const changed = await raiseGenerations(models.desiredStates, wishes, { replacing, session })
  await models.launches.bulkWrite(
    changed.map(({ launchId, generation, replaces }) => ({
      updateOne: {
        filter: { _id: launchId },
        update: {
          $set: {
            wanted: 'running' as const,
            desiredGeneration: generation,
            ...(replaces !== undefined && { replaces, unsettled: true as const }),
          },
          $unset: { held: 1 as const },
        },
      },
    })),
    { session },
  )
  await endSuperseded(models, changed, session)
}

/** Where nothing ran before, the launch simply ends. */
export async function undoLaunches(
  connection: Connection,
  models: DeploymentModels,
  id: string,
  limit: number,
): Promise<SettledLaunch[]> {
  await models.launches.updateMany(
    { deploymentId: id, wanted: 'planned' },
    { $set: { wanted: 'stopped' }, $unset: { held: 1 } },
  )
  const running = await models.launches
    .find({ deploymentId: id, wanted: 'running', undone: { $exists: false } })
    .sort({ _id: 1 })
    .limit(limit)
    .lean()
  const changed: SettledLaunch[] = []
  for (const { _id } of running) {
    const undone = await change(connection, models, _id, (present) => undoLaunch(models, present))
    if (undone) changed.push(undone)
  }
  return changed
}

async function undoLaunch(
  models: DeploymentModels,
  { launch, state, session }: Parameters<Parameters<typeof change<SettledLaunch>>[3]>[0],
): Promise<SettledLaunch> {
  const { launches } = models
  const { _id: id, deviceId, deploymentId } = launch
  const predecessor = await predecessorOf(models, launch, session)
  const isThere = state.launches.some(({ launchId }) => launchId === predecessor?._id)
  if (predecessor?.held && !isThere) {
    // The other way round: this one runs until the one before is seen to work again.
    const { replaces: _, ...held } = predecessor.held
    const generation = await replaceWishes(
      models,
      state,
      [...state.launches, { ...held, replaces: id }],
      session,
    )
    await launches.updateOne(
      { _id: predecessor._id },
      {
        $set: { wanted: 'running', desiredGeneration: generation, replaces: id, unsettled: true },
        $unset: { held: 1, replacedBy: 1, stopGeneration: 1 },
      },
      { session },
    )
    await launches.updateOne({ _id: id }, { $set: { undone: true } }, { session })
    return { deviceId, deploymentId, launchIds: [id, predecessor._id] }
  }
  const kept = state.launches.filter(({ launchId }) => launchId !== id)
  const generation = await replaceWishes(models, state, kept, session)
  await launches.updateOne(
    { _id: id },
    {
      $set: {
        wanted: 'stopped',
        stopGeneration: generation,
        undone: true,
        ...(isThere && { rolledBack: true }),
      },
      $unset: { unsettled: 1 },
    },
    { session },
  )
  return { deviceId, deploymentId, launchIds: [id] }
}

/** What ran before, if its own deployment still wants it. */
async function predecessorOf(
  { launches, deployments }: DeploymentModels,
  { replaces }: LaunchDocument,
  session: ClientSession,
): Promise<LaunchDocument | undefined> {
  if (replaces === undefined) return undefined
  const found = await launches.findById(replaces, null, { session }).lean()
  if (!found) return undefined
  const isActive = await deployments.exists({ _id: found.deploymentId, state: 'active' }).session(session)
  return isActive ? found : undefined
}
