// The manifest of a version as the text that publishers sign, and whether a signed one says the same. Pure.
import { CodedError } from '@bongsu/foundation'
import { ReleaseManifest } from '@bongsu/protocol'
import { Check } from 'typebox/value'

/** Made once, when the version becomes ready; kept and sent as it is. */
export const toReleaseText = (manifest: ReleaseManifest): string =>
  `${JSON.stringify(manifest, undefined, 2)}\n`

/** @throws CodedError HUB_RELEASE_MISMATCH for a text that is no manifest */
export function parseRelease(text: string): ReleaseManifest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw mismatch('it is not JSON')
  }
  if (!Check(ReleaseManifest, value)) throw mismatch('it is not a manifest')
  const { createdAt, expiresAt = createdAt } = value
  const isReal = [createdAt, expiresAt].every((time) => Number.isFinite(Date.parse(time)))
  // Devices would refuse it: said here, where its publisher listens.
  if (!isReal) throw mismatch('it has a time that no calendar has')
  return value
}

/**
 * A publisher may say until when a version is to be installed and by which agents; everything else is the hub's.
 * @throws CodedError HUB_RELEASE_MISMATCH naming what differs
 */
export function requireSameRelease(ours: ReleaseManifest, signed: ReleaseManifest): void {
  const comparable = ({ createdAt: _, expiresAt: __, minimumAgent: ___, ...rest }: ReleaseManifest) => rest
  const [a, b] = [comparable(ours), comparable(signed)]
  for (const name of Object.keys(a) as (keyof typeof a)[]) {
    const isSame = JSON.stringify(sorted(a[name])) === JSON.stringify(sorted(b[name]))
    if (!isSame) throw mismatch(`its ${name} is another one`)
  }
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}

const mismatch = (problem: string) => new CodedError('HUB_RELEASE_MISMATCH', { parameters: { problem } })
