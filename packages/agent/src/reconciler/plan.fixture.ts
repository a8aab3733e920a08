// A device as a model: what every step does to it, without engine, display or time of its own.
import type { DesiredLaunch } from '@bongsu/protocol'
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import {
  FRESH_RECORD,
  type ImageState,
  type LaunchRecord,
  type ObservedState,
  type Wanted,
} from './observed-state.ts'
import { secretsKey } from './provide-secrets.ts'
import { imageKeyOf, laneOf, type Step } from './steps.ts'

export const T0 = new Date('2026-01-01T00:00:00Z')

export function wantedOf(...launches: readonly DesiredLaunch[]): Wanted {
  return {
    generation: 1,
    durability: 'durable',
    launches: launches.map((launch) => ({ launch, specHash: `hash-${launch.launchId}` })),
  }
}

export function launch(launchId: string, more: Partial<DesiredLaunch> = {}): DesiredLaunch {
  const imageId = `image-of-${launchId}`
  return {
    launchId,
    deploymentId: 'dep',
    packageId: 'package',
    version: '1',
    image: { imageId, downloadBytes: 1 },
    profile: { containers: [{ name: 'main' }] },
    ...more,
  }
}

export function container(launchId: string, more: Partial<RuntimeContainer> = {}): RuntimeContainer {
  const { name = 'main', state = 'running' } = more
  return {
    containerId: `${launchId}-${name}-${state}`,
    launchId,
    deploymentId: 'dep',
    name,
    specHash: `hash-${launchId}`,
    leadContainerId: undefined,
    displayName: undefined,
    restarts: 0,
    stopGraceMs: 10_000,
    state,
    ...more,
  }
}

export function bound(launchId: string): NonNullable<LaunchRecord['access']> {
  const binding = {
    launchId,
    displayNumber: 0,
    displayName: ':0',
    incarnation: 'first',
    socketDir: '/tmp/.X11-unix',
    cookieDir: `/run/bongsu/x/${launchId}`,
    xauthorityPath: '/run/xauth/Xauthority',
    uid: 0,
    gid: 0,
    widthPixels: 1,
    heightPixels: 1,
  }
  return { kind: 'bound', binding }
}

export interface ObservedParts {
  readonly containers?: readonly RuntimeContainer[]
  /** By image id, as the version that {@link launch} wishes. */
  readonly images?: Readonly<Record<string, ImageState>>
  readonly records?: Readonly<Record<string, Partial<LaunchRecord>>>
  readonly groups?: readonly string[]
  readonly boundLaunches?: readonly string[]
  readonly secretLaunches?: readonly string[]
  readonly known?: readonly string[]
  readonly strays?: Readonly<Record<string, number>>
  readonly engine?: ObservedState['engine']
  readonly nowMs?: number
}

export function observedOf(parts: ObservedParts = {}): ObservedState {
  const { nowMs = 0 } = parts
  const records = Object.entries(parts.records ?? {})
  return {
    engine: parts.engine ?? { kind: 'ready', version: '1', architecture: 'amd64' },
    containers: parts.containers ?? [],
    images: new Map(Object.entries(parts.images ?? {}).map(([imageId, state]) => [keyOf(imageId), state])),
    records: new Map(records.map(([id, record]) => [id, { ...FRESH_RECORD, ...record }])),
    groups: new Set(parts.groups),
    boundLaunches: new Set(parts.boundLaunches),
    secretLaunches: new Set(parts.secretLaunches),
    knownLaunches: new Set(parts.known),
    strayFirstSeenMs: new Map(Object.entries(parts.strays ?? {})),
    now: new Date(T0.getTime() + nowMs),
    nowMs,
  }
}

const keyOf = (imageId: string): string => imageKeyOf(launch('any', { image: { imageId, downloadBytes: 1 } }))

export const present = (imageId: string): ImageState => ({
  kind: 'present',
  facts: { imageId, architecture: 'amd64', user: '' },
})

/** Does what a step asks to the model; every step succeeds. */
export class ModelDevice {
  readonly containers: Map<string, RuntimeContainer>
  readonly images: Map<string, ImageState>
  readonly records: Map<string, LaunchRecord>
  readonly groups: Set<string>
  readonly boundLaunches: Set<string>
  readonly secretLaunches: Set<string>
  readonly known: Set<string>
  readonly strays: ReadonlyMap<string, number>
  nowMs: number
  #number = 0

