// The agent's own way of fetching a layer from the hub, as its reconciler uses it.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isCodedError } from '@bongsu/foundation'
import type { ReleaseManifest } from '@bongsu/protocol'
import { downloadBlobFrom } from '../../../packages/agent/src/hub-session/image-download.ts'
import { downloadBlob } from '../../../packages/agent/src/images/blob-download.ts'

export interface LayerFetch {
  /** Of the hub, or of what stands before it. */
  readonly url: string
  readonly token: string
  readonly packageId: string
  /** Where blobs lie. */
  readonly folder: string
}

/** Fetches a blob, again after each broken link; gives back how often the link broke. */
export async function fetchBlob(
  { url, token, packageId, folder }: LayerFetch,
  blob: { readonly digest: string; readonly bytes: number },
): Promise<number> {
  const { signal } = new AbortController()
  const version = { packageId, version: '1.0.0' }
  const access = { accessToken: token, signal }
  const hub = { url: new URL(url), caCertificate: undefined }
  const fetch = (digest: string, offset: number) => downloadBlobFrom(hub, version, { digest, offset }, access)
  for (let cuts = 0; ; cuts += 1) {
    try {
      await downloadBlob(blob, { folder, fetch }, () => undefined, signal)
      return cuts
    } catch (error) {
      if (!isCodedError(error) || error.code !== 'AGENT_IMAGE_FETCH_FAILED' || cuts > 100) throw error
    }
  }
}

/** Everything that a device lacks of a version whose `present` layers at the base it has. */
export async function fetchMissing(
  fetch: LayerFetch,
  { imageId, configurationBytes, layers }: ReleaseManifest,
  present: number,
): Promise<void> {
  await fetchBlob(fetch, { digest: imageId, bytes: configurationBytes })
  for (const layer of layers.slice(present)) await fetchBlob(fetch, layer)
}

export const clearFolder = (folder: string): void => rmSync(join(folder), { recursive: true, force: true })
