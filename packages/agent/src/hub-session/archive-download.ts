// Image archives from the hub: one stream over HTTP with the session's access token. Nothing is verified here; whoever
// reads the stream hashes it. Loaded at the first download, so that registering does not pay for it.
import type { Readable } from 'node:stream'
import { CodedError, messageOf } from '@bongsu/foundation'
import { Agent, request } from 'undici'
import { type HubEndpoint, parseJson, refusalOf } from './hub-http.ts'

export interface ArchiveSource {
  readonly packageId: string
  readonly version: string
}

/** Silence after which a download counts as broken; there is no limit on the whole. */
const INACTIVITY_MS = 30_000

/**
 * Opens the archive of a package version from its first byte; an abort destroys the stream.
 * @throws CodedError AGENT_IMAGE_FETCH_FAILED, or the hub's own reason
 */
export async function downloadArchive(
  hub: HubEndpoint,
  { packageId, version }: ArchiveSource,
  { accessToken, signal }: { accessToken: string | undefined; signal: AbortSignal },
): Promise<Readable> {
  if (accessToken === undefined) throw failed(new Error('no session with the hub yet'))
  const path = `/api/v1/packages/${packageId}/versions/${encodeURIComponent(version)}/archive`
  const dispatcher = new Agent({
    headersTimeout: INACTIVITY_MS,
    bodyTimeout: INACTIVITY_MS,
    ...(hub.caCertificate && { connect: { ca: hub.caCertificate } }),
  })
  try {
    const { statusCode, headers, body } = await request(new URL(path, hub.url), {
      dispatcher,
      signal,
      headers: { authorization: `Bearer ${accessToken}` },
      // Large reads cost a third of the processor time of small ones.
      highWaterMark: 1024 * 1024,
    })
    body.once('close', () => void dispatcher.close())
    if (statusCode === 200) return body
    const text = (await body.text()).slice(0, 16_384)
    const contentType = String(headers['content-type'] ?? '')
    throw refusalOf({ status: statusCode, contentType, text }, parseJson(text))
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error instanceof CodedError ? error : failed(error)
  }
}

const failed = (error: unknown) =>
  new CodedError('AGENT_IMAGE_FETCH_FAILED', {
    parameters: { message: messageOf(error).slice(0, 300) },
    cause: error,
  })
