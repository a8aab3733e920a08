// Deployments: wishes of package versions on devices, checked, written durably, pushed at once to who is on the line.
import { type Clock, CodedError, type Logger } from '@bongsu/foundation'
import type {
  Deployment,
  DeploymentForecast,
  DeploymentRequest,
  DesiredLaunch,
  DesiredState,
  Device,
  ForecastRequest,
  Launch,
  LaunchProfile,
  PackageImage,
  PackageVersion,
} from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import type { Generations } from '../devices/device-view.ts'
import type { DeploymentTarget } from '../devices/ports.ts'
import type { Origin } from '../plugins/origin.ts'
import type { PageRequest } from '../plugins/pagination.ts'
import type { Sessions } from '../sessions/ports.ts'
import { requireCanRun, requireDeadlineAhead, requireRoom } from './admission.ts'
import { forecast } from './forecast.ts'
import { toDeployment, toLaunch } from './launch-view.ts'
import type {
  DeploymentRecord,
  DeploymentRepository,
  LaunchFilter,
  LaunchRecord,
  NewDeployment,
} from './repository.ts'

/** What deployments need of the devices feature. */
export interface TargetDevices {
  findTargets(deviceIds: readonly string[]): Promise<ReadonlyMap<string, DeploymentTarget>>
  liveEpochOf(deviceId: string): number | undefined
  /** As the API shows them; devices that do not exist are missing from the answer. */
  viewMany(deviceIds: readonly string[]): Promise<readonly Device[]>
}

/** What deployments need of the packages feature. */
export interface ReadyPackages {
  getReadyVersion(packageId: string, version: string): Promise<PackageVersion & { image: PackageImage }>
}

export interface DeploymentServiceParts {
  readonly repository: DeploymentRepository
  /** The feature that itself asks for generations: looked up when used. */
  readonly devices: () => TargetDevices
  readonly packages: ReadyPackages
  readonly changes: ChangeFeed
  readonly clock: Clock
  readonly logger: Logger
  readonly sessions: () => Sessions
}

/** Beyond this a deployment's own change stands for those of its launches. */
const LAUNCHES_TOLD_ONE_BY_ONE = 20

export class DeploymentService {
  readonly #parts: DeploymentServiceParts
  /** States just written, until they have been pushed: the push need not read them back. */
  readonly #fresh = new Map<string, Omit<DesiredState, 'type'>>()

  constructor(parts: DeploymentServiceParts) {
    this.#parts = parts
  }

  /**
   * Durable when it resolves; repeating it with the same origin gives the same deployment.
   * @param sealed for a smoke run: what is left of the version's profile then
   */
  async deploy(request: DeploymentRequest, origin: Origin, sealed?: LaunchProfile): Promise<Deployment> {
    const { repository, clock, changes } = this.#parts
    const now = clock.now()
    const earlier = origin.attempt === 'repeated' ? await repository.find(origin.newId('dep')) : undefined
    if (earlier) return toDeployment(earlier)
    requireDeadlineAhead(request.notAfter, now)
    const version = await this.#admit(request)
    const wish = toWish(request, sealed ? { ...version, profile: sealed } : version, {
      origin,
      createdAt: now,
      ...(sealed && { purpose: 'verification' }),
    })
    await this.#requireRooms(wish)
    const { deployment, outcome, desiredStates } = await repository.create(wish)
    if (outcome === 'created') {
      for (const { deviceId, ...state } of desiredStates) this.#keepFresh(deviceId, state)
      this.#push(deployment.deviceIds)
      changes.publish('deployment', deployment.id)
      for (const id of deployment.launchIds.slice(0, LAUNCHES_TOLD_ONE_BY_ONE)) changes.publish('launch', id)
    }
    return toDeployment(deployment)
  }

