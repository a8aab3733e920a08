// Things a test needs to be there: an accepted device, a ready package version.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  type Device,
  type EnrolmentAnswer,
  type EnrolmentRequest,
  enrolmentProofText,
  type JoinTokenRecord,
  type LaunchProfile,
  type NonceAnswer,
  type PackageVersion,
  parseJoinToken,
} from '@bongsu/protocol'
import type { Answer, TestHub } from './hub-fixture.ts'
import { image } from './tar-archive.ts'

export interface DeviceKeys {
  readonly publicKey: string
  readonly privateKey: KeyObject
}

export function makeKeys(): DeviceKeys {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { publicKey: publicKey.export({ format: 'jwk' }).x ?? '', privateKey }
}

export const signText = ({ privateKey }: DeviceKeys, text: string): string =>
  sign(null, Buffer.from(text), privateKey).toString('base64url')

export async function askNonce(hub: TestHub, agentNonce = 'YWdlbnQ'): Promise<NonceAnswer> {
  const url = '/api/v1/agent/nonces'
  const { body } = await hub.call<NonceAnswer>({
    method: 'POST',
    url,
    token: null,
    key: null,
    body: { agentNonce },
  })
  return body
}

/** Enrols as an agent does. @param changes what a test bends of the request */
export async function enrol(
  hub: TestHub,
  keys: DeviceKeys,
  changes: Partial<EnrolmentRequest> = {},
): Promise<Answer<EnrolmentAnswer>> {
  const { nonce, hubId } = await askNonce(hub)
  const { publicKey } = keys
  const signature = signText(keys, enrolmentProofText({ hubId, nonce, publicKey }))
  const body = { publicKey, nonce, signature, evidence: { hostname: 'mini-pc' }, ...changes }
  return hub.call({ method: 'POST', url: '/api/v1/agent/enrolments', token: null, key: null, body })
}

export async function makeJoinSecret(
  hub: TestHub,
  body: object = { approval: 'automatic' },
): Promise<string> {
  const made = await hub.call<JoinTokenRecord>({ method: 'POST', url: '/api/v1/join-tokens', body })
  const token = parseJoinToken(made.body.token ?? '')
  if (!token) throw new Error(`no join token: ${JSON.stringify(made.body)}`)
  return `${token.tokenId}.${token.secret}`
}

/** A device that enrolled by key and was accepted. */
export async function acceptedDevice(hub: TestHub, facts?: EnrolmentRequest['facts']): Promise<Device> {
  const joinSecret = await makeJoinSecret(hub)
  const { body } = await enrol(hub, makeKeys(), { joinSecret, ...(facts && { facts }) })
  return (await hub.call<Device>({ url: `/api/v1/devices/${body.deviceId}` })).body
}

export const PROFILE: LaunchProfile = { containers: [{ name: 'main' }], display: { required: true } }

let packages = 0

/** A registered package with one version, its archive uploaded. */
export async function readyVersion(
  hub: TestHub,
  { architecture = 'amd64', profile = PROFILE }: { architecture?: string; profile?: LaunchProfile } = {},
): Promise<PackageVersion> {
  packages += 1
  const id = `package-${packages}`
  const entry = { id, koreanName: '사람 감지', fileName: '사람 감지.tar', copyrightHolder: '봉수' }
  await hub.call({ method: 'POST', url: '/api/v1/packages', body: entry })
  await hub.call({
    method: 'POST',
    url: `/api/v1/packages/${id}/versions`,
    body: { version: '1.0.0', profile },
  })
  const { status, body } = await upload<PackageVersion>(hub, id, image({ architecture, seed: id }))
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}

export const upload = <Body>(
  hub: TestHub,
  packageId: string,
  raw: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Body>> =>
  hub.call<Body>({
    method: 'PUT',
    url: `/api/v1/packages/${packageId}/versions/1.0.0/archive`,
    raw,
    headers: { 'content-type': 'application/x-tar', ...headers },
  })
