// Ends every container of this agent: for a trial, whose end leaves the machine as it was. A device's agent never does it.
import type { Logger } from '@bongsu/foundation'
import type { ContainerRuntime } from './runtime/container-runtime.ts'

/** Stops with each container's own grace, then removes. What fails is logged and keeps nothing else from ending. */
export async function endLaunches(runtime: ContainerRuntime, logger: Logger): Promise<void> {
  try {
    const containers = await runtime.listContainers()
    await Promise.all(
      containers.map(async ({ containerId, stopGraceMs, state }) => {
        if (state === 'running') await runtime.stopContainer(containerId, { graceMs: stopGraceMs })
        await runtime.removeContainer(containerId)
      }),
    )
    await Promise.all((await runtime.listGroups()).map((group) => runtime.removeGroup(group)))
    logger.info({ containers: containers.length }, 'launches ended')
  } catch (error) {
    logger.error({ err: error }, 'launches not ended')
  }
}
