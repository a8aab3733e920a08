// Whether a manifest is of the version that was ordered, and whether somebody this device trusts vouches for it. Pure.
import { CodedError, type MinisignPublicKey, verifyMinisign } from '@bongsu/foundation'
import { type ImageReference, ReleaseManifest, type SignedRelease } from '@bongsu/protocol'
import { Check } from 'typebox/value'

export interface OrderedRelease {
  readonly packageId: string
  readonly version: string
  readonly image: Pick<ImageReference, 'imageId'>
  /** `verification`: a smoke run, sealed off: nobody need vouch for it. */
  readonly purpose?: 'verification' | undefined
}

export interface ReleaseJudge {
  /** As Docker names it. */
  readonly architecture: string
  readonly agentVersion: string
  readonly publishers: readonly MinisignPublicKey[]
  /** What the device's own policy says of versions without signature. */
  readonly unsigned: 'allowed' | 'refused'
  readonly now: Date
  /** Manifests of the same package that this device has accepted and would still believe: see {@link stillVouched}. */
  readonly accepted: readonly ReleaseManifest[]
}

/** A manifest that was accepted, and the very text it came as. */
export interface AcceptedRelease {
  readonly release: ReleaseManifest
  readonly signed: SignedRelease
}

export interface JudgedRelease {
  readonly release: ReleaseManifest
  /** Key id of the publisher; absent: nobody. */
  readonly vouchedBy?: string
}

/**
 * For a release that comes from outside.
 * @throws CodedError AGENT_RELEASE_… with the first of: UNREADABLE, UNSIGNED, SIGNATURE_MALFORMED, FOREIGN_KEY,
 *   SIGNATURE_WRONG, SWAPPED, ARCHITECTURE, AGENT_TOO_OLD, EXPIRED, OLDER_THAN_SEEN
 */
export function judgeRelease(
  signed: SignedRelease,
  ordered: OrderedRelease,
  judge: ReleaseJudge,
): JudgedRelease {
  const judged = judgeAccepted(signed, ordered, judge)
  requireCurrent(judged, judge)
  return judged
}

/**
 * For a release that this device has accepted before: time does not take that back, a lost trust does.
 * @throws CodedError as {@link judgeRelease}, but never EXPIRED or OLDER_THAN_SEEN
 */
export function judgeAccepted(
  signed: SignedRelease,
  ordered: OrderedRelease,
  judge: ReleaseJudge,
): JudgedRelease {
  const vouchedBy = requireVouched(signed, ordered, judge)
  const release = readRelease(signed.manifest)
  requireOrdered(release, ordered)
  requireSuitable(release, judge)
  return { release, ...(vouchedBy !== undefined && { vouchedBy }) }
}

/**
 * Those that set a mark for what is older. A key that is trusted no more sets none: whoever stole it could have dated a
 * manifest far ahead, and shut out all that honest publishers sign until then.
 */
export function stillVouched(
  accepted: readonly AcceptedRelease[],
  publishers: readonly MinisignPublicKey[],
): ReleaseManifest[] {
  return accepted.flatMap(({ release, signed: { manifest, signature } }) => {
    if (signature === undefined) return []
    return verifyMinisign(Buffer.from(manifest), signature, publishers).kind === 'valid' ? [release] : []
  })
}

/** @throws CodedError AGENT_RELEASE_UNREADABLE */
export function readRelease(text: string): ReleaseManifest {
  let release: unknown
  try {
    release = JSON.parse(text)
  } catch {
    throw new CodedError('AGENT_RELEASE_UNREADABLE')
  }
  if (!Check(ReleaseManifest, release) || !hasRealTimes(release))
    throw new CodedError('AGENT_RELEASE_UNREADABLE')
  return release
}

/** A thirteenth month has the form of a time, but compares as neither earlier nor later: every check of age would pass. */
const hasRealTimes = ({ createdAt, expiresAt = createdAt }: ReleaseManifest): boolean =>
  [createdAt, expiresAt].every((time) => Number.isFinite(Date.parse(time)))

