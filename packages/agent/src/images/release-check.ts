// Whether a manifest is of the version that was ordered and may be installed here. Pure.
import { CodedError } from '@bongsu/foundation'
import { type ImageReference, ReleaseManifest } from '@bongsu/protocol'
import { Check } from 'typebox/value'

export interface OrderedRelease {
  readonly packageId: string
  readonly version: string
  readonly image: Pick<ImageReference, 'imageId'>
}

/** @throws CodedError AGENT_RELEASE_UNREADABLE, AGENT_RELEASE_SWAPPED naming what is another one */
export function readRelease(text: string, ordered: OrderedRelease): ReleaseManifest {
  let release: unknown
  try {
    release = JSON.parse(text)
  } catch {
    throw new CodedError('AGENT_RELEASE_UNREADABLE')
  }
  if (!Check(ReleaseManifest, release)) throw new CodedError('AGENT_RELEASE_UNREADABLE')
  const { packageId, version, image } = ordered
  const wrong = [
    release.packageId === packageId ? undefined : 'package',
    release.version === version ? undefined : 'version',
    release.imageId === image.imageId ? undefined : 'image',
  ].find((what) => what !== undefined)
  if (wrong !== undefined) throw new CodedError('AGENT_RELEASE_SWAPPED', { parameters: { what: wrong } })
  return release
}
