// Devices: registration by hand, entered values, approval, and what sessions say of them.
// Enrolment by key is the enrolment feature's; what runs on a device is the deployments feature's.
import { type Clock, CodedError } from '@bongsu/foundation'
import type { Device, DeviceEntry, DeviceSelector } from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import { type NamedRevision, preconditionFailed, requireRevision } from '../plugins/entity-tag.ts'
import type { Origin } from '../plugins/origin.ts'
import type { PageRequest } from '../plugins/pagination.ts'
import type { Sessions } from '../sessions/ports.ts'
import { requireSensibleCameras } from './cameras.ts'
import type { DeviceRecord } from './device-record.ts'
import { connectionOf, type Generations, toDevice, type ViewContext } from './device-view.ts'
import type { LiveDevices } from './live-devices.ts'
import type { DeploymentTarget, DeviceWishes } from './ports.ts'
import type { DeviceFilter, DeviceRepository } from './repository.ts'

export interface DeviceServiceParts {
  readonly repository: DeviceRepository
  readonly live: LiveDevices
  readonly wishes: DeviceWishes
  readonly changes: ChangeFeed
  readonly clock: Clock
  readonly heartbeatIntervalMs: number
  /** The gateway, which itself needs this feature: asked when used. */
  readonly sessions: () => Sessions
  /** Called when its cameras may be other ones: what runs there is handed them anew. Durable when it resolves. */
  readonly onCamerasChanged: (deviceId: string) => Promise<void>
  /** Called when a device is gone: what others keep of it goes too. */
  readonly onRemoved: (deviceId: string) => Promise<void>
}

export interface DevicePage {
  readonly devices: Device[]
  readonly records: { items: DeviceRecord[]; hasMore: boolean }
  readonly total: number | undefined
}

const NO_GENERATIONS: Generations = { desired: 0, reported: 0 }

export class DeviceService {
  readonly #parts: DeviceServiceParts
  readonly #unknownUntil: Date

  constructor(parts: DeviceServiceParts) {
    this.#parts = parts
    // Two beats: time for every device to come back after a start of the hub.
    this.#unknownUntil = new Date(parts.clock.now().getTime() + 2 * parts.heartbeatIntervalMs)
  }

  async list(page: PageRequest, filter: DeviceFilter, { total }: { total: boolean }): Promise<DevicePage> {
    const { repository } = this.#parts
    const records = await repository.list(page, filter)
    const devices = await this.#view(records.items)
    return { devices, records, total: total ? await repository.count(filter) : undefined }
  }

  /** Every site that any device names, in the order of their names. */
  sites(): Promise<{ site: string; devices: number }[]> {
    return this.#parts.repository.countSites()
  }

  /** Ids of the accepted devices that are meant, those that registered first before others. */
  select(selector: DeviceSelector, limit: number): Promise<string[]> {
    return this.#parts.repository.selectIds(selector, limit)
  }

  /** @throws CodedError HUB_DEVICE_NOT_FOUND */
  async get(id: string): Promise<Device> {
    return this.#viewOne(await this.#require(id))
  }

