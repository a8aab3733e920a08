// The writes that settle a replacement: the old launch ends when the new one is proven, the new one when it failed. Each is
// one transaction.
import type { Reason } from '@bongsu/protocol'
import type { Connection } from 'mongoose'
import type { DeploymentModels } from './model.ts'
import { change, replaceWishes } from './mongo-launch-wishes.ts'
import type { SettledLaunch } from './repository.ts'

type Settlement = { readonly kind: 'proven' } | { readonly kind: 'failed'; readonly reason: Reason }

export async function settle(
  connection: Connection,
  models: DeploymentModels,
  id: string,
  settlement: Settlement,
): Promise<SettledLaunch | undefined> {
  return change(connection, models, id, async ({ launch, state, session }) => {
    if (!launch.unsettled) return undefined
    const { launches } = models
    const predecessor = state.launches.find(({ launchId }) => launchId === launch.replaces)
    const ending = settlement.kind === 'proven' ? predecessor?.launchId : id
    if (settlement.kind === 'failed' && !predecessor) {
      // Nothing would run in its place: it stays wished, and its status says how it stands.
      await launches.updateOne({ _id: id }, { $unset: { unsettled: 1 } }, { session })
      return undefined
    }
    const held = state.launches.find(({ launchId }) => launchId === ending)
    const kept = state.launches
      .filter(({ launchId }) => launchId !== ending)
      .map(({ replaces, ...rest }) =>
        rest.launchId === id || replaces === undefined ? rest : { ...rest, replaces },
      )
    const generation = await replaceWishes(models, state, kept, session)
    await launches.updateOne({ _id: id }, { $unset: { unsettled: 1 } }, { session })
    if (ending !== undefined) {
      await launches.updateOne(
        { _id: ending },
        {
          $set: {
            wanted: 'stopped',
            stopGeneration: generation,
            ...(held && { held }),
            ...(settlement.kind === 'proven' ? { replacedBy: id } : { rolledBack: true }),
          },
        },
        { session },
      )
    }
    // The device may have said it in a way that leaves no trace once it is gone: why is kept where people look.
    if (settlement.kind === 'failed') {
      const failed = { 'status.phase': 'failed', 'status.reason': settlement.reason }
      await launches.updateOne(
        { _id: id, 'status.phase': { $nin: ['failed', 'expired'] } },
        { $set: failed },
        { session },
      )
    }
    const { deviceId, deploymentId } = launch
    return { deviceId, deploymentId, launchIds: [id, ...(launch.replaces ? [launch.replaces] : [])] }
  })
}
