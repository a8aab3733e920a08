// Puts a publisher's signature on the manifest of a version: the text is made anew with what the publisher says, and signed
// as it is. Pure.
import { type MinisignSigner, signMinisign } from '@bongsu/foundation'
import { ReleaseManifest, type SignedRelease } from '@bongsu/protocol'
import { Check } from 'typebox/value'

export interface SigningTerms {
  readonly now: Date
  /** Devices install it until then; absent: always. */
  readonly expiresAt?: string | undefined
  /** `1.2.3` */
  readonly minimumAgent?: string | undefined
}

/** The manifest in the text, or `undefined` when it is none. */
export function parseManifest(text: string): ReleaseManifest | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Check(ReleaseManifest, value) ? value : undefined
  } catch {
    return undefined
  }
}

export function signRelease(
  { expiresAt: _, minimumAgent: __, ...release }: ReleaseManifest,
  signer: MinisignSigner,
  { now, expiresAt, minimumAgent }: SigningTerms,
): Required<SignedRelease> {
  const vouched: ReleaseManifest = {
    ...release,
    createdAt: now.toISOString(),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(minimumAgent !== undefined && { minimumAgent }),
  }
  const manifest = `${JSON.stringify(vouched, undefined, 2)}\n`
  const comment = `timestamp:${Math.floor(now.getTime() / 1000)}\tfile:${release.packageId}-${release.version}.json\thashed`
  return { manifest, signature: signMinisign(Buffer.from(manifest), signer, comment) }
}
