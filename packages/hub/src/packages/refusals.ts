// What the catalogue refuses, each naming the entry or the deployments that stand against it. Pure.
import { CodedError } from '@bongsu/foundation'
import type { PackageVersion } from '@bongsu/protocol'
import type { PackageRecord } from './repository.ts'

export const alreadyRegistered = (id: string, { entry }: Pick<PackageRecord, 'entry'>) => {
  const { koreanName, copyrightHolder } = entry
  return new CodedError('HUB_ALREADY_REGISTERED', { parameters: { id, koreanName, copyrightHolder } })
}

/** Deployments that a refusal names; the rest is counted. */
const NAMED_USES = 5

export function inUse(
  code: string,
  named: Readonly<Record<string, string>>,
  uses: readonly string[],
): CodedError {
  const more = uses.length > NAMED_USES ? ` (+${uses.length - NAMED_USES})` : ''
  const deployments = uses.slice(0, NAMED_USES).join(', ') + more
  return new CodedError(code, { parameters: { ...named, deployments } })
}

export const sameNameAs = ({ id, entry: { koreanName, copyrightHolder } }: PackageRecord) =>
  new CodedError('HUB_PACKAGE_SAME_NAME', { parameters: { id, koreanName, copyrightHolder } })

export const packageNotFound = (id: string) => new CodedError('HUB_PACKAGE_NOT_FOUND', { parameters: { id } })

export const versionNotFound = (id: string, version: string) =>
  new CodedError('HUB_VERSION_NOT_FOUND', { parameters: { id, version } })

/** @throws CodedError HUB_PACKAGE_WITHDRAWN, HUB_VERSION_WITHDRAWN */
export function requireOffered(record: PackageRecord, { version, withdrawn }: PackageVersion): void {
  const { id } = record
  if (record.withdrawn) {
    const reason = record.withdrawn.reason ?? '-'
    throw new CodedError('HUB_PACKAGE_WITHDRAWN', { parameters: { id, reason } })
  }
  if (!withdrawn) return
  const reason = withdrawn.reason ?? '-'
  throw new CodedError('HUB_VERSION_WITHDRAWN', { parameters: { id, version, reason } })
}
