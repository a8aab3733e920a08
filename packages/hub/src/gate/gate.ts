// The gate: keeps what layers hold, judges images when they become a version's, and says which findings hold a version back.
import { CodedError } from '@bongsu/foundation'
import type { LaunchProfile, PackageImage, Reason, VersionFinding } from '@bongsu/protocol'
import type { LayerContents } from '../images/layer-contents.ts'
import { mergeLayers } from './image-contents.ts'
import { type Fleet, judgeImage } from './judge-image.ts'

/** Where contents of layers are kept, by diffId. */
export interface ContentsRepository {
  save(contents: ReadonlyMap<string, LayerContents>): Promise<void>
  find(diffIds: readonly string[]): Promise<ReadonlyMap<string, LayerContents>>
}

export interface GateParts {
  readonly repository: ContentsRepository
  readonly fleet: () => Promise<Fleet>
  /** Codes that hold a version back; `all` for any. */
  readonly blocking: readonly string[]
}

export interface TakenImage {
  readonly image: PackageImage
  readonly profile: LaunchProfile
  /** From the base up. */
  readonly diffIds: readonly string[]
  /** Of the layers that came with it. */
  readonly contents: ReadonlyMap<string, LayerContents>
}

export class Gate {
  readonly #parts: GateParts

  constructor(parts: GateParts) {
    this.#parts = parts
  }

  /** Keeps what is new and judges the whole. */
  async judge({ image, profile, diffIds, contents }: TakenImage): Promise<Reason[]> {
    const { repository, fleet } = this.#parts
    await repository.save(contents)
    const known = await repository.find(diffIds)
    const merged = mergeLayers(diffIds.map((diffId) => contents.get(diffId) ?? known.get(diffId)))
    return judgeImage({ image, profile, contents: merged }, await fleet())
  }

  /** As the policy is now, those that hold a version back first. */
  weigh(findings: readonly Reason[]): VersionFinding[] {
    const severityOf = ({ code }: Reason) => (this.#isBlocking(code) ? 'block' : 'warn')
    return findings
      .map((reason) => ({ severity: severityOf(reason), reason }) as const)
      .toSorted((a, b) => a.severity.localeCompare(b.severity))
  }

  /** @throws CodedError HUB_GATE_BLOCKED */
  requireLetThrough(
    { id, version }: { readonly id: string; readonly version: string },
    findings: readonly VersionFinding[],
  ): void {
    const blocking = findings.filter(({ severity }) => severity === 'block')
    if (blocking.length === 0) return
    const codes = blocking
      .map(({ reason }) => reason.code)
      .join(', ')
      .slice(0, 300)
    throw new CodedError('HUB_GATE_BLOCKED', { parameters: { id, version, codes } })
  }

  #isBlocking(code: string): boolean {
    const { blocking } = this.#parts
    // What was never looked into is no fault that anybody found.
    if (code === 'HUB_GATE_LAYERS_UNKNOWN') return blocking.includes(code)
    return blocking.includes('all') || blocking.includes(code)
  }
}
