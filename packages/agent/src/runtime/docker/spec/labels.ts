// Labels that tell us after any crash what a container is, and back again.
import type { RuntimeContainer } from '../../container-runtime.ts'
import type { SpecInput } from './spec-input.ts'

const PREFIX = 'bongsu.dev'
export const OWNER_LABEL = `${PREFIX}/agent`
export const LAUNCH_LABEL = `${PREFIX}/launch`

/** What a container's labels say of it. */
export type LabelledFacts = Pick<
  RuntimeContainer,
  'launchId' | 'deploymentId' | 'name' | 'specHash' | 'leadContainerId' | 'displayName' | 'restarts'
>

export function labels({ request, owner }: SpecInput): Record<string, string> {
  const { launch, name, specHash, restarts, display, leadContainerId } = request
  return {
    [OWNER_LABEL]: owner,
    [LAUNCH_LABEL]: launch.launchId,
    [`${PREFIX}/deployment`]: launch.deploymentId,
    [`${PREFIX}/package`]: launch.packageId,
    [`${PREFIX}/version`]: launch.version,
    [`${PREFIX}/container`]: name,
    [`${PREFIX}/spec-hash`]: specHash,
    [`${PREFIX}/restarts`]: String(restarts),
    ...(display && { [`${PREFIX}/display`]: display.displayName }),
    ...(leadContainerId && { [`${PREFIX}/lead`]: leadContainerId }),
  }
}

/** Undefined when the labels are not ours or not whole. */
export function factsFromLabels(given: Readonly<Record<string, string>>): LabelledFacts | undefined {
  const launchId = given[LAUNCH_LABEL]
  const name = given[`${PREFIX}/container`]
  if (!launchId || !name) return undefined
  const restarts = Number(given[`${PREFIX}/restarts`] ?? 0)
  return {
    launchId,
    name,
    deploymentId: given[`${PREFIX}/deployment`] ?? '',
    specHash: given[`${PREFIX}/spec-hash`] ?? '',
    leadContainerId: given[`${PREFIX}/lead`],
    displayName: given[`${PREFIX}/display`],
    restarts: Number.isSafeInteger(restarts) && restarts >= 0 ? restarts : 0,
  }
}

/** One name per launch and container, so that the engine itself refuses a second one. */
export const containerName = (launchId: string, name: string): string => `bongsu-${launchId}-${name}`
