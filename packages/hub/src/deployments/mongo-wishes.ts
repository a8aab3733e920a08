// The two writes that change what devices should run: a new deployment and its end. Each is one transaction, so that
// a generation never stands for two contents and no deployment is half wished.
import type { ClientSession, Connection } from 'mongoose'
import { isDuplicateKey } from '../storage/mongo-errors.ts'
import type { DeploymentDocument, DeploymentModels } from './model.ts'
import type { CreatedDeployment, DeploymentRecord, NewDeployment } from './repository.ts'

/** Up to this many devices the changed states come back from their writes; more are written in bulk. */
const READ_BACK_DEVICES = 4
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
  { deployments, launches, desiredStates }: DeploymentModels,
  { deployment, launches: wished }: NewDeployment,
  session: ClientSession,
): Promise<DesiredStates> {
  const { id, deviceIds, launchIds, ...rest } = deployment
  const document = { _id: id, deviceIds: [...deviceIds], launchIds: [...launchIds], ...rest }
  await deployments.create([document], { session })
  const states = await raiseGenerations(desiredStates, wished, session)
  const generationOf = new Map(states.map(({ deviceId, generation }) => [deviceId, generation]))
  await launches.insertMany(
    wished.map(({ deviceId, desired }) => ({
      _id: desired.launchId,
      deploymentId: id,
      deviceId,
      packageId: deployment.packageId,
      version: deployment.version,
      wanted: 'running' as const,
      reportEpoch: 0,
      reportSequence: 0,
      desiredGeneration: generationOf.get(deviceId) ?? 0,
      createdAt: deployment.createdAt,
    })),
    { session, ordered: true },
  )
  return states.filter(({ launches: all }) => all.length > 0)
}

async function raiseGenerations(
  desiredStates: DeploymentModels['desiredStates'],
  wished: NewDeployment['launches'],
  session: ClientSession,
): Promise<DesiredStates> {
  const raise = (desired: NewDeployment['launches'][number]['desired']) => ({
    $inc: { generation: 1 },
    $push: { launches: desired },
  })
  if (wished.length <= READ_BACK_DEVICES) {
    const states: DesiredStates[number][] = []
    for (const { deviceId, desired } of wished) {
      const changed = await desiredStates
        .findOneAndUpdate({ _id: deviceId }, raise(desired), {
          session,
          upsert: true,
          returnDocument: 'after',
        })
        .lean()
      if (changed) states.push({ deviceId, generation: changed.generation, launches: changed.launches })
    }
    return states
  }
  await desiredStates.bulkWrite(
    wished.map(({ deviceId, desired }) => ({
      updateOne: { filter: { _id: deviceId }, update: raise(desired), upsert: true },
    })),
    { session },
  )
  const ids = wished.map(({ deviceId }) => deviceId)
  const read = await desiredStates.find({ _id: { $in: ids } }, { generation: 1 }, { session }).lean()
  return read.map(({ _id, generation }) => ({ deviceId: _id, generation, launches: [] }))
}

export async function stopDeployment(
  connection: Connection,
  { deployments, launches, desiredStates }: DeploymentModels,
  id: string,
): Promise<{ deployment: DeploymentRecord; outcome: 'stopped' | 'repeated' } | undefined> {
  let stopped: DeploymentDocument | null = null
  await connection.transaction(async (session) => {
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
          update: { $set: { wanted: 'stopped' as const, stopGeneration: generation } },
        },
      })),
      { session },
    )
  })
  if (stopped) return { deployment: toDeployment(stopped), outcome: 'stopped' }
  const present = await deployments.findById(id).lean()
  return present ? { deployment: toDeployment(present), outcome: 'repeated' } : undefined
}
