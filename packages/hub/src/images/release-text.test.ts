// A signed text is taken only where it says what the hub says: table of texts that do not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReleaseManifest } from '@bongsu/protocol'
import { parseRelease, requireSameRelease, toReleaseText } from './release-text.ts'

const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const [base, top] = ['a', 'b'].map((letter) => ({
  diffId: digest(letter),
  digest: digest(letter === 'a' ? 'c' : 'd'),
  mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd' as const,
  bytes: 100,
  unpackedBytes: 1000,
}))
if (!base || !top) throw new Error('two layers are needed')
const OURS: ReleaseManifest = {
  format: 1,
  packageId: 'detector',
  version: '1.0.0',
  architecture: 'amd64',
  operatingSystem: 'linux',
  imageId: digest('e'),
  configurationBytes: 300,
  layers: [base, top],
  createdAt: '2026-11-24T00:00:00.000Z',
}

const sign = (text: string) => requireSameRelease(OURS, parseRelease(text))
const bent = (change: object) => JSON.stringify({ ...OURS, ...change })

const refused: readonly [name: string, text: string, problem: RegExp][] = [
  ['nothing', '', /not JSON/],
  ['half of it', toReleaseText(OURS).slice(0, 100), /not JSON/],
  ['no object', '[]', /not a manifest/],
  ['an empty object', '{}', /not a manifest/],
  ['a format of tomorrow', bent({ format: 2 }), /not a manifest/],
  ['no layers', bent({ layers: undefined }), /not a manifest/],
  ['layers that are none', bent({ layers: ['a'] }), /not a manifest/],
  ['a digest that is none', bent({ imageId: 'sha256:12' }), /not a manifest/],
  ['a digest of another kind', bent({ imageId: `sha512:${'a'.repeat(128)}` }), /not a manifest/],
  ['a size below nothing', bent({ configurationBytes: -1 }), /not a manifest/],
  ['a size that is no number', bent({ layers: [{ ...base, bytes: '100' }, top] }), /not a manifest/],
  ['a date that is none', bent({ createdAt: 'yesterday' }), /not a manifest/],
  ['an end that is none', bent({ expiresAt: 'never' }), /not a manifest/],
  ['another package', bent({ packageId: 'other' }), /packageId/],
  ['another version', bent({ version: '1.0.1' }), /version/],
  ['another architecture', bent({ architecture: 'arm64' }), /architecture/],
  ['another image', bent({ imageId: digest('f') }), /imageId/],
  ['another size of the configuration', bent({ configurationBytes: 301 }), /configurationBytes/],
  ['a layer too few', bent({ layers: [base] }), /layers/],
  ['a layer twice', bent({ layers: [base, base] }), /layers/],
  ['layers in another order', bent({ layers: [top, base] }), /layers/],
  ['a layer of other bytes', bent({ layers: [base, { ...top, digest: digest('f') }] }), /layers/],
  ['a layer of other content', bent({ layers: [base, { ...top, diffId: digest('f') }] }), /layers/],
  ['a layer of another size', bent({ layers: [base, { ...top, bytes: 101 }] }), /layers/],
]

for (const [name, text, problem] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => sign(text),
      (error: Error & { code?: string; parameters?: { problem?: string } }) => {
        assert.equal(error.code, 'HUB_RELEASE_MISMATCH')
        assert.match(error.parameters?.problem ?? '', problem)
        return true
      },
    )
  })
}

test('what a publisher may say for itself, and any order of the fields, is taken', () => {
  sign(toReleaseText(OURS))
  sign(
    bent({
      createdAt: '2027-01-01T00:00:00.000Z',
      expiresAt: '2028-01-01T00:00:00.000Z',
      minimumAgent: '0.2.0',
    }),
  )
  sign(JSON.stringify(Object.fromEntries(Object.entries(OURS).toReversed())))
})