  /** What is known now that speaks against a deployment; changes nothing. */
  async forecast({ packageId, version: name, deviceIds }: ForecastRequest): Promise<DeploymentForecast> {
    const { devices, packages, repository } = this.#parts
    const [version, found] = await Promise.all([
      packages.getReadyVersion(packageId, name),
      devices().viewMany(deviceIds),
    ])
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
      const { launches } = await repository.desiredState(deviceId)
      const { obstacles, warnings } = forecast({ device, version, present: launches })
      const { lastSeenAt } = device.connection
      return {
        deviceId,
        obstacles: [...obstacles],
        warnings: [...warnings],
        ...(lastSeenAt !== undefined && { basedOn: lastSeenAt }),
      }
    }
    return { devices: await Promise.all(deviceIds.map(foresee)) }
  }

  /** A stopped deployment wishes nothing and never starts again. */
  async stop(id: string): Promise<Deployment> {
    const { repository, changes } = this.#parts
    const stopped = await repository.stop(id)
    if (!stopped) throw notFound(id)
    if (stopped.outcome === 'stopped') {
      this.#push(stopped.deployment.deviceIds)
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

  async getLaunch(id: string): Promise<Launch> {
    const [launch] = await this.#view([await this.#requireLaunch(id)])
    if (!launch) throw launchNotFound(id)
    return launch
  }

  async listLaunches(page: PageRequest, filter: LaunchFilter, { total }: { total: boolean }) {
    const { repository } = this.#parts
    const records = await repository.listLaunches(page, filter)
    const launches = await this.#view(records.items)
    return { launches, records, total: total ? await repository.countLaunches(filter) : undefined }
  }

  /** @throws CodedError HUB_LAUNCH_NOT_FOUND when it is not a launch of that device */
  async requireLaunchOf(launchId: string, deviceId: string): Promise<void> {
    if ((await this.#requireLaunch(launchId)).deviceId !== deviceId) throw launchNotFound(launchId)
  }

  async desiredStateFor(deviceId: string): Promise<DesiredState> {
    const state = this.#fresh.get(deviceId) ?? (await this.#parts.repository.desiredState(deviceId))
    return { type: 'desired-state', generation: state.generation, launches: state.launches }
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

  async #admit({ packageId, version: name, deviceIds, ifNoDisplay = 'refuse' }: DeploymentRequest) {
    const { devices, packages } = this.#parts
    const [version, targets] = await Promise.all([
      packages.getReadyVersion(packageId, name),
      devices().findTargets(deviceIds),
    ])
    for (const id of deviceIds) requireCanRun(id, targets.get(id), version, ifNoDisplay)
    return version
  }

  async #requireRooms({ launches }: NewDeployment): Promise<void> {
    // All launches of one deployment are alike.
    const bytes = Buffer.byteLength(JSON.stringify(launches[0]?.desired ?? {}))
    const check = async ({ deviceId }: NewDeployment['launches'][number]) =>
      requireRoom(deviceId, await this.#parts.repository.desiredState(deviceId), bytes)
    for (let first = 0; first < launches.length; first += 32) {
      await Promise.all(launches.slice(first, first + 32).map(check))
    }
  }

  #keepFresh(deviceId: string, state: Omit<DesiredState, 'type'>): void {
    const known = this.#fresh.get(deviceId)
    if (!known || known.generation < state.generation) this.#fresh.set(deviceId, state)
  }

  /** Not waited for: who is away gets it at its next session. */
  #push(deviceIds: readonly string[]): void {
    const { sessions, logger } = this.#parts
    for (const deviceId of deviceIds) {
      const fresh = this.#fresh.get(deviceId)
      const forget = () => {
        if (this.#fresh.get(deviceId) === fresh) this.#fresh.delete(deviceId)
      }
      if (!sessions().isConnected(deviceId)) {
        forget()
        continue
      }
      sessions()
        .pushDesiredState(deviceId)
        .catch((error: unknown) => logger.warn({ deviceId, err: error }, 'desired state could not be pushed'))
        .finally(forget)
    }
  }

  async #requireLaunch(id: string): Promise<LaunchRecord> {
    const record = await this.#parts.repository.findLaunch(id)
    if (!record) throw launchNotFound(id)
    return record
  }

  async #view(records: readonly LaunchRecord[]): Promise<Launch[]> {
    const { repository, devices } = this.#parts
    const reported = await repository.reportedGenerations([
      ...new Set(records.map(({ deviceId }) => deviceId)),
    ])
    return records.map((record) =>
      toLaunch(record, {
        reportedGeneration: reported.get(record.deviceId) ?? 0,
        liveEpoch: devices().liveEpochOf(record.deviceId),
      }),
    )
  }
}

const notFound = (id: string) => new CodedError('HUB_DEPLOYMENT_NOT_FOUND', { parameters: { id } })
const launchNotFound = (id: string) => new CodedError('HUB_LAUNCH_NOT_FOUND', { parameters: { id } })

interface WishTerms {
  readonly origin: Origin
  readonly createdAt: Date
  readonly purpose?: DesiredLaunch['purpose']
}

function toWish(
  { packageId, version: name, deviceIds, notAfter, group: named }: DeploymentRequest,
  { profile, image }: PackageVersion & { image: PackageImage },
  { origin, createdAt, purpose }: WishTerms,
): NewDeployment {
  const id = origin.newId('dep')
  const { imageId, downloadBytes, unpackedBytes } = image
  const group = named ?? profile.group
  const terms = { ...(notAfter !== undefined && { notAfter }), ...(group !== undefined && { group }) }
  const launches = deviceIds.map((deviceId, index) => ({
    deviceId,
    desired: {
      launchId: origin.newId('lau', index),
      deploymentId: id,
      packageId,
      version: name,
      image: { imageId, downloadBytes, unpackedBytes },
      profile,
      ...terms,
      ...(purpose && { purpose }),
    },
  }))
  const deployment: DeploymentRecord = {
    id,
    packageId,
    version: name,
    deviceIds,
    launchIds: launches.map(({ desired }) => desired.launchId),
    ...terms,
    state: 'active',
    createdAt,
    revision: 1,
  }
  return { deployment, launches }
}
