// What the device remembers of its enrolment: its id and which hub it belongs to. No network answer ever deletes it.
import { join } from 'node:path'
import { readTextIfPresent, writeDurably } from '@bongsu/foundation'

export interface EnrolmentRecord {
  readonly deviceId: string
  readonly hubId: string
  /** SHA-256 of the hub's raw public key, base64url: the pin. */
  readonly hubKeyFingerprint: string
}

const pathIn = (stateDir: string) => join(stateDir, 'enrolment.json')

/** The record, or `undefined` before the first enrolment; a damaged one counts as none, since the key can repeat it. */
export async function readEnrolment(stateDir: string): Promise<EnrolmentRecord | undefined> {
  const text = await readTextIfPresent(pathIn(stateDir))
  if (text === undefined) return undefined
  try {
    const { deviceId, hubId, hubKeyFingerprint } = JSON.parse(text) as Partial<Record<string, unknown>>
    return isText(deviceId) && isText(hubId) && isText(hubKeyFingerprint)
      ? { deviceId, hubId, hubKeyFingerprint }
      : undefined
  } catch {
    return undefined
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Durable when it resolves. */
export const writeEnrolment = (stateDir: string, record: EnrolmentRecord): Promise<void> =>
  writeDurably(pathIn(stateDir), `${JSON.stringify(record, null, 2)}\n`)
