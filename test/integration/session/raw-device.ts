// A device that speaks byte by byte what a test tells it, to see what the hub does with what no agent would send.
import { generateKeyPairSync, sign } from 'node:crypto'
import { type IncomingHttpHeaders, request } from 'node:http'
import { PROTOCOL_VERSION, SESSION_HEADERS, SESSION_PATH, sessionProofText } from '@bongsu/protocol'
import { WebSocket } from 'ws'
import type { Cleanup } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import type { MemoryHub } from '../../support/memory-hub.ts'

export interface RawDevice {
  readonly deviceId: string
  readonly publicKey: string
  /** Headers of a good upgrade, with a nonce of its own; `change` is signed, other edits of the result are not. */
  headers(change?: { protocol?: number }): Promise<Record<string, string>>
}

/** A key that the hub knows as an accepted device. */
export function rawDevice(hub: MemoryHub): RawDevice {
  const keys = generateKeyPairSync('ed25519')
  const publicKey = keys.publicKey.export({ format: 'jwk' }).x ?? ''
  const { deviceId } = hub.register.enrol(publicKey, 'accepted')
  return {
    deviceId,
    publicKey,
    async headers({ protocol = PROTOCOL_VERSION } = {}) {
      const agentNonce = 'raw-device'
      const answer = await fetch(`http://127.0.0.1:${hub.port}/api/v1/agent/nonces`, {
        method: 'POST',
        body: JSON.stringify({ agentNonce }),
      })
      const { nonce, hubId } = (await answer.json()) as { nonce: string; hubId: string }
      const text = sessionProofText({ hubId, nonce, agentNonce, deviceId, protocol })
      return {
        [SESSION_HEADERS.deviceId]: deviceId,
        [SESSION_HEADERS.publicKey]: publicKey,
        [SESSION_HEADERS.nonce]: nonce,
        [SESSION_HEADERS.agentNonce]: agentNonce,
        [SESSION_HEADERS.protocol]: String(protocol),
        [SESSION_HEADERS.signature]: sign(null, Buffer.from(text), keys.privateKey).toString('base64url'),
      }
    },
  }
}

export interface UpgradeAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The problem, when it was refused. */
  readonly problem: Record<string, unknown>
}

/** Asks for an upgrade and hangs up. @throws Error when a refusal is no problem+json */
export function askForUpgrade(
  hub: MemoryHub,
  headers: Record<string, string>,
  path: string = SESSION_PATH,
): Promise<UpgradeAnswer> {
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1',
      port: hub.port,
      path,
      headers: {
        ...headers,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    })
    call.once('error', reject)
    call.once('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: 101, headers: response.headers, problem: {} })
    })
    call.once('response', async (response) => {
      const { statusCode: status = 0, headers: answered } = response
      const text = (await response.setEncoding('utf8').toArray()).join('')
      const type = answered['content-type']
      if (type === 'application/problem+json')
        resolve({ status, headers: answered, problem: JSON.parse(text) })
      else reject(new Error(`${status} ${type}: ${text}`))
    })
    call.end()
  })
}

/** What the hub answers to an upgrade with these headers: `upgraded`, or status and code of its problem. */
export async function tryUpgrade(hub: MemoryHub, headers: Record<string, string>): Promise<string> {
  const { status, problem } = await askForUpgrade(hub, headers)
  return status === 101 ? 'upgraded' : `${status} ${problem.code}`
}

export interface RawSession {
  readonly texts: readonly Record<string, unknown>[]
  send(content: string | Uint8Array | object): void
  /** The first message of this type, or the next after those already given. */
  received(type: string): Promise<Record<string, unknown>>
  /** The code with which the hub closed. */
  closed(): Promise<number>
}

/** An open link that has said nothing yet. */
export async function openRawSession(
  cleanup: Cleanup,
  hub: MemoryHub,
  device: RawDevice,
): Promise<RawSession> {
  const socket = new WebSocket(`ws://127.0.0.1:${hub.port}${SESSION_PATH}`, {
    headers: await device.headers(),
  })
  cleanup.after(() => socket.terminate())
  const texts: Record<string, unknown>[] = []
  const given = new Set<unknown>()
  let closeCode: number | undefined
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) texts.push(JSON.parse(data.toString('utf8')))
  })
  socket.on('close', (code) => {
    closeCode = code
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => undefined)
  return {
    texts,
    send: (content) =>
      socket.send(
        typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
      ),
    async received(type) {
      const message = await waitFor(() => texts.find((one) => one.type === type && !given.has(one)), {
        what: `a ${type} arrives`,
      })
      given.add(message)
      return message
    },
    closed: () => waitFor(() => closeCode, { what: 'the hub closes the session' }),
  }
}

export const HELLO = { type: 'hello', agentVersion: 'raw', acceptedGeneration: 0 }

export const heartbeat = (sequence: number) => ({
  type: 'heartbeat',
  sequence,
  health: { measuredAt: '2026-01-01T00:00:00.000Z' },
})
