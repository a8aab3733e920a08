// A manifest of what is ordered, as a hub would give it, for tests that are about something else.
import type { ReleaseManifest } from '@bongsu/protocol'
import type { OrderedRelease } from './release-check.ts'

const DIGEST = `sha256:${'0'.repeat(64)}`

export const releaseOf = (
  { packageId, version, image }: OrderedRelease,
  changes: Partial<ReleaseManifest> = {},
): ReleaseManifest => ({
  format: 1,
  packageId,
  version,
  architecture: 'amd64',
  operatingSystem: 'linux',
  imageId: image.imageId,
  configurationBytes: 1,
  layers: [
    {
      diffId: DIGEST,
      digest: DIGEST,
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      bytes: 1,
      unpackedBytes: 1,
    },
  ],
  createdAt: '2026-01-01T00:00:00Z',
  ...changes,
})
