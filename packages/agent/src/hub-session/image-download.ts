// Manifests and blobs of images from the hub, over HTTP with the session's access token. Nothing is verified here; whoever
// reads a stream hashes it. Loaded at the first download, so that registering does not pay for it.
import type { Readable } from 'node:stream'
import { CodedError, messageOf } from '@bongsu/foundation'
import { SignedRelease } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import { Agent, request } from 'undici'
import type { BlobAnswer } from '../images/blob-download.ts'
import { type HubEndpoint, parseJson, refusalOf } from './hub-http.ts'

export interface VersionAddress {
  readonly packageId: string
  readonly version: string
}

export interface DownloadAccess {
  readonly accessToken: string | undefined
  readonly signal: AbortSignal
}

/** Silence after which a download counts as broken; there is no limit on the whole. */
const INACTIVITY_MS = 30_000

/** @throws CodedError AGENT_IMAGE_FETCH_FAILED, AGENT_RELEASE_UNREADABLE, or the hub's own reason */
export async function downloadRelease(
  hub: HubEndpoint,
  version: VersionAddress,
  access: DownloadAccess,
): Promise<SignedRelease> {
  const { body } = await get(hub, `${pathOf(version)}/manifest`, {}, access)
  const release = parseJson(await textOf(body))
  if (Check(SignedRelease, release)) return release
  throw new CodedError('AGENT_RELEASE_UNREADABLE')
}

/**
 * Opens a blob from `offset` on, or from its beginning when it has changed meanwhile; an abort destroys the stream.
 * @throws CodedError AGENT_IMAGE_FETCH_FAILED, or the hub's own reason
 */
export async function downloadBlobFrom(
  hub: HubEndpoint,
  version: VersionAddress,
  { digest, offset }: { readonly digest: string; readonly offset: number },
  access: DownloadAccess,
): Promise<BlobAnswer> {
  const resumed = offset > 0 ? { range: `bytes=${offset}-`, 'if-range': `"${digest}"` } : {}
  const { statusCode, headers, body } = await get(hub, `${pathOf(version)}/blobs/${digest}`, resumed, access)
  if (statusCode === 200) return { offset: 0, stream: body }
  const from = /^bytes (\d+)-/.exec(String(headers['content-range'] ?? ''))?.[1]
  if (from !== undefined) return { offset: Number(from), stream: body }
  body.destroy()
  throw failed(new Error('the answer names no range'))
}

const pathOf = ({ packageId, version }: VersionAddress): string =>
  `/api/v1/packages/${packageId}/versions/${encodeURIComponent(version)}`

async function get(
  hub: HubEndpoint,
  path: string,
  headers: Readonly<Record<string, string>>,
  { accessToken, signal }: DownloadAccess,
) {
  if (accessToken === undefined) throw failed(new Error('no session with the hub yet'))
  const dispatcher = new Agent({
    headersTimeout: INACTIVITY_MS,
    bodyTimeout: INACTIVITY_MS,
    ...(hub.caCertificate && { connect: { ca: hub.caCertificate } }),
  })
  try {
    const answer = await request(new URL(path, hub.url), {
      dispatcher,
      signal,
      headers: { authorization: `Bearer ${accessToken}`, ...headers },
      // Large reads cost a third of the processor time of small ones; what is still unread when a link breaks is lost.
      highWaterMark: 256 * 1024,
    })
    const { statusCode, body } = answer
    body.once('close', () => void dispatcher.close())
    if (statusCode === 200 || statusCode === 206) return answer
    const text = (await body.text()).slice(0, 16_384)
    const contentType = String(answer.headers['content-type'] ?? '')
    throw refusalOf({ status: statusCode, contentType, text }, parseJson(text))
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error instanceof CodedError ? error : failed(error)
  }
}

/** A manifest is small; whatever is not is no manifest. */
const MAX_MANIFEST_BYTES = 2 * 1024 * 1024

async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > MAX_MANIFEST_BYTES) throw new CodedError('AGENT_RELEASE_UNREADABLE')
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof CodedError ? error : failed(error)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const failed = (error: unknown) =>
  new CodedError('AGENT_IMAGE_FETCH_FAILED', {
    parameters: { message: messageOf(error).slice(0, 300) },
    cause: error,
  })
