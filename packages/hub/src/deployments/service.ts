// Deployments: wishes of package versions on devices, checked, written durably, pushed at once to who is on the line.
import { type Clock, CodedError } from '@bongsu/foundation'
import type {
  Deployment,
  DeploymentForecast,
  DeploymentRequest,
  Device,
  DeviceSelector,
  ForecastRequest,
  LaunchProfile,
  PackageImage,
  PackageVersion,
} from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import type { Generations } from '../devices/device-view.ts'
import type { DeploymentTarget } from '../devices/ports.ts'
import type { Origin } from '../plugins/origin.ts'
import type { PageRequest } from '../plugins/pagination.ts'
import { requireCanRun, requireDeadlineAhead, requireRoom } from './admission.ts'
import type { DesiredStatePush } from './desired-state-push.ts'
import { effectiveProfile, requireContainers } from './effective-profile.ts'
import { forecast } from './forecast.ts'
import { inputBytes, secretNamesOf } from './inputs.ts'
import { toDeployment } from './launch-view.ts'
import type { DeploymentRepository, NewDeployment } from './repository.ts'
import { resolveTargets } from './targets.ts'
import { toWish } from './wish.ts'

/** What deployments need of the devices feature. */
export interface TargetDevices {
  findTargets(deviceIds: readonly string[]): Promise<ReadonlyMap<string, DeploymentTarget>>
  /** Ids of the accepted devices that are meant, at most `limit`. */
  select(selector: DeviceSelector, limit: number): Promise<string[]>
  /** As the API shows them; devices that do not exist are missing from the answer. */
  viewMany(deviceIds: readonly string[]): Promise<readonly Device[]>
}

/** What deployments need of the packages feature. */
export interface ReadyPackages {
  getReadyVersion(packageId: string, version: string): Promise<PackageVersion & { image: PackageImage }>
}

/** What deployments need of the secrets feature. */
export interface PresentSecrets {
  /** Of these names the ones that exist for the device. */
  present(deviceId: string, names: readonly string[]): Promise<ReadonlySet<string>>
}

export interface DeploymentServiceParts {
  readonly repository: DeploymentRepository
  /** The feature that itself asks for generations: looked up when used. */
  readonly devices: () => TargetDevices
  readonly packages: ReadyPackages
  readonly secrets: PresentSecrets
  readonly changes: ChangeFeed
  readonly clock: Clock
  readonly desiredStates: DesiredStatePush
}

/** Beyond this a deployment's own change stands for those of its launches. */
const LAUNCHES_TOLD_ONE_BY_ONE = 20

export class DeploymentService {
  readonly #parts: DeploymentServiceParts

  constructor(parts: DeploymentServiceParts) {
    this.#parts = parts
  }

  /**
   * Durable when it resolves; repeating it with the same origin gives the same deployment.
   * @param sealed for a smoke run: what is left of the version's profile then
   */
  async deploy(request: DeploymentRequest, origin: Origin, sealed?: LaunchProfile): Promise<Deployment> {
    const { repository, clock, changes, devices, desiredStates: push } = this.#parts
    const now = clock.now()
    const earlier = origin.attempt === 'repeated' ? await repository.find(origin.newId('dep')) : undefined
    if (earlier) return toDeployment(earlier)
    requireDeadlineAhead(request.notAfter, now)
    const deviceIds = await resolveTargets(request, (selector, limit) => devices().select(selector, limit))
    const { version, targets } = await this.#admit(request, deviceIds)
    requireContainers(version.profile, request.overrides ?? [])
    const wish = toWish(
      { ...request, devices: request.rollout ? whoeverIsThereFirst(targets, push) : targets },
      sealed ? { ...version, profile: sealed } : version,
      {
        origin,
        createdAt: now,
        ...(sealed && { purpose: 'verification' }),
      },
    )
    await this.#requireRooms(wish)
    const { deployment, outcome, desiredStates } = await repository.create(wish)
    if (outcome === 'created') {
      for (const { deviceId, ...state } of desiredStates) push.keepFresh(deviceId, state)
      push.push(deployment.deviceIds)
      changes.publish('deployment', deployment.id)
      for (const id of deployment.launchIds.slice(0, LAUNCHES_TOLD_ONE_BY_ONE)) changes.publish('launch', id)
    }
    return toDeployment(deployment)
  }

