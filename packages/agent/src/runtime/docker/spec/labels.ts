// Labels that tell us after any crash what a container is, and back again.
import type { RuntimeContainer } from '../../container-runtime.ts'
import { SOFTWARE_RENDERING } from '../../software-rendering.ts'
import { outboundNetwork } from './group.ts'
import { DEFAULT_STOP_GRACE_SECONDS, stopGraceSeconds } from './limits.ts'
import type { SpecInput } from './spec-input.ts'

const PREFIX = 'bongsu.dev'
export const OWNER_LABEL = `${PREFIX}/agent`
export const LAUNCH_LABEL = `${PREFIX}/launch`
export const GROUP_LABEL = `${PREFIX}/group`
/** A network besides the first one, joined after the container was made. */
export const OUTBOUND_LABEL = `${PREFIX}/outbound`

/** What a container's labels say of it. */
export type LabelledFacts = Pick<
  RuntimeContainer,
  | 'launchId'
  | 'deploymentId'
  | 'name'
  | 'specHash'
  | 'leadContainerId'
  | 'displayName'
  | 'displayIncarnation'
  | 'rendering'
  | 'group'
  | 'restarts'
  | 'stopGraceMs'
>

export function labels(input: SpecInput): Record<string, string> {
  const { request, owner } = input
  const outbound = outboundNetwork(input)
  const { launch, name, specHash, restarts, display, leadContainerId, extraEnvironment } = request
  return {
    [OWNER_LABEL]: owner,
    [LAUNCH_LABEL]: launch.launchId,
    [`${PREFIX}/deployment`]: launch.deploymentId,
    [`${PREFIX}/package`]: launch.packageId,
    [`${PREFIX}/version`]: launch.version,
    [`${PREFIX}/container`]: name,
    [`${PREFIX}/spec-hash`]: specHash,
    [`${PREFIX}/restarts`]: String(restarts),
    [`${PREFIX}/stop-grace-seconds`]: String(stopGraceSeconds(input)),
    ...(display && {
      [`${PREFIX}/display`]: display.displayName,
      [`${PREFIX}/display-incarnation`]: display.incarnation,
    }),
    ...(isSoftwareRendered(extraEnvironment) && { [`${PREFIX}/rendering`]: 'software' }),
    ...(launch.group !== undefined && { [GROUP_LABEL]: launch.group }),
    ...(outbound && { [OUTBOUND_LABEL]: outbound }),
    ...(leadContainerId && { [`${PREFIX}/lead`]: leadContainerId }),
  }
}

/** Undefined when the labels are not ours or not whole. */
export function factsFromLabels(given: Readonly<Record<string, string>>): LabelledFacts | undefined {
  const launchId = given[LAUNCH_LABEL]
  const name = given[`${PREFIX}/container`]
  if (!launchId || !name) return undefined
  return {
    launchId,
    name,
    deploymentId: given[`${PREFIX}/deployment`] ?? '',
    specHash: given[`${PREFIX}/spec-hash`] ?? '',
    leadContainerId: given[`${PREFIX}/lead`],
    displayName: given[`${PREFIX}/display`],
    displayIncarnation: given[`${PREFIX}/display-incarnation`],
    rendering: given[`${PREFIX}/rendering`] === 'software' ? 'software' : undefined,
    group: given[GROUP_LABEL],
    restarts: countOf(given[`${PREFIX}/restarts`], 0),
    stopGraceMs: 1000 * countOf(given[`${PREFIX}/stop-grace-seconds`], DEFAULT_STOP_GRACE_SECONDS),
  }
}

const isSoftwareRendered = (environment: Readonly<Record<string, string>> | undefined): boolean =>
  environment?.[SOFTWARE_RENDERING] === '1'

function countOf(text: string | undefined, fallback: number): number {
  const count = Number(text)
  return text !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : fallback
}

/** One name per launch and container, so that the engine itself refuses a second one. */
export const containerName = (launchId: string, name: string): string => `bongsu-${launchId}-${name}`
