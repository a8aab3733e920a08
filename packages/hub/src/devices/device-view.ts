// From what the hub keeps and what is live to the device resource: values in force, connection with its age. Pure.
import type { Device, DeviceConnection } from '@bongsu/protocol'
import { type DeviceRecord, effectiveLocation } from './device-record.ts'
import type { LiveDevice } from './live-devices.ts'

export interface ViewContext {
  readonly now: Date
  /** Until then a device not seen since this hub started is unknown, not offline. */
  readonly unknownUntil: Date
}

export interface Generations {
  readonly desired: number
  readonly reported: number
}

/** `offline` only when its session closed here, or the time to come back after a hub start has passed. */
export function connectionOf(
  record: DeviceRecord,
  live: LiveDevice | undefined,
  { now, unknownUntil }: ViewContext,
): DeviceConnection {
  if (live) {
    return {
      state: live.link === 'open' ? 'online' : 'offline',
      since: live.since.toISOString(),
      lastSeenAt: live.lastSeenAt.toISOString(),
      epoch: live.epoch,
    }
  }
  if (record.epoch === 0) return { state: 'never' }
  const { lastSeenAt } = record
  const state = now < unknownUntil ? 'unknown' : 'offline'
  return { state, epoch: record.epoch, ...(lastSeenAt && { lastSeenAt: lastSeenAt.toISOString() }) }
}

/** The first 128 bits of a key's fingerprint in groups that people can compare aloud. */
export const readableFingerprint = (fingerprint: string): string =>
  (Buffer.from(fingerprint, 'base64url').subarray(0, 16).toString('hex').match(/.{4}/g) ?? []).join('-')

const defined = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>
  }

export function toDevice(
  record: DeviceRecord,
  live: LiveDevice | undefined,
  generations: Generations,
  context: ViewContext,
): Device {
  const { entered, observed } = record
  return {
    id: record.id,
    // Something to call it by: never empty, never invented.
    name: entered.name ?? observed?.hostname ?? record.id,
    ...defined({
      ipAddress: entered.ipAddress ?? observed?.ipAddress,
      port: entered.port ?? observed?.port,
      location: effectiveLocation(record),
      site: entered.site,
      labels: entered.labels,
      description: entered.description,
      observed,
      display: live?.display ?? record.display,
      health: live?.health ?? record.health,
    }),
    entered,
    approval: record.approval,
    connection: connectionOf(record, live, context),
    keyFingerprints: record.keys.map(({ fingerprint }) => readableFingerprint(fingerprint)),
    desiredGeneration: generations.desired,
    reportedGeneration: generations.reported,
    registeredAt: record.registeredAt.toISOString(),
    revision: record.revision,
  }
}
