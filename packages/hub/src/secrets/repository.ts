// Where secrets lie: encrypted values by name, for all devices or for one.
import type { SealedValue } from './key-ring.ts'

/** For all devices where `deviceId` is absent. */
export interface SecretPlace {
  readonly name: string
  readonly deviceId?: string | undefined
}

export interface StoredSecret extends SecretPlace, SealedValue {
  readonly revision: number
  readonly createdAt: Date
  readonly changedAt: Date
  /** Devices that run with it have not been told of this revision for sure. */
  readonly isUntold: boolean
}

export interface SecretRepository {
  find(place: SecretPlace): Promise<StoredSecret | undefined>
  /** Those for all devices and those for this one. */
  findFor(deviceId: string, names: readonly string[]): Promise<StoredSecret[]>
  /** By name; at most a thousand. */
  list(): Promise<StoredSecret[]>
  /** Writes it unless another revision than the one before it is there. @returns whether it is written */
  write(secret: StoredSecret): Promise<boolean>
  markTold(place: SecretPlace, revision: number): Promise<void>
  listUntold(): Promise<StoredSecret[]>
  remove(place: SecretPlace): Promise<boolean>
  removeOfDevice(deviceId: string): Promise<void>
}
