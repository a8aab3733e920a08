// What desired states name besides their image: who uses a secret, and the raised generations by which devices learn that
// it is another one. The values themselves are not here.
import type { DeploymentModels } from './model.ts'
import type { InputUse } from './repository.ts'

const SECRET = 'profile.containers.secrets.name'

const filterOf = ({ secret, deviceId }: InputUse, prefix: 'launches' | 'held') => ({
  [`${prefix}.${SECRET}`]: secret,
  ...(deviceId !== undefined && { [prefix === 'launches' ? '_id' : 'deviceId']: deviceId }),
})

/** Ids of deployments with a launch that names it, those stopped by themselves included. */
export async function usesOfInput(
  { desiredStates, launches }: DeploymentModels,
  use: InputUse,
): Promise<string[]> {
  const [wished, held] = await Promise.all([
    desiredStates.find(filterOf(use, 'launches'), { launches: 1 }).limit(100).lean(),
    launches.find(filterOf(use, 'held'), { deploymentId: 1 }).limit(100).lean(),
  ])
  const naming = wished.flatMap((state) =>
    state.launches
      .filter(({ profile }) =>
        profile.containers.some(({ secrets }) => secrets?.some(({ name }) => name === use.secret)),
      )
      .map(({ deploymentId }) => deploymentId),
  )
  return [...new Set([...naming, ...held.map(({ deploymentId }) => deploymentId)])]
}

/** @returns the devices that are to run something with it, each with another generation now */
export async function raiseForInput({ desiredStates }: DeploymentModels, use: InputUse): Promise<string[]> {
  const filter = filterOf(use, 'launches')
  const found = await desiredStates.find(filter, { _id: 1 }).lean()
  const ids = found.map(({ _id }) => _id)
  if (ids.length > 0) {
    await desiredStates.updateMany({ ...filter, _id: { $in: ids } }, { $inc: { generation: 1 } })
  }
  return ids
}
