// The writes that change the wish of one launch: its stop and its restart, each one transaction.
import type { DesiredLaunch } from '@bongsu/protocol'
import type { ClientSession, Connection } from 'mongoose'
import type { DeploymentModels, DesiredStateDocument, LaunchDocument } from './model.ts'

export interface ChangedDocument {
  readonly launch: LaunchDocument
  readonly outcome: 'changed' | 'repeated' | 'refused'
}

/** A launch and the desired state of its device, within a transaction. */
export interface Present {
  readonly launch: LaunchDocument
  readonly state: DesiredStateDocument
  readonly session: ClientSession
}

export async function stopLaunch(
  connection: Connection,
  models: DeploymentModels,
  id: string,
): Promise<ChangedDocument | undefined> {
  return change<ChangedDocument>(connection, models, id, async ({ launch, state, session }) => {
    const wish = state.launches.find(({ launchId }) => launchId === id)
    if (launch.wanted === 'stopped' || !wish) return { launch, outcome: 'repeated' }
    const generation = await replaceWishes(
      models,
      state,
      state.launches.filter((one) => one !== wish),
      session,
    )
    return changed(models, id, session, {
      $set: { wanted: 'stopped' as const, stopGeneration: generation, held: wish },
      $unset: { unsettled: 1 as const },
    })
  })
}

export async function restartLaunch(
  connection: Connection,
  models: DeploymentModels,
  id: string,
): Promise<ChangedDocument | undefined> {
  return change<ChangedDocument>(connection, models, id, async ({ launch, state, session }) => {
    const active = await models.deployments
      .exists({ _id: launch.deploymentId, state: 'active' })
      .session(session)
    const present = state.launches.find(({ launchId }) => launchId === id)
    const wish = present ?? launch.held
    // One that a later wave is to reach would run beside what it shall replace.
    const isElsewhere = launch.wanted === 'planned' || (!present && launch.replacedBy !== undefined)
    if (!active || !wish || isElsewhere) return { launch, outcome: 'refused' }
    const run = launch.run + 1
    const anew: DesiredLaunch = { ...wish, run }
    const others = state.launches.filter((one) => one !== present)
    const generation = await replaceWishes(models, state, [...others, anew], session)
    return changed(models, id, session, {
      $set: { wanted: 'running' as const, run, desiredGeneration: generation },
      $unset: { held: 1 as const, stopGeneration: 1 as const },
    })
  })
}

export async function change<Outcome>(
  connection: Connection,
  { launches, desiredStates }: DeploymentModels,
  id: string,
  act: (present: Present) => Promise<Outcome>,
): Promise<Outcome | undefined> {
  let outcome: Outcome | undefined
  await connection.transaction(async (session) => {
    const launch = await launches.findById(id, null, { session }).lean()
    const state = launch && (await desiredStates.findById(launch.deviceId, null, { session }).lean())
    outcome = launch && state ? await act({ launch, state, session }) : undefined
  })
  return outcome
}

/** @throws Error when another change came between and the database let it: it should have tried the transaction again */
export async function replaceWishes(
  { desiredStates }: DeploymentModels,
  { _id, generation }: DesiredStateDocument,
  launches: readonly DesiredLaunch[],
  session: ClientSession,
): Promise<number> {
  const next = generation + 1
  const written = await desiredStates.updateOne(
    { _id, generation },
    { $set: { launches: [...launches], generation: next } },
    { session },
  )
  if (written.modifiedCount !== 1) throw new Error(`desired state of ${_id} changed meanwhile`)
  return next
}

async function changed(
  { launches }: DeploymentModels,
  id: string,
  session: ClientSession,
  update: Parameters<DeploymentModels['launches']['findOneAndUpdate']>[1] & object,
): Promise<ChangedDocument> {
  const launch = await launches
    .findOneAndUpdate({ _id: id }, update, { session, returnDocument: 'after' })
    .lean()
  if (!launch) throw new Error(`launch ${id} vanished within a transaction`)
  return { launch, outcome: 'changed' }
}
