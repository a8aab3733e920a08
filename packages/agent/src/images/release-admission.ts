// Decides whether what is wished may run here: by the manifest accepted before, which needs no hub, else by the hub's.
import { type Clock, isCodedError, type MinisignPublicKey } from '@bongsu/foundation'
import type { ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import type { AcceptedReleases } from './accepted-releases.ts'
import {
  judgeAccepted,
  judgeRelease,
  type OrderedRelease,
  type ReleaseJudge,
  stillVouched,
} from './release-check.ts'

export interface ReleaseAdmissionOptions {
  readonly accepted: AcceptedReleases
  readonly agentVersion: string
  readonly clock: Clock
  /** @throws CodedError AGENT_PUBLISHERS_INVALID */
  readonly publishers: () => Promise<readonly MinisignPublicKey[]>
  /** What the device's own policy says. @throws CodedError AGENT_POLICY_INVALID */
  readonly unsigned: () => Promise<'allowed' | 'refused'>
  readonly fetchRelease: (ordered: OrderedRelease, signal: AbortSignal) => Promise<SignedRelease>
}

export interface ReleaseAdmission {
  /**
   * The manifest that is believed for what is ordered.
   * @param architecture the engine's own
   * @throws CodedError AGENT_RELEASE_… with why it is not believed, AGENT_IMAGE_FETCH_FAILED or the hub's own reason
   */
  admit(
    ordered: OrderedRelease,
    options: { readonly architecture: string },
    signal: AbortSignal,
  ): Promise<ReleaseManifest>
}

export function createReleaseAdmission(options: ReleaseAdmissionOptions): ReleaseAdmission {
  const { accepted, agentVersion, clock, publishers, unsigned, fetchRelease } = options

  const judgeOf = async ({ packageId }: OrderedRelease, architecture: string): Promise<ReleaseJudge> => {
    const trusted = await publishers()
    return {
      architecture,
      agentVersion,
      publishers: trusted,
      unsigned: await unsigned(),
      now: clock.now(),
      accepted: stillVouched(await accepted.ofPackage(packageId), trusted),
    }
  }

  /** Undefined: the hub must be asked, for nothing was accepted or it is believed no longer. */
  const admitKnown = async (
    ordered: OrderedRelease,
    judge: ReleaseJudge,
  ): Promise<ReleaseManifest | undefined> => {
    const known = await accepted.find(ordered.packageId, ordered.version)
    if (!known) return undefined
    try {
      return judgeAccepted(known, ordered, judge).release
    } catch (error) {
      if (isCodedError(error)) return undefined
      throw error
    }
  }

  return {
    async admit(ordered, { architecture }, signal) {
      const judge = await judgeOf(ordered, architecture)
      const known = await admitKnown(ordered, judge)
      if (known) return known
      const signed = await fetchRelease(ordered, signal)
      const { release } = judgeRelease(signed, ordered, judge)
      // What nobody vouches for, sealed off, is no precedent.
      if (ordered.purpose === undefined) await accepted.keep(release, signed)
      return release
    },
  }
}