/** Key id of who vouches for the text. */
function requireVouched(
  { manifest, signature }: SignedRelease,
  { packageId, version, purpose }: OrderedRelease,
  { publishers, unsigned }: ReleaseJudge,
): string | undefined {
  if (purpose === 'verification') return undefined
  if (signature === undefined) {
    if (unsigned === 'allowed') return undefined
    throw new CodedError('AGENT_RELEASE_UNSIGNED', { parameters: { packageId, version } })
  }
  // A signature that cannot be believed is worse than none: it is refused even where none is needed.
  const verdict = verifyMinisign(Buffer.from(manifest), signature, publishers)
  switch (verdict.kind) {
    case 'valid':
      return verdict.keyId
    case 'malformed':
      throw new CodedError('AGENT_RELEASE_SIGNATURE_MALFORMED')
    case 'foreign_key':
      throw new CodedError('AGENT_RELEASE_FOREIGN_KEY', { parameters: { keyId: verdict.keyId } })
    case 'wrong':
      throw new CodedError('AGENT_RELEASE_SIGNATURE_WRONG', { parameters: { keyId: verdict.keyId } })
  }
}

function requireOrdered(release: ReleaseManifest, { packageId, version, image }: OrderedRelease): void {
  const wrong = [
    release.packageId === packageId ? undefined : 'package',
    release.version === version ? undefined : 'version',
    release.imageId === image.imageId ? undefined : 'image',
  ].find((what) => what !== undefined)
  if (wrong !== undefined) throw new CodedError('AGENT_RELEASE_SWAPPED', { parameters: { what: wrong } })
}

function requireSuitable(release: ReleaseManifest, { architecture, agentVersion }: ReleaseJudge): void {
  if (release.architecture !== architecture) {
    const parameters = { release: release.architecture, device: architecture }
    throw new CodedError('AGENT_RELEASE_ARCHITECTURE', { parameters })
  }
  const { minimumAgent } = release
  if (minimumAgent === undefined || isAtLeast(agentVersion, minimumAgent)) return
  throw new CodedError('AGENT_RELEASE_AGENT_TOO_OLD', { parameters: { minimumAgent, agentVersion } })
}

/** Both dated by the publisher, so nothing of this holds for a text that nobody signed. */
function requireCurrent({ release, vouchedBy }: JudgedRelease, { now, accepted }: ReleaseJudge): void {
  if (vouchedBy === undefined) return
  const newestMs = Math.max(0, ...accepted.map(({ createdAt }) => Date.parse(createdAt)))
  const { expiresAt, createdAt, version } = release
  // A device without a battery for its clock may think it is 1970: what was signed is a lower bound of now.
  const nowMs = Math.max(now.getTime(), newestMs)
  if (expiresAt !== undefined && Date.parse(expiresAt) <= nowMs) {
    throw new CodedError('AGENT_RELEASE_EXPIRED', { parameters: { expiresAt } })
  }
  // Going back to what ran here is the operator's right; anything else that old could be a replay of a known weakness,
  // also an earlier manifest of the same version, which had other terms.
  const isKnown = accepted.some(
    (one) =>
      one.version === version &&
      one.imageId === release.imageId &&
      Date.parse(one.createdAt) <= Date.parse(createdAt),
  )
  if (!isKnown && Date.parse(createdAt) < newestMs) {
    const newest = new Date(newestMs).toISOString()
    throw new CodedError('AGENT_RELEASE_OLDER_THAN_SEEN', { parameters: { createdAt, newest } })
  }
}

/** Numbers before any `-`; a development version counts as its number. */
function isAtLeast(version: string, minimum: string): boolean {
  const numbersOf = (text: string) => (text.split('-')[0] ?? '').split('.').map(Number)
  const [have, need] = [numbersOf(version), numbersOf(minimum)]
  for (let at = 0; at < 3; at += 1) {
    const difference = (have[at] ?? 0) - (need[at] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