  constructor(start: ObservedState) {
    this.containers = new Map(start.containers.map((one) => [one.containerId, one]))
    this.images = new Map(start.images)
    this.records = new Map(start.records)
    this.groups = new Set(start.groups)
    this.boundLaunches = new Set(start.boundLaunches)
    this.secretLaunches = new Set(start.secretLaunches)
    this.known = new Set(start.knownLaunches)
    this.strays = start.strayFirstSeenMs
    this.nowMs = start.nowMs
  }

  observe(): ObservedState {
    return {
      engine: { kind: 'ready', version: '1', architecture: 'amd64' },
      containers: [...this.containers.values()],
      images: this.images,
      records: this.records,
      groups: this.groups,
      boundLaunches: this.boundLaunches,
      secretLaunches: this.secretLaunches,
      knownLaunches: this.known,
      strayFirstSeenMs: this.strays,
      now: new Date(T0.getTime() + this.nowMs),
      nowMs: this.nowMs,
    }
  }

  execute(step: Step): void {
    switch (step.kind) {
      case 'obtainImage':
        this.images.set(laneOf(step), present(step.launch.image.imageId))
        break
      case 'bindDisplay':
        this.boundLaunches.add(step.launch.launchId)
        this.#update(step.launch.launchId, { access: bound(step.launch.launchId) })
        break
      case 'provideSecrets': {
        const { launchId } = step.launch
        this.secretLaunches.add(launchId)
        this.#update(launchId, { secretsFor: secretsKey(step, this.#record(launchId).access) })
        break
      }
      case 'withdrawSecrets':
        this.secretLaunches.delete(step.launchId)
        break
      case 'createContainer':
        this.#create(step)
        break
      case 'startContainer':
        this.#become(step.containerId, 'running')
        this.#update(step.launchId, { hasStarted: true, rebind: undefined })
        break
      case 'recordEnd': {
        const recordedEnds = [...this.#record(step.launchId).recordedEnds, step.container.containerId]
        const isLost = !['first', undefined].includes(step.container.displayIncarnation)
        const reason = { code: isLost ? 'AGENT_DISPLAY_LOST' : 'AGENT_CONTAINER_EXITED' }
        const pause = { reason, retryAtMs: this.nowMs + (isLost ? 0 : 1000) }
        const rebind = isLost ? reason : undefined
        this.#update(step.launchId, { recordedEnds, hasStarted: true, access: undefined, pause, rebind })
        break
      }
      case 'stopContainers':
        for (const containerId of step.containerIds) this.#become(containerId, 'exited')
        break
      case 'removeContainers':
        for (const containerId of step.containerIds) this.containers.delete(containerId)
        break
      case 'releaseDisplay':
        this.boundLaunches.delete(step.launchId)
        break
      case 'removeGroup':
        this.groups.delete(step.group)
        break
    }
  }

  #create({
    launch: { launchId, group },
    name,
    specHash,
    leadContainerId,
    restarts,
  }: Step<'createContainer'>): void {
    this.#number += 1
    if (group !== undefined) this.groups.add(group)
    const { access } = this.#record(launchId)
    const containerId = `made-${this.#number}`
    const binding = access?.kind === 'bound' ? access.binding : undefined
    const made = {
      containerId,
      name,
      specHash,
      leadContainerId,
      displayName: binding?.displayName,
      displayIncarnation: binding?.incarnation,
      group,
      restarts,
      state: 'created',
    } as const
    this.containers.set(containerId, container(launchId, made))
  }

  #become(containerId: string, state: RuntimeContainer['state']): void {
    const one = this.containers.get(containerId)
    if (one) this.containers.set(containerId, { ...one, state })
  }

  #record(launchId: string): LaunchRecord {
    return this.records.get(launchId) ?? FRESH_RECORD
  }

  #update(launchId: string, change: Partial<LaunchRecord>): void {
    this.records.set(launchId, { ...this.#record(launchId), ...change })
  }
}