  /** What is known now that speaks against a deployment; changes nothing. */
  async forecast({
    packageId,
    version: name,
    deviceIds,
    overrides = [],
  }: ForecastRequest): Promise<DeploymentForecast> {
    const { devices, packages, repository, secrets } = this.#parts
    const [version, found] = await Promise.all([
      packages.getReadyVersion(packageId, name),
      devices().viewMany(deviceIds),
    ])
    requireContainers(version.profile, overrides)
    const known = new Map(found.map((device) => [device.id, device]))
    const foresee = async (deviceId: string): Promise<DeploymentForecast['devices'][number]> => {
      const device = known.get(deviceId)
      if (!device) {
        return {
          deviceId,
          obstacles: [{ code: 'HUB_DEVICE_NOT_FOUND', parameters: { id: deviceId } }],
          warnings: [],
        }
      }
      const [{ launches }, presentSecrets] = await Promise.all([
        repository.desiredState(deviceId),
        secrets.present(deviceId, secretNamesOf(version.profile, device.entered.cameras ?? [])),
      ])
      const { profile, inputs } = effectiveProfile(version.profile, overrides, device)
      const there = { ...version, profile }
      const { obstacles, warnings } = forecast({ device, version: there, present: launches, presentSecrets })
      const { lastSeenAt } = device.connection
      return {
        deviceId,
        obstacles: [...obstacles],
        warnings: [...warnings],
        inputs,
        ...(lastSeenAt !== undefined && { basedOn: lastSeenAt }),
      }
    }
    return { devices: await Promise.all(deviceIds.map(foresee)) }
  }

  /** A stopped deployment wishes nothing and never starts again. */
  async stop(id: string): Promise<Deployment> {
    const { repository, changes, desiredStates } = this.#parts
    const stopped = await repository.stop(id)
    if (!stopped) throw notFound(id)
    if (stopped.outcome === 'stopped') {
      desiredStates.push(stopped.deployment.deviceIds)
      changes.publish('deployment', id)
    }
    return toDeployment(stopped.deployment)
  }

  async get(id: string): Promise<Deployment> {
    const record = await this.#parts.repository.find(id)
    if (!record) throw notFound(id)
    return toDeployment(record)
  }

  async list(page: PageRequest, text: string | undefined, { total }: { total: boolean }) {
    const { repository } = this.#parts
    const records = await repository.list(page, text)
    const deployments = records.items.map(toDeployment)
    return { deployments, records, total: total ? await repository.count(text) : undefined }
  }

  async isWished(deviceId: string): Promise<boolean> {
    return (await this.#parts.repository.desiredState(deviceId)).launches.length > 0
  }

  /** Whether the device is to run that version: then it may fetch the archive. */
  async isVersionWished(deviceId: string, packageId: string, version: string): Promise<boolean> {
    const { launches } = await this.#parts.repository.desiredState(deviceId)
    return launches.some((launch) => launch.packageId === packageId && launch.version === version)
  }

  async generationsOf(deviceIds: readonly string[]): Promise<ReadonlyMap<string, Generations>> {
    const { repository } = this.#parts
    const [desired, reported] = await Promise.all([
      repository.desiredGenerations(deviceIds),
      repository.reportedGenerations(deviceIds),
    ])
    return new Map(
      deviceIds.map((id) => [id, { desired: desired.get(id) ?? 0, reported: reported.get(id) ?? 0 }]),
    )
  }

  async #admit(
    { packageId, version: name, ifNoDisplay = 'refuse' }: DeploymentRequest,
    deviceIds: readonly string[],
  ) {
    const { devices, packages } = this.#parts
    const [version, targets] = await Promise.all([
      packages.getReadyVersion(packageId, name),
      devices().findTargets(deviceIds),
    ])
    for (const id of deviceIds) requireCanRun(id, targets.get(id), version, ifNoDisplay)
    return { version, targets: deviceIds.map((id) => targets.get(id) ?? { id }) }
  }

  async #requireRooms({ launches }: NewDeployment): Promise<void> {
    const check = async ({ deviceId, desired }: NewDeployment['launches'][number]) => {
      const bytes = Buffer.byteLength(JSON.stringify(desired)) + inputBytes(desired.profile)
      requireRoom(deviceId, await this.#parts.repository.desiredState(deviceId), bytes)
    }
    for (let start = 0; start < launches.length; start += 32) {
      await Promise.all(launches.slice(start, start + 32).map(check))
    }
  }
}

const notFound = (id: string) => new CodedError('HUB_DEPLOYMENT_NOT_FOUND', { parameters: { id } })

/** The first wave shall tell something. */
function whoeverIsThereFirst<Target extends { readonly id: string }>(
  targets: readonly Target[],
  push: DesiredStatePush,
): Target[] {
  const isThere = ({ id }: Target) => push.isConnected(id)
  return [...targets.filter(isThere), ...targets.filter((target) => !isThere(target))]
}
