// Access tokens of devices: signed, stateless, short-lived; good for downloading image archives and nothing else.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@bongsu/foundation'

export interface DeviceTokens {
  issue(deviceId: string, epoch: number): { token: string; expiresAt: Date }
  /** Whose token it is, or `undefined` when it is not one of ours or has ended. */
  verify(token: string): { deviceId: string; epoch: number } | undefined
}

export const DEVICE_TOKEN_LIFETIME_MS = 24 * 3_600_000

const FORM = /^bdt1\.(dev-[a-z2-7]{16})\.(\d{1,15})\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/

/** @param secret only this hub's, the same at every start, so that a restart invalidates no download */
export function createDeviceTokens(secret: Uint8Array, clock: Clock): DeviceTokens {
  const macOf = (body: string) => createHmac('sha256', secret).update(body).digest()
  return {
    issue(deviceId, epoch) {
      const expiresAt = new Date(clock.now().getTime() + DEVICE_TOKEN_LIFETIME_MS)
      const body = `bdt1.${deviceId}.${epoch}.${expiresAt.getTime()}`
      return { token: `${body}.${macOf(body).toString('base64url')}`, expiresAt }
    },
    verify(token) {
      const match = FORM.exec(token)
      if (!match) return undefined
      const [, deviceId = '', epoch = '', expiresMs = '', mac = ''] = match
      const given = Buffer.from(mac, 'base64url')
      const wanted = macOf(`bdt1.${deviceId}.${epoch}.${expiresMs}`)
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined
      if (Number(expiresMs) <= clock.now().getTime()) return undefined
      return { deviceId, epoch: Number(epoch) }
    },
  }
}
