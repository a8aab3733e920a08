// What sessions tell of devices: durable epochs, liveness in memory, facts; and the coalesced writing of heartbeats.
import { isDeepStrictEqual } from 'node:util'
import { type Clock, CodedError, createExclusiveRunner, type Logger } from '@bongsu/foundation'
import {
  type DeviceApproval,
  DisplayReport,
  findLocationFault,
  HostFacts,
  HostHealth,
  Location,
} from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import { knownFields } from '../plugins/known-fields.ts'
import type { HeartbeatRecord, SessionDevices, SessionOpening } from '../sessions/ports.ts'
import type { LiveDevices } from './live-devices.ts'
import type { DeviceRepository, ObservedOpening } from './repository.ts'

export interface SessionDevicesParts {
  readonly repository: DeviceRepository
  readonly live: LiveDevices
  readonly changes: ChangeFeed
  readonly clock: Clock
  readonly logger: Logger
}

const FLUSH_INTERVAL_MS = 1_000

/** A place that cannot be is no place: unknown. */
const plausible = (location: Location | undefined): Location | undefined =>
  location && findLocationFault(location) === undefined ? knownFields(Location, location) : undefined

export class LiveSessionDevices implements SessionDevices {
  readonly #parts: SessionDevicesParts
  readonly #flusher: ReturnType<typeof createExclusiveRunner>
  #timer: { stop(): void } | undefined

  constructor(parts: SessionDevicesParts) {
    this.#parts = parts
    this.#flusher = createExclusiveRunner(() => this.#flush())
  }

  /** Begins to persist heartbeats, at most once a second. */
  start(): void {
    this.#timer ??= this.#parts.clock.every(FLUSH_INTERVAL_MS, () => {
      void this.#flusher.request().catch(() => undefined)
    })
  }

  /** Writes what is still in memory. */
  async stop(): Promise<void> {
    this.#timer?.stop()
    this.#timer = undefined
    await this.#flusher.request().catch(() => undefined)
    await this.#flusher.stop()
  }

  async findByKey(publicKey: string): Promise<{ deviceId: string; approval: DeviceApproval } | undefined> {
    const record = await this.#parts.repository.findByKey(publicKey)
    return record && { deviceId: record.id, approval: record.approval }
  }

  async openSession(
    deviceId: string,
    opened: SessionOpening,
  ): Promise<{ epoch: number; approval: DeviceApproval }> {
    const { repository, live, changes, clock } = this.#parts
    const record = await repository.openSession(deviceId, toOpening(opened, clock.now()))
    if (!record) throw new CodedError('PROTOCOL_UNKNOWN_DEVICE')
    live.open(deviceId, record.epoch, clock.now())
    changes.publish('device', deviceId)
    return { epoch: record.epoch, approval: record.approval }
  }

  async closeSession(deviceId: string, epoch: number): Promise<void> {
    const { repository, live, changes, clock } = this.#parts
    const lastSeenAt = live.get(deviceId)?.lastSeenAt ?? clock.now()
    if (!live.close(deviceId, epoch, clock.now())) return
    changes.publish('device', deviceId)
    await repository.closeSession(deviceId, epoch, clock.now(), lastSeenAt)
  }

  recordHeartbeat(deviceId: string, epoch: number, beat: HeartbeatRecord): void {
    const { live, changes } = this.#parts
    const location = this.#locationToKeep(deviceId, plausible(beat.location))
    const before = live.beat(deviceId, epoch, {
      receivedAt: beat.receivedAt,
      health: knownFields(HostHealth, beat.health),
      display: beat.display && knownFields(DisplayReport, beat.display),
      location,
    })
    // A list that changes with every beat of a fleet would be read again all the time.
    const isNews =
      before !== undefined &&
      ((beat.display && !isSameSight(beat.display, before.display)) ||
        beat.health.engine !== before.health?.engine ||
        before.health === undefined)
    if (isNews) changes.publish('device', deviceId)
  }

  async recordFacts(deviceId: string, facts: HostFacts, observedAt: string): Promise<void> {
    await this.#parts.repository.recordFacts(deviceId, knownFields(HostFacts, facts), observedAt)
    this.#parts.changes.publish('device', deviceId)
  }

  /** What a person wrote into the agent's configuration is not overwritten by a receiver. */
  #locationToKeep(deviceId: string, location: Location | undefined): Location | undefined {
    const known = this.#parts.live.get(deviceId)?.location
    return known?.source === 'agent-config' && location?.source === 'gpsd' ? known : location
  }

  async #flush(): Promise<void> {
    const { repository, live, logger } = this.#parts
    const updates = live.takeUpdates()
    if (updates.length === 0) return
    try {
      await repository.saveLive(updates)
    } catch (error) {
      live.giveBack(updates)
      logger.warn({ devices: updates.length, err: error }, 'heartbeats could not be written')
    }
  }
}

function toOpening(opened: SessionOpening, openedAt: Date): ObservedOpening {
  const { hostname, ipAddress, localApiPort } = opened
  const location = plausible(opened.location)
  return {
    openedAt,
    observed: {
      ...(hostname !== undefined && { hostname }),
      ...(ipAddress !== undefined && { ipAddress }),
      ...(localApiPort !== undefined && { port: localApiPort }),
      ...(location && { location }),
      observedAt: openedAt.toISOString(),
    },
  }
}

/** A later look at the same thing is no news. */
function isSameSight(now: DisplayReport, before: DisplayReport | undefined): boolean {
  return before !== undefined && isDeepStrictEqual({ ...now, checkedAt: before.checkedAt }, before)
}
