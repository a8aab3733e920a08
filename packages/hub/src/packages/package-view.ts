// AI packages and versions as the API shows them. Pure.
import { parseSignature } from '@bongsu/foundation'
import {
  type AiPackage,
  type PackageVersion,
  type Reason,
  type VersionFinding,
  versionNeeds,
  type Withdrawal,
} from '@bongsu/protocol'
import type { PackageRecord, VersionRecord, WithdrawalRecord } from './repository.ts'

const toWithdrawal = ({ at, reason }: WithdrawalRecord): Withdrawal => ({
  at: at.toISOString(),
  ...(reason !== undefined && { reason }),
})

const signedBy = (signature: string | undefined): { signedBy?: string } => {
  const keyId = signature === undefined ? undefined : parseSignature(signature)?.keyId
  return keyId === undefined ? {} : { signedBy: keyId }
}

/** How findings weigh by the hub's policy. */
export type Weigh = (findings: readonly Reason[]) => VersionFinding[]

export const toVersion = (
  {
    registeredAt,
    origin: _,
    image,
    release: __,
    signature,
    blobs: ___,
    withdrawn,
    findings,
    ...rest
  }: VersionRecord,
  weigh: Weigh,
): PackageVersion => ({
  ...rest,
  needs: versionNeeds(rest.profile),
  ...(image && { image }),
  ...(findings && { findings: weigh(findings) }),
  ...signedBy(signature),
  ...(withdrawn && { withdrawn: toWithdrawal(withdrawn) }),
  registeredAt: registeredAt.toISOString(),
})

export const toPackage = (
  record: PackageRecord,
  versions: readonly VersionRecord[],
  weigh: Weigh,
): AiPackage => ({
  id: record.id,
  ...record.entry,
  registeredAt: record.registeredAt.toISOString(),
  versions: versions.map((version) => toVersion(version, weigh)),
  ...(record.withdrawn && { withdrawn: toWithdrawal(record.withdrawn) }),
  revision: record.revision,
})
