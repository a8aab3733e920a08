// Withdrawing packages and versions, and taking that back: new deployments are refused, what runs goes on.
import type { Clock } from '@bongsu/foundation'
import type { AiPackage, PackageVersion, WithdrawalRequest } from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import { toPackage, toVersion, type Weigh } from './package-view.ts'
import { packageNotFound, versionNotFound } from './refusals.ts'
import type { PackageRecord, PackageRepository, VersionRecord, WithdrawalRecord } from './repository.ts'

export interface WithdrawalParts {
  readonly repository: PackageRepository
  readonly changes: ChangeFeed
  readonly clock: Clock
  readonly weigh: Weigh
}

/** Every method @throws CodedError HUB_PACKAGE_NOT_FOUND, those of versions HUB_VERSION_NOT_FOUND too. */
export class Withdrawals {
  readonly #parts: WithdrawalParts

  constructor(parts: WithdrawalParts) {
    this.#parts = parts
  }

  /** Withdrawing again keeps the first time and reason. */
  async withdraw(id: string, request: WithdrawalRequest): Promise<AiPackage> {
    const present = await this.#require(id)
    return this.#show(present.withdrawn ? present : await this.#set(id, this.#withdrawal(request)))
  }

  async restore(id: string): Promise<AiPackage> {
    const present = await this.#require(id)
    return this.#show(present.withdrawn ? await this.#set(id, undefined) : present)
  }

  /** As {@link withdraw}. */
  async withdrawVersion(
    packageId: string,
    version: string,
    request: WithdrawalRequest,
  ): Promise<PackageVersion> {
    const present = await this.#requireVersion(packageId, version)
    if (present.withdrawn) return toVersion(present, this.#parts.weigh)
    return this.#setVersion(present, this.#withdrawal(request))
  }

  async restoreVersion(packageId: string, version: string): Promise<PackageVersion> {
    const present = await this.#requireVersion(packageId, version)
    if (!present.withdrawn) return toVersion(present, this.#parts.weigh)
    return this.#setVersion(present, undefined)
  }

  #withdrawal({ reason }: WithdrawalRequest): WithdrawalRecord {
    return { at: this.#parts.clock.now(), ...(reason !== undefined && { reason }) }
  }

  async #set(id: string, withdrawn: WithdrawalRecord | undefined): Promise<PackageRecord> {
    const changed = await this.#parts.repository.setWithdrawn(id, withdrawn)
    if (!changed) throw packageNotFound(id)
    this.#parts.changes.publish('package', id)
    return changed
  }

  async #setVersion(
    { packageId, version }: VersionRecord,
    withdrawn: WithdrawalRecord | undefined,
  ): Promise<PackageVersion> {
    const changed = await this.#parts.repository.setVersionWithdrawn(packageId, version, withdrawn)
    if (!changed) throw versionNotFound(packageId, version)
    this.#parts.changes.publish('package', packageId)
    return toVersion(changed, this.#parts.weigh)
  }

  async #show(record: PackageRecord): Promise<AiPackage> {
    const { repository, weigh } = this.#parts
    return toPackage(record, await repository.listVersions([record.id]), weigh)
  }

  async #require(id: string): Promise<PackageRecord> {
    const record = await this.#parts.repository.find(id)
    if (!record) throw packageNotFound(id)
    return record
  }

  async #requireVersion(packageId: string, version: string): Promise<VersionRecord> {
    const record = await this.#parts.repository.findVersion(packageId, version)
    if (record) return record
    await this.#require(packageId)
    throw versionNotFound(packageId, version)
  }
}
