// Who is on the line now and what the last heartbeat said: in memory, persisted coalesced.
// Invariants: an older epoch never changes what a newer one wrote; only what changed since the last flush is written.
import type { DisplayReport, HostHealth, Location } from '@bongsu/protocol'
import type { HeartbeatRecord } from '../sessions/ports.ts'

export interface LiveDevice {
  readonly epoch: number
  readonly link: 'open' | 'closed'
  /** When the link opened or closed. */
  readonly since: Date
  readonly lastSeenAt: Date
  readonly health?: HostHealth | undefined
  readonly display?: DisplayReport | undefined
  /** A location that came with a heartbeat of this session. */
  readonly location?: Location | undefined
}

/** What one flush writes for one device. */
export interface LiveUpdate extends LiveDevice {
  readonly deviceId: string
}

export class LiveDevices {
  readonly #devices = new Map<string, LiveDevice>()
  readonly #dirty = new Set<string>()

  get(deviceId: string): LiveDevice | undefined {
    return this.#devices.get(deviceId)
  }

  /** False when a newer session has been seen. */
  open(deviceId: string, epoch: number, at: Date): boolean {
    const known = this.#devices.get(deviceId)
    if (known && known.epoch >= epoch) return false
    const { health, display } = known ?? {}
    this.#devices.set(deviceId, { epoch, link: 'open', since: at, lastSeenAt: at, health, display })
    return true
  }

  /** False when this epoch is not the one on the line. */
  close(deviceId: string, epoch: number, at: Date): boolean {
    const known = this.#devices.get(deviceId)
    if (known?.epoch !== epoch || known.link === 'closed') return false
    this.#devices.set(deviceId, { ...known, link: 'closed', since: at })
    return true
  }

  /** What was known before, when the heartbeat counts; `undefined` when it is of an older session. */
  beat(deviceId: string, epoch: number, beat: HeartbeatRecord): LiveDevice | undefined {
    const known = this.#devices.get(deviceId)
    if (known?.epoch !== epoch) return undefined
    this.#devices.set(deviceId, {
      ...known,
      lastSeenAt: beat.receivedAt,
      health: beat.health,
      display: beat.display ?? known.display,
      location: beat.location ?? known.location,
    })
    this.#dirty.add(deviceId)
    return known
  }

  forget(deviceId: string): void {
    this.#devices.delete(deviceId)
    this.#dirty.delete(deviceId)
  }

  /** What changed since the last call. */
  takeUpdates(): LiveUpdate[] {
    const updates = [...this.#dirty].flatMap((deviceId) => {
      const live = this.#devices.get(deviceId)
      return live ? [{ deviceId, ...live }] : []
    })
    this.#dirty.clear()
    return updates
  }

  /** A write failed: its devices are written again next time. */
  giveBack(updates: readonly LiveUpdate[]): void {
    for (const { deviceId } of updates) {
      if (this.#devices.has(deviceId)) this.#dirty.add(deviceId)
    }
  }

  countByState(): { online: number; offline: number } {
    const counts = { online: 0, offline: 0 }
    for (const { link } of this.#devices.values()) counts[link === 'open' ? 'online' : 'offline'] += 1
    return counts
  }
}
