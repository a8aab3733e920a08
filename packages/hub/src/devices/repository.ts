// Where device records live. Not-found is a value; a failure is an error.
import type {
  DeviceApproval,
  DeviceEntry,
  DeviceObservation,
  DeviceSelector,
  HostFacts,
} from '@bongsu/protocol'
import type { PageRequest, Slice } from '../plugins/pagination.ts'
import type { DeviceRecord } from './device-record.ts'
import type { LiveUpdate } from './live-devices.ts'

export interface DeviceRepository {
  /** Adds the device; the one that is there already when its id or key is taken. */
  insert(record: DeviceRecord): Promise<DeviceRecord>
  find(id: string): Promise<DeviceRecord | undefined>
  findMany(ids: readonly string[]): Promise<DeviceRecord[]>
  findByKey(publicKey: string): Promise<DeviceRecord | undefined>
  /** Newest first. */
  /** Accepted devices and what they say that they are. */
  listFleet(): Promise<{ readonly id: string; readonly architecture: string | undefined }[]>
  list(page: PageRequest, filter: DeviceFilter): Promise<Slice<DeviceRecord>>
  count(filter: DeviceFilter): Promise<number>
  /** Ids of accepted devices that the selector means, in the order they registered; at most `limit`. */
  selectIds(selector: DeviceSelector, limit: number): Promise<string[]>
  /** Ids of devices with a camera whose password is that secret. */
  findByCameraSecret(secret: string): Promise<string[]>
  /** Every site that any device names, with how many do; in the order of their names. */
  countSites(): Promise<{ site: string; devices: number }[]>
  countPending(): Promise<number>
  /** Accepted devices that offer themselves for smoke runs, at most 100. */
  findVerifiers(): Promise<DeviceRecord[]>
  /** The changed record, or `undefined` when it is gone or has another revision. */
  replaceEntered(id: string, revision: number, change: EnteredChange): Promise<DeviceRecord | undefined>
  /** The record with that approval; `undefined` when it is gone. */
  setApproval(id: string, approval: DeviceApproval): Promise<DeviceRecord | undefined>
  /** False when it is gone or has another revision. */
  remove(id: string, revision: number): Promise<boolean>
  /** Takes the next epoch and notes what the session's opening said; `undefined` when the device is gone. */
  openSession(id: string, opening: ObservedOpening): Promise<DeviceRecord | undefined>
  closeSession(id: string, epoch: number, closedAt: Date, lastSeenAt: Date): Promise<void>
  recordFacts(id: string, facts: HostFacts, observedAt: string): Promise<void>
  /** Writes what heartbeats said; acknowledged by memory only, because the next beat says it again. */
  saveLive(updates: readonly LiveUpdate[]): Promise<void>
}

export interface DeviceFilter {
  /** Part of any name, address, site, label, description, id or IP address. */
  readonly text?: string | undefined
  readonly selector?: DeviceSelector | undefined
}

export interface EnteredChange {
  readonly entered: DeviceEntry
  readonly enteredLocationAt: Date | undefined
}

export interface ObservedOpening {
  readonly observed: Omit<DeviceObservation, 'facts'>
  readonly openedAt: Date
}
