// AI packages and versions as the API shows them. Pure.
import { parseSignature } from '@bongsu/foundation'
import { type AiPackage, type PackageVersion, versionNeeds, type Withdrawal } from '@bongsu/protocol'
import type { PackageRecord, VersionRecord, WithdrawalRecord } from './repository.ts'

const toWithdrawal = ({ at, reason }: WithdrawalRecord): Withdrawal => ({
  at: at.toISOString(),
  ...(reason !== undefined && { reason }),
})

const signedBy = (signature: string | undefined): { signedBy?: string } => {
  const keyId = signature === undefined ? undefined : parseSignature(signature)?.keyId
  return keyId === undefined ? {} : { signedBy: keyId }
}

export const toVersion = ({
  registeredAt,
  origin: _,
  image,
  release: __,
  signature,
  blobs: ___,
  withdrawn,
  ...rest
}: VersionRecord): PackageVersion => ({
  ...rest,
  needs: versionNeeds(rest.profile),
  ...(image && { image }),
  ...signedBy(signature),
  ...(withdrawn && { withdrawn: toWithdrawal(withdrawn) }),
  registeredAt: registeredAt.toISOString(),
})

export const toPackage = (record: PackageRecord, versions: readonly VersionRecord[]): AiPackage => ({
  id: record.id,
  ...record.entry,
  registeredAt: record.registeredAt.toISOString(),
  versions: versions.map(toVersion),
  ...(record.withdrawn && { withdrawn: toWithdrawal(record.withdrawn) }),
  revision: record.revision,
})
