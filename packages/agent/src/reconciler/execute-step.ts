// How each step is done. Executors change the device, then note in memory what they have seen; deciding is the planner's.
import { CodedError, isCodedError } from '@bongsu/foundation'
import { bindDisplay } from './bind-display.ts'
import { provideSecrets } from './provide-secrets.ts'
import { recordEnd } from './record-end.ts'
import type { StepWorld } from './step-world.ts'
import { type Executors, imageKeyOf, laneOf, type Step } from './steps.ts'

export function createExecutors(world: StepWorld): Executors {
  const { runtime, memory, display } = world
  return {
    obtainImage: (step, signal) => obtainImage(world, step, signal),
    bindDisplay: (step, signal) => bindDisplay(world, step, signal),
    provideSecrets: (step, signal) => provideSecrets(world, step, signal),
    createContainer: (step, signal) => createContainer(world, step, signal),
    async startContainer({ launchId, containerId }, signal) {
      const outcome = await startUnlessForbidden(world, { launchId, containerId }, signal)
      if (outcome === 'not_found') return memory.containerGone(containerId)
      memory.containerStarted(containerId)
      memory.updateRecord(launchId, {
        failures: 0,
        failedStarts: 0,
        setback: undefined,
        pause: undefined,
        rebind: undefined,
      })
    },
    recordEnd: (step, signal) => recordEnd(world, step, signal),
    async stopContainers({ containerIds, graceMs }, signal) {
      await eachOf(containerIds, async (containerId) => {
        const outcome = await runtime.stopContainer(containerId, { graceMs }, signal)
        if (outcome === 'not_found') memory.containerGone(containerId)
        else memory.containerEnded(containerId, { endedAt: world.clock.now() })
      })
    },
    async removeContainers({ containerIds }, signal) {
      await eachOf(containerIds, async (containerId) => {
        await runtime.removeContainer(containerId, signal)
        memory.containerGone(containerId)
      })
    },
    async releaseDisplay({ launchId }) {
      await display.release(launchId)
      memory.boundLaunches.delete(launchId)
    },
    async withdrawSecrets({ launchId }) {
      await world.secrets?.remove(launchId)
      memory.secretLaunches.delete(launchId)
    },
    async removeGroup({ group }, signal) {
      await runtime.removeGroup(group, signal)
      memory.groups = new Set([...memory.groups].filter((other) => other !== group))
    },
  }
}

/** One that the policy of today forbids was made by others, or under another policy: it goes, and is made anew. */
async function startUnlessForbidden(
  { runtime, memory }: StepWorld,
  { launchId, containerId }: { readonly launchId: string; readonly containerId: string },
  signal: AbortSignal,
): Promise<'started' | 'not_found'> {
  try {
    return await runtime.startContainer(containerId, signal)
  } catch (error) {
    if (!isCodedError(error) || error.code !== 'AGENT_POLICY_FORBIDS') throw error
    await runtime.removeContainer(containerId, signal)
    const { what = '' } = error.parameters ?? {}
    const reason = { code: 'AGENT_CONTAINER_NOT_AS_MADE', parameters: { what } } as const
    memory.updateRecord(launchId, { findings: [reason] })
    return 'not_found'
  }
}

async function obtainImage(world: StepWorld, step: Step<'obtainImage'>, signal: AbortSignal): Promise<void> {
  const { intake, memory } = world
  if (memory.engine.kind !== 'ready') return
  const { architecture } = memory.engine
  const key = laneOf(step)
  let shown = -1
  memory.images.set(key, { kind: 'obtaining', phase: 'checking', progress: 0 })
  const facts = await intake.obtain(
    step.launch,
    {
      architecture,
      onProgress({ phase, progress }) {
        memory.images.set(key, { kind: 'obtaining', phase, progress })
        const percent = (phase === 'loading' ? 1000 : 0) + Math.floor(progress * 100)
        if (percent === shown) return
        shown = percent
        world.changed()
      },
    },
    signal,
  )
  memory.images.set(key, { kind: 'present', facts })
}

async function createContainer(
  world: StepWorld,
  step: Step<'createContainer'>,
  signal: AbortSignal,
): Promise<void> {
  const { runtime, memory } = world
  const { launch, specHash, name, leadContainerId, restarts, extraEnvironment } = step
  if (leadContainerId === undefined) {
    await refuseTheSenseless(world, launch, signal)
    await world.cameras?.check(launch, signal)
  }
  const { access } = memory.record(launch.launchId)
  if (launch.group !== undefined && leadContainerId === undefined) {
    memory.groups = new Set([...memory.groups, launch.group])
    await runtime.ensureGroup(launch.group, signal)
  }
  const display = access?.kind === 'bound' ? access.binding : undefined
  const request = { launch, specHash, name, restarts, display, leadContainerId, extraEnvironment }
  const result = await runtime.createContainer(request, signal)
  if (result.kind === 'created') return memory.putContainer(result.container)
  // What we believed of images holds no longer: look again.
  if (result.kind === 'no_image') return void memory.images.delete(imageKeyOf(launch))
  await world.relist()
  if (memory.containersOf(launch.launchId).some((container) => container.name === name)) return
  const message = `another container has the name of ${launch.launchId}/${name}`
  throw new CodedError('AGENT_ENGINE_TROUBLE', { parameters: { message } })
}

/** @throws CodedError what the checks before a launch call a failure */
async function refuseTheSenseless(
  { preflight }: StepWorld,
  launch: Step<'createContainer'>['launch'],
  signal: AbortSignal,
): Promise<void> {
  const { failure } = (await preflight?.check(launch, signal)) ?? {}
  if (failure) throw new CodedError(failure.code, { parameters: failure.parameters, quote: failure.quote })
}

/** All of them, even when one fails; then the first failure. */
async function eachOf(ids: readonly string[], act: (id: string) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(ids.map(act))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}
