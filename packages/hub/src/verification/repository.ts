// Where smoke runs and their pictures are kept: one per version, the newest.
import type { Reason } from '@bongsu/protocol'

export interface VerificationRecord {
  readonly packageId: string
  readonly version: string
  readonly state: 'waiting' | 'running' | 'shown' | 'failed'
  readonly deviceId?: string | undefined
  readonly deploymentId?: string | undefined
  readonly launchId?: string | undefined
  /** Until when the run may take. */
  readonly deadlineAt?: Date | undefined
  readonly reason?: Reason | undefined
  readonly findings?: readonly Reason[] | undefined
  readonly pictureAt?: Date | undefined
  readonly startedAt: Date
  readonly endedAt?: Date | undefined
  /** PNG; only where it was asked for. */
  readonly picture?: Uint8Array | undefined
}

export interface VerificationRepository {
  /** Replaces what is kept of the version, durably. */
  save(record: VerificationRecord): Promise<void>
  /** Without its picture. */
  find(packageId: string, version: string): Promise<VerificationRecord | undefined>
  findPicture(packageId: string, version: string): Promise<Uint8Array | undefined>
  remove(packageId: string, version: string): Promise<void>
  /** Those `waiting` or `running`, oldest first. */
  listOpen(): Promise<readonly VerificationRecord[]>
}
