// Where device records live. Not-found is a value; a failure is an error.
import type { DeviceApproval, DeviceEntry, DeviceObservation, HostFacts } from '@bongsu/protocol'
import type { PageRequest, Slice } from '../plugins/pagination.ts'
import type { DeviceRecord } from './device-record.ts'
import type { LiveUpdate } from './live-devices.ts'

export interface DeviceRepository {
  /** Adds the device; the one that is there already when its id or key is taken. */
  insert(record: DeviceRecord): Promise<DeviceRecord>
  find(id: string): Promise<DeviceRecord | undefined>
  findMany(ids: readonly string[]): Promise<DeviceRecord[]>
  findByKey(publicKey: string): Promise<DeviceRecord | undefined>
  /** Newest first; `text` is a part of any name, address, description, id or IP address. */
  list(page: PageRequest, text: string | undefined): Promise<Slice<DeviceRecord>>
  count(text: string | undefined): Promise<number>
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

export interface EnteredChange {
  readonly entered: DeviceEntry
  readonly enteredLocationAt: Date | undefined
}

export interface ObservedOpening {
  readonly observed: Omit<DeviceObservation, 'facts'>
  readonly openedAt: Date
}
