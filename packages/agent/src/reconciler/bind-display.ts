// The step that gives a launch access to the display, or says why it cannot have it yet.
import { CodedError } from '@bongsu/foundation'
import type { DesiredLaunch } from '@bongsu/protocol'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import type { ContainerUser, DisplayPort } from './ports.ts'
import type { Step } from './steps.ts'
import type { WorkingMemory } from './working-memory.ts'

/** A display is looked for anew at least this often while a launch waits for one. */
const RETRY_MS = 5000

export interface BindWorld {
  readonly runtime: ContainerRuntime
  readonly display: DisplayPort
  readonly memory: WorkingMemory
  readonly clock: { monotonicMs(): number }
}

export async function bindDisplay(
  { runtime, display, memory, clock }: BindWorld,
  { launch }: Step<'bindDisplay'>,
  signal: AbortSignal,
): Promise<void> {
  const { launchId } = launch
  const user = await userOf(launch, runtime, signal)
  const result = await display.bind({ launchId, user }, signal)
  if (result.kind === 'bound' && launch.purpose === 'verification' && !display.lastReport().isVirtual) {
    await display.release(launchId)
    throw new CodedError('AGENT_VERIFICATION_NEEDS_VIRTUAL_DISPLAY')
  }
  if (result.kind === 'bound') {
    memory.boundLaunches.add(launchId)
    memory.updateRecord(launchId, { access: result, boundAtMs: clock.monotonicMs(), setback: undefined })
    return
  }
  if (launch.profile.display?.required === false) {
    memory.updateRecord(launchId, { access: { kind: 'without' }, setback: undefined })
    return
  }
  const retryAtMs = clock.monotonicMs() + RETRY_MS
  memory.updateRecord(launchId, { setback: { reason: result.reason, retryAtMs, cause: 'display' } })
}

/** The lead's user: the cookie belongs to one. */
async function userOf(
  { profile, image }: DesiredLaunch,
  runtime: ContainerRuntime,
  signal: AbortSignal,
): Promise<ContainerUser> {
  if (profile.containers[0]?.runAs !== 'image') return 'session'
  return imageUser(image.imageId, runtime, signal)
}

/** @throws CodedError AGENT_PROFILE_INVALID where the image names its user instead of numbering it */
export async function imageUser(
  imageId: string,
  runtime: ContainerRuntime,
  signal: AbortSignal,
): Promise<{ readonly uid: number; readonly gid: number }> {
  const user = (await runtime.inspectImage(imageId, signal))?.user ?? ''
  const [uid = '', gid = '0'] = user === '' ? ['0', '0'] : user.split(':')
  if (/^\d+$/.test(uid) && /^\d+$/.test(gid)) return { uid: Number(uid), gid: Number(gid) }
  const problem = `the image's user ${user} is a name, and files can only be given to a number`
  throw new CodedError('AGENT_PROFILE_INVALID', { parameters: { problem } })
}
