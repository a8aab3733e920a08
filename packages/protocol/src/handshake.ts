// How agent and hub prove who they are: canonical texts that get signed (Ed25519), header names, the join token's form.
// Only text is made here; keys and signatures belong to the two sides. Source: reliability promises I6 and I12,
// "whoever commands the agent is root on the device", hence both directions are signed.
import Type, { type Static } from 'typebox'
import { DeviceId, Timestamp } from './identifiers.ts'
import { DeviceApproval } from './model/device.ts'
import { HostFacts } from './model/host.ts'

const Base64Url = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength })
const closed = { additionalProperties: false } as const

/** `POST /api/v1/agent/nonces` body: the agent's own nonce, to be signed by the hub. */
export const NonceRequest = Type.Object({ agentNonce: Base64Url(64) }, closed)
export type NonceRequest = Static<typeof NonceRequest>

/** Its answer: the agent checks `signature` over `hubProofText` against its pin before it sends anything secret. */
export const NonceAnswer = Type.Object({
  nonce: Base64Url(256),
  hubId: Type.String({ maxLength: 64 }),
  /** Raw 32-byte Ed25519 public key, base64url. */
  hubPublicKey: Base64Url(64),
  signature: Base64Url(128),
  protocol: Type.Object({ oldest: Type.Integer(), newest: Type.Integer() }),
  expiresAt: Timestamp,
})
export type NonceAnswer = Static<typeof NonceAnswer>

/** `POST /api/v1/agent/enrolments` body: the device's key, proof that it holds it, evidence, and perhaps a join token. */
export const EnrolmentRequest = Type.Object(
  {
    /** Raw 32-byte Ed25519 public key, base64url. */
    publicKey: Base64Url(64),
    nonce: Base64Url(256),
    /** Over `enrolmentProofText`. */
    signature: Base64Url(128),
    /** `<tokenId>.<secret>` part of the join token; never the pin. */
    joinSecret: Type.Optional(Type.String({ maxLength: 128 })),
    /** Evidence only: never identity. `machine` is an HMAC of machine-id. */
    evidence: Type.Object(
      {
        hostname: Type.Optional(Type.String({ maxLength: 253 })),
        macAddresses: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 64 })),
        machine: Type.Optional(Type.String({ maxLength: 128 })),
      },
      closed,
    ),
    facts: Type.Optional(HostFacts),
  },
  closed,
)
export type EnrolmentRequest = Static<typeof EnrolmentRequest>

export const EnrolmentAnswer = Type.Object({ deviceId: DeviceId, approval: DeviceApproval })
export type EnrolmentAnswer = Static<typeof EnrolmentAnswer>

/** Headers of the WebSocket upgrade; the hub verifies them before it accepts. */
export const SESSION_HEADERS = {
  deviceId: 'bongsu-device',
  publicKey: 'bongsu-key',
  nonce: 'bongsu-nonce',
  agentNonce: 'bongsu-agent-nonce',
  protocol: 'bongsu-protocol',
  signature: 'bongsu-signature',
  /** In the 101 answer: the hub's signature over `hubSessionProofText`. */
  hubSignature: 'bongsu-hub-signature',
} as const

export const SESSION_PATH = '/api/v1/agent/session'

const text = (purpose: string, parts: readonly (string | number)[]) =>
  `bongsu/${purpose}/v1\n${parts.map((part) => String(part)).join('\n')}`

/** Signed by the hub with the nonce it hands out. */
export const hubProofText = (proof: { hubId: string; nonce: string; agentNonce: string }) =>
  text('hub-nonce', [proof.hubId, proof.nonce, proof.agentNonce])

/** Signed by the device when it enrols. */
export const enrolmentProofText = (proof: { hubId: string; nonce: string; publicKey: string }) =>
  text('enrolment', [proof.hubId, proof.nonce, proof.publicKey])

/** Signed by the device when it opens a session. */
export const sessionProofText = (proof: {
  hubId: string
  nonce: string
  agentNonce: string
  deviceId: string
  protocol: number
}) => text('session', [proof.hubId, proof.nonce, proof.agentNonce, proof.deviceId, proof.protocol])

/** Signed by the hub in the answer to the upgrade: the link the agent got is the hub it pinned. */
export const hubSessionProofText = (proof: { hubId: string; agentNonce: string; deviceId: string }) =>
  text('hub-session', [proof.hubId, proof.agentNonce, proof.deviceId])

/** What an operator hands to a technician: which hub, how to know it, and the secret. */
export interface JoinToken {
  hubId: string
  /** SHA-256 of the hub's raw public key, base64url: the pin. */
  hubKeyFingerprint: string
  tokenId: string
  secret: string
}

const JOIN_TOKEN =
  /^bongsu1\.([a-z0-9-]{1,64})\.([A-Za-z0-9_-]{43})\.(jtk-[a-z2-7]{16})\.([A-Za-z0-9_-]{22,86})$/

/** `bongsu1.<hubId>.<fingerprint>.<tokenId>.<secret>` */
export const formatJoinToken = (token: JoinToken): string =>
  `bongsu1.${token.hubId}.${token.hubKeyFingerprint}.${token.tokenId}.${token.secret}`

/** The token's parts, or `undefined` when the text is not a join token. */
export function parseJoinToken(written: string): JoinToken | undefined {
  const match = JOIN_TOKEN.exec(written.trim())
  if (!match) return undefined
  const [, hubId, hubKeyFingerprint, tokenId, secret] = match
  if (!hubId || !hubKeyFingerprint || !tokenId || !secret) return undefined
  return { hubId, hubKeyFingerprint, tokenId, secret }
}
