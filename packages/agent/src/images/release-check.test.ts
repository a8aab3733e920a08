// What a device believes of a version, and each reason for which it does not.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  formatPublicKey,
  isCodedError,
  type MinisignSigner,
  parsePublicKey,
  signMinisign,
} from '@bongsu/foundation'
import type { ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import { releaseOf } from './release.fixture.ts'
import { judgeAccepted, judgeRelease, type OrderedRelease, type ReleaseJudge } from './release-check.ts'

const imageId = `sha256:${'a'.repeat(64)}`
const ordered: OrderedRelease = { packageId: 'detector', version: '2.0.0', image: { imageId } }

function makePublisher(keyId: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const known = parsePublicKey(formatPublicKey(keyId, raw))
  assert.ok(known)
  const signer: MinisignSigner = { keyId, key: privateKey }
  return { signer, known }
}

const publisher = makePublisher('00000000000000AA')
const stranger = makePublisher('00000000000000BB')
const impostor = makePublisher('00000000000000AA')

const judge: ReleaseJudge = {
  architecture: 'amd64',
  agentVersion: '0.3.1',
  publishers: [publisher.known],
  unsigned: 'refused',
  now: new Date('2026-11-24T00:00:00Z'),
  accepted: [],
}

const signed = (changes: Partial<ReleaseManifest> = {}, signer = publisher.signer): SignedRelease => {
  const manifest = JSON.stringify(releaseOf(ordered, { createdAt: '2026-11-20T00:00:00Z', ...changes }))
  return { manifest, signature: signMinisign(Buffer.from(manifest), signer, 'timestamp:1') }
}
const unsigned = ({ manifest }: SignedRelease): SignedRelease => ({ manifest })
const bent = ({ manifest, ...rest }: SignedRelease): SignedRelease => ({ manifest: `${manifest} `, ...rest })
const earlier = (version: string, createdAt: string, changes: Partial<ReleaseManifest> = {}) =>
  releaseOf({ ...ordered, version }, { createdAt, ...changes })
const other = `sha256:${'b'.repeat(64)}`

type Case = readonly [name: string, release: SignedRelease, code: string, device?: Partial<ReleaseJudge>]

const refused: readonly Case[] = [
  ['no signature', unsigned(signed()), 'UNSIGNED'],
  [
    'a signature of another program',
    { ...signed(), signature: '-----BEGIN PGP SIGNATURE-----' },
    'SIGNATURE_MALFORMED',
  ],
  ['an empty signature', { ...signed(), signature: '' }, 'SIGNATURE_MALFORMED'],
  ['a key that is not trusted here', signed({}, stranger.signer), 'FOREIGN_KEY'],
  ['no key at all', signed(), 'FOREIGN_KEY', { publishers: [] }],
  ['a trusted key’s id on another key', signed({}, impostor.signer), 'SIGNATURE_WRONG'],
  ['a text changed after signing', bent(signed()), 'SIGNATURE_WRONG'],
  ['a wrong signature where none is needed', bent(signed()), 'SIGNATURE_WRONG', { unsigned: 'allowed' }],
  ['a signed text that is no manifest', signed({ format: 2 as 1 }), 'UNREADABLE'],
  ['an unknown field', signed({ more: 1 } as Partial<ReleaseManifest>), 'UNREADABLE'],
  ['a date that no calendar has', signed({ createdAt: '2026-13-45T00:00:00Z' }), 'UNREADABLE'],
  ['an expiry that no calendar has', signed({ expiresAt: '2026-11-24T99:00:00Z' }), 'UNREADABLE'],
  ['another package', signed({ packageId: 'counter' }), 'SWAPPED'],
  ['another version', signed({ version: '1.0.0' }), 'SWAPPED'],
  ['another image', signed({ imageId: other }), 'SWAPPED'],
  ['another architecture', signed({ architecture: 'arm64' }), 'ARCHITECTURE'],
  ['a newer agent', signed({ minimumAgent: '0.3.2' }), 'AGENT_TOO_OLD'],
  ['a much newer agent', signed({ minimumAgent: '1.0.0' }), 'AGENT_TOO_OLD'],
  ['an expiry that has passed', signed({ expiresAt: '2026-11-23T23:59:59Z' }), 'EXPIRED'],
  ['an expiry at this moment', signed({ expiresAt: '2026-11-24T00:00:00Z' }), 'EXPIRED'],
  [
    'an expiry that the clock does not know of',
    signed({ expiresAt: '2026-11-21T00:00:00Z' }),
    'EXPIRED',
    { now: new Date(0), accepted: [earlier('1.9.0', '2026-11-22T00:00:00Z')] },
  ],
  [
    'one older than a newer version seen before',
    signed(),
    'OLDER_THAN_SEEN',
    { accepted: [earlier('2.1.0', '2026-11-21T00:00:00Z')] },
  ],
  [
    'an earlier manifest of a version seen before',
    signed(),
    'OLDER_THAN_SEEN',
    { accepted: [earlier('2.0.0', '2026-11-21T00:00:00Z')] },
  ],
  [
    'another image under a name seen before, older',
    signed(),
    'OLDER_THAN_SEEN',
    { accepted: [earlier('2.0.0', '2026-11-21T00:00:00Z', { imageId: other })] },
  ],
]

const accepted: readonly (readonly [name: string, release: SignedRelease, device?: Partial<ReleaseJudge>])[] =
  [
    ['a signed one', signed()],
    ['an unsigned one where the policy allows it', unsigned(signed()), { unsigned: 'allowed' }],
    [
      'one among several publishers',
      signed({}, stranger.signer),
      { publishers: [publisher.known, stranger.known] },
    ],
    ['an expiry to come', signed({ expiresAt: '2026-11-24T00:00:01Z' })],
    ['the very agent', signed({ minimumAgent: '0.3.1' })],
    ['an older agent', signed({ minimumAgent: '0.2.9' })],
    ['an agent between releases', signed({ minimumAgent: '0.3.1' }), { agentVersion: '0.3.1-dev.5' }],
    ['a newer version', signed(), { accepted: [earlier('1.0.0', '2026-11-19T00:00:00Z')] }],
    [
      'going back to what ran here',
      signed(),
      { accepted: [earlier('2.0.0', '2026-11-20T00:00:00Z'), earlier('3.0.0', '2026-11-23T00:00:00Z')] },
    ],
    [
      'an old version that was signed anew',
      signed({ createdAt: '2026-11-24T00:00:00Z' }),
      { accepted: [earlier('3.0.0', '2026-11-23T00:00:00Z')] },
    ],
    [
      'an unsigned date says nothing',
      unsigned(signed()),
      { unsigned: 'allowed', accepted: [earlier('3.0.0', '2026-11-23T00:00:00Z')] },
    ],
  ]

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (isCodedError(error)) return error.code
    throw error
  }
  return 'accepted'
}

