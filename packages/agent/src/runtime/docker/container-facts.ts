// What the engine says of one container, in our words.
import type Docker from 'dockerode'
import type { ContainerState, RuntimeContainer } from '../container-runtime.ts'
import { factsFromLabels, OUTBOUND_LABEL } from './spec/labels.ts'

/** From the answer of an inspection; undefined when the container is not one of ours. */
export function fromInspection(inspected: Docker.ContainerInspectInfo): RuntimeContainer | undefined {
  const facts = factsFromLabels(inspected.Config.Labels ?? {})
  if (!facts) return undefined
  const { Status, StartedAt, FinishedAt, ExitCode, OOMKilled } = inspected.State
  const state = stateOf(Status)
  const startedAt = timeOf(StartedAt)
  return {
    containerId: inspected.Id,
    ...facts,
    ...(isHalfMade(inspected) && { specHash: '' }),
    state,
    ...(startedAt && { startedAt }),
    ...(state === 'exited' && { endedAt: timeOf(FinishedAt), exitCode: ExitCode, outOfMemory: OOMKilled }),
  }
}

/** The agent ended between making it and joining it to its second network: it matches no wish, so it is replaced. */
function isHalfMade({ Config, NetworkSettings }: Docker.ContainerInspectInfo): boolean {
  const outbound = Config.Labels?.[OUTBOUND_LABEL]
  return outbound !== undefined && NetworkSettings?.Networks?.[outbound] === undefined
}

/** What an inspection of a container just made with these labels would say, spared. */
export function asCreated(containerId: string, labels: Readonly<Record<string, string>>): RuntimeContainer {
  const facts = factsFromLabels(labels)
  if (!facts) throw new Error('our own labels are not ours')
  return { containerId, ...facts, state: 'created' }
}

/** `dead` and `removing` are remains to be removed, like anything that has ended. */
function stateOf(status: string): ContainerState {
  switch (status) {
    case 'created':
      return 'created'
    case 'running':
    case 'paused':
    case 'restarting':
      return 'running'
    default:
      return 'exited'
  }
}

/** The engine writes the year 1 for "never". */
function timeOf(text: string): Date | undefined {
  const time = new Date(text)
  return time.getTime() > 0 ? time : undefined
}