  /** Registers a device by hand, before any agent has come. Repeating with the same origin gives the same device. */
  async register(entered: DeviceEntry, origin: Origin): Promise<Device> {
    requireSensibleCameras(entered.cameras)
    const registeredAt = this.#parts.clock.now()
    const record = await this.#parts.repository.insert({
      id: origin.newId('dev'),
      entered,
      ...(entered.location && { enteredLocationAt: registeredAt }),
      // Who registers a device by hand wants it; only devices that come by themselves wait.
      approval: 'accepted',
      keys: [],
      epoch: 0,
      registeredAt,
      revision: 1,
    })
    this.#parts.changes.publish('device', record.id)
    return this.#viewOne(record)
  }

  /** Replaces what was entered; a field left out is no entry, so that the observed value counts. */
  async edit(id: string, entered: DeviceEntry, named: NamedRevision): Promise<Device> {
    const { repository, clock, changes, onCamerasChanged } = this.#parts
    requireSensibleCameras(entered.cameras)
    const present = await this.#require(id)
    requireRevision(named, present.revision)
    const isSamePlace = JSON.stringify(entered.location) === JSON.stringify(present.entered.location)
    const enteredLocationAt = isSamePlace ? present.enteredLocationAt : clock.now()
    const changed = await repository.replaceEntered(id, present.revision, {
      entered,
      enteredLocationAt: entered.location ? enteredLocationAt : undefined,
    })
    if (!changed) throw preconditionFailed()
    // Whether they differ or not: an earlier attempt of the same change may have ended before this.
    if (entered.cameras || present.entered.cameras) await onCamerasChanged(id)
    changes.publish('device', id)
    return this.#viewOne(changed)
  }

  /** A device that is on the line gets its desired state with the news. */
  accept(id: string): Promise<Device> {
    return this.#approve(id, 'accepted')
  }

  /** Takes effect on an open session at once. */
  revoke(id: string): Promise<Device> {
    return this.#approve(id, 'revoked')
  }

  async #approve(id: string, approval: 'accepted' | 'revoked'): Promise<Device> {
    const { repository, sessions, changes } = this.#parts
    const record = await repository.setApproval(id, approval)
    if (!record) throw notFound(id)
    await sessions().changeApproval(id, approval)
    changes.publish('device', id)
    return this.#viewOne(record)
  }

  /** @throws CodedError HUB_DEVICE_IN_USE while anything is wished of it */
  async remove(id: string, named: NamedRevision): Promise<void> {
    const { repository, wishes, sessions, live, changes, onRemoved } = this.#parts
    const present = await this.#require(id)
    requireRevision(named, present.revision)
    if (await wishes.isWished(id)) throw new CodedError('HUB_DEVICE_IN_USE', { parameters: { id } })
    if (!(await repository.remove(id, present.revision))) throw preconditionFailed()
    live.forget(id)
    await sessions().changeApproval(id, 'revoked')
    await onRemoved(id)
    changes.publish('device', id)
  }

  /** What deployments must know. Devices that do not exist are missing from the answer. */
  async findTargets(ids: readonly string[]): Promise<ReadonlyMap<string, DeploymentTarget>> {
    const records = await this.#parts.repository.findMany(ids)
    return new Map(records.map((record) => [record.id, this.#toTarget(record)]))
  }

  async viewMany(ids: readonly string[]): Promise<Device[]> {
    return this.#view(await this.#parts.repository.findMany(ids))
  }

  /** Devices on the line that offer themselves for smoke runs. */
  async verifiers(): Promise<Device[]> {
    const found = await this.#view(await this.#parts.repository.findVerifiers())
    return found.filter(({ connection }) => connection.state === 'online')
  }

  /** Of accepted devices: what they run, and who has the least room, as far as they have said. */
  async fleet(): Promise<{ architectures: string[]; smallest?: { id: string; freeBytes: number } }> {
    const { repository, live } = this.#parts
    const known = await repository.listFleet()
    const rooms = known.flatMap(({ id }) => {
      const freeBytes = live.get(id)?.health?.diskFreeBytes
      return freeBytes === undefined ? [] : [{ id, freeBytes }]
    })
    const [smallest] = rooms.toSorted((a, b) => a.freeBytes - b.freeBytes)
    const architectures = known.flatMap(({ architecture }) => architecture ?? [])
    return { architectures: [...new Set(architectures)], ...(smallest && { smallest }) }
  }

  async isAccepted(id: string): Promise<boolean> {
    return (await this.#parts.repository.find(id))?.approval === 'accepted'
  }

  async exists(id: string): Promise<boolean> {
    return (await this.#parts.repository.find(id)) !== undefined
  }

  /** Epoch of the session on the line now, if any: reports of that epoch are live. */
  liveEpochOf(id: string): number | undefined {
    const live = this.#parts.live.get(id)
    return live?.link === 'open' ? live.epoch : undefined
  }

  #toTarget(record: DeviceRecord): DeploymentTarget {
    const live = this.#parts.live.get(record.id)
    const isOnline = connectionOf(record, live, this.#context()).state === 'online'
    return {
      id: record.id,
      approval: record.approval,
      site: record.entered.site,
      labels: record.entered.labels,
      architecture: record.observed?.facts?.architecture,
      display: isOnline ? live?.display : undefined,
    }
  }

  #context(): ViewContext {
    return { now: this.#parts.clock.now(), unknownUntil: this.#unknownUntil }
  }

  async #require(id: string): Promise<DeviceRecord> {
    const record = await this.#parts.repository.find(id)
    if (!record) throw notFound(id)
    return record
  }

  async #view(records: readonly DeviceRecord[]): Promise<Device[]> {
    const { wishes, live } = this.#parts
    const generations = await wishes.generationsOf(records.map(({ id }) => id))
    const context = this.#context()
    return records.map((record) =>
      toDevice(record, live.get(record.id), generations.get(record.id) ?? NO_GENERATIONS, context),
    )
  }

  async #viewOne(record: DeviceRecord): Promise<Device> {
    const [device] = await this.#view([record])
    if (!device) throw new Error('one record gives one device')
    return device
  }
}

const notFound = (id: string) => new CodedError('HUB_DEVICE_NOT_FOUND', { parameters: { id } })
