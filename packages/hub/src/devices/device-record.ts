// A device as the hub keeps it: what was entered, what was observed, whose keys it has. No database shape.
import type {
  DeviceApproval,
  DeviceEntry,
  DeviceObservation,
  DisplayReport,
  HostHealth,
  Location,
} from '@bongsu/protocol'

export interface DeviceKey {
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string
  /** SHA-256 of it, base64url. */
  readonly fingerprint: string
  readonly addedAt: Date
}

/** What an enrolling machine said of itself. Evidence for people, never identity. */
export interface DeviceEvidence {
  readonly hostname?: string | undefined
  readonly macAddresses?: readonly string[] | undefined
  readonly machine?: string | undefined
}

export interface DeviceRecord {
  readonly id: string
  readonly entered: DeviceEntry
  /** When the location among `entered` was entered. */
  readonly enteredLocationAt?: Date | undefined
  readonly observed?: DeviceObservation | undefined
  readonly approval: DeviceApproval
  readonly keys: readonly DeviceKey[]
  readonly evidence?: DeviceEvidence | undefined
  /** The join token that let it in or named it. */
  readonly joinTokenId?: string | undefined
  /** Number of the last session; 0 before the first. */
  readonly epoch: number
  readonly connectionChangedAt?: Date | undefined
  readonly lastSeenAt?: Date | undefined
  readonly display?: DisplayReport | undefined
  readonly health?: HostHealth | undefined
  readonly registeredAt: Date
  /** Counts changes that people make. */
  readonly revision: number
}

/** The location in force: what a person entered wins over what the agent says, as a whole; absent is unknown. */
export function effectiveLocation(record: DeviceRecord): Location | undefined {
  const { entered, enteredLocationAt, observed, registeredAt } = record
  if (entered.location === undefined) return observed?.location
  const measuredAt = (enteredLocationAt ?? registeredAt).toISOString()
  return { ...entered.location, source: 'operator', measuredAt }
}
