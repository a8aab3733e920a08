// The next step on the way to having containers no more. Pure.
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import type { Step } from './steps.ts'

/** Stops what runs, with the longest grace that any of it was made with; then removes what does not run. */
export function takeDown(
  launchId: string,
  containers: readonly RuntimeContainer[],
): Step<'stopContainers' | 'removeContainers'> {
  const running = containers.filter(({ state }) => state === 'running')
  if (running.length === 0) return { kind: 'removeContainers', launchId, containerIds: idsOf(containers) }
  const graceMs = Math.max(...running.map(({ stopGraceMs }) => stopGraceMs))
  return { kind: 'stopContainers', launchId, containerIds: idsOf(running), graceMs }
}

const idsOf = (containers: readonly RuntimeContainer[]) => containers.map(({ containerId }) => containerId)