describe('a release', () => {
  for (const [name, release, code, device] of refused) {
    test(`is refused: ${name}`, () => {
      assert.equal(
        codeOf(() => judgeRelease(release, ordered, { ...judge, ...device })),
        `AGENT_RELEASE_${code}`,
      )
    })
  }
  for (const [name, release, device] of accepted) {
    test(`is accepted: ${name}`, () => {
      const { vouchedBy } = judgeRelease(release, ordered, { ...judge, ...device })
      assert.equal(vouchedBy !== undefined, release.signature !== undefined)
    })
  }

  test('for a smoke run needs nobody to vouch for it, but must be the one that was ordered', () => {
    const sealed: OrderedRelease = { ...ordered, purpose: 'verification' }
    for (const release of [unsigned(signed()), signed({}, stranger.signer)]) {
      assert.equal(judgeRelease(release, sealed, judge).vouchedBy, undefined)
    }
    assert.equal(
      codeOf(() => judgeRelease(signed({ imageId: other }), sealed, judge)),
      'AGENT_RELEASE_SWAPPED',
    )
  })

  test('that was accepted before is not lost to time, but to a trust that was withdrawn', () => {
    const old = signed({ expiresAt: '2026-11-21T00:00:00Z' })
    const later = { ...judge, accepted: [earlier('3.0.0', '2026-11-23T00:00:00Z')] }
    assert.equal(
      codeOf(() => judgeAccepted(old, ordered, later)),
      'accepted',
    )
    assert.equal(
      codeOf(() => judgeAccepted(old, ordered, { ...later, publishers: [] })),
      'AGENT_RELEASE_FOREIGN_KEY',
    )
    assert.equal(
      codeOf(() => judgeAccepted(unsigned(old), ordered, later)),
      'AGENT_RELEASE_UNSIGNED',
    )
  })
})
