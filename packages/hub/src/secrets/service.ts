// Secrets: entered, replaced, removed, and handed to devices that run what names them. No value ever leaves but to a
// device; who uses a secret is the deployments feature's to say.
import { type Clock, CodedError, type Logger } from '@bongsu/foundation'
import { type DeliveredSecret, MAX_SECRET_BYTES, type Secret, type SecretEntry } from '@bongsu/protocol'
import { InvalidRequest } from '../plugins/invalid-request.ts'
import type { KeyRing } from './key-ring.ts'
import type { SecretPlace, SecretRepository, StoredSecret } from './repository.ts'

export interface SecretServiceParts {
  readonly repository: SecretRepository
  readonly keys: KeyRing
  readonly clock: Clock
  readonly logger: Logger
  /** What names the secret there, in words for an operator: active deployments and the like. */
  readonly usesOf: (place: SecretPlace) => Promise<readonly string[]>
  /** Sends anew what devices are to run with it; durable before it resolves. */
  readonly tellDevices: (place: SecretPlace) => Promise<void>
  /** @throws CodedError HUB_DEVICE_NOT_FOUND */
  readonly requireDevice: (deviceId: string) => Promise<void>
}

const MAX_ATTEMPTS = 5
const NAMED_USERS = 3

const sealedPlace = ({ name, deviceId }: SecretPlace, revision: number): string =>
  `${deviceId ?? 'all'}/${name}/${revision}`

const toSecret = ({ name, deviceId, revision, createdAt, changedAt }: StoredSecret): Secret => ({
  name,
  ...(deviceId !== undefined && { deviceId }),
  revision,
  createdAt: createdAt.toISOString(),
  changedAt: changedAt.toISOString(),
})

export class SecretService {
  readonly #parts: SecretServiceParts

  constructor(parts: SecretServiceParts) {
    this.#parts = parts
  }

  async list(): Promise<Secret[]> {
    return (await this.#parts.repository.list()).map(toSecret)
  }

  /**
   * Enters a value in place of the one before; launches that run with it are made anew.
   * @throws CodedError HUB_DEVICE_NOT_FOUND
   */
  async put(place: SecretPlace, entry: SecretEntry): Promise<Secret> {
    const value = bytesOf(entry)
    if (place.deviceId !== undefined) await this.#parts.requireDevice(place.deviceId)
    const written = await this.#write(place, value)
    await this.#tell(written)
    return toSecret(written)
  }

  /**
   * @throws CodedError HUB_SECRET_NOT_FOUND, HUB_SECRET_IN_USE; the secret of one device gives way to that of all at any
   *   time
   */
  async remove(place: SecretPlace): Promise<void> {
    const { repository, usesOf, tellDevices } = this.#parts
    if (!(await repository.find(place))) throw notFound(place)
    const { name } = place
    const hasAnother = place.deviceId !== undefined && (await repository.find({ name })) !== undefined
    const users = hasAnother ? [] : await usesOf(place)
    if (users.length > 0) {
      const named = users.slice(0, NAMED_USERS).join(', ')
      throw new CodedError('HUB_SECRET_IN_USE', { parameters: { name, users: named.slice(0, 400) } })
    }
    if (!(await repository.remove(place))) throw notFound(place)
    if (hasAnother) await tellDevices(place)
  }

  forgetDevice(deviceId: string): Promise<void> {
    return this.#parts.repository.removeOfDevice(deviceId)
  }

  /** Of these names the ones that exist: the device's own before that of all devices. */
  async present(deviceId: string, names: readonly string[]): Promise<ReadonlySet<string>> {
    if (names.length === 0) return new Set()
    return new Set((await this.#parts.repository.findFor(deviceId, names)).map(({ name }) => name))
  }

  /**
   * The values for a device, by name; what does not exist, or cannot be opened any more, is missing and the launch that
   * names it waits.
   */
  async deliver(deviceId: string, names: readonly string[]): Promise<ReadonlyMap<string, DeliveredSecret>> {
    const { repository, keys, logger } = this.#parts
    const delivered = new Map<string, DeliveredSecret>()
    if (names.length === 0) return delivered
    const found = await repository.findFor(deviceId, names)
    const ownLast = found.toSorted(
      (a, b) => Number(a.deviceId !== undefined) - Number(b.deviceId !== undefined),
    )
    for (const secret of ownLast) {
      const { name, revision } = secret
      try {
        const value = keys.open(secret, sealedPlace(secret, revision), name).toString('base64')
        const stamp = `${secret.deviceId ?? 'all'}.${secret.createdAt.getTime()}.${revision}`
        delivered.set(name, { name, revision: stamp, value })
      } catch (error) {
        logger.error({ name, deviceId: secret.deviceId, err: error }, 'secret cannot be opened')
      }
    }
    return delivered
  }

  /** Finishes what an earlier life of the hub may have left half done. */
  async tellUntold(): Promise<void> {
    for (const secret of await this.#parts.repository.listUntold()) await this.#tell(secret)
  }

  async #write(place: SecretPlace, value: Buffer): Promise<StoredSecret> {
    const { repository, keys, clock } = this.#parts
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const present = await repository.find(place)
      const revision = (present?.revision ?? 0) + 1
      const changedAt = clock.now()
      const { name, deviceId } = place
      const secret: StoredSecret = {
        name,
        ...(deviceId !== undefined && { deviceId }),
        ...keys.seal(value, sealedPlace(place, revision)),
        revision,
        createdAt: present?.createdAt ?? changedAt,
        changedAt,
        isUntold: true,
      }
      if (await repository.write(secret)) return secret
    }
    throw new CodedError('HUB_PRECONDITION_FAILED')
  }

  /** First the value, then the news of it: a hub that ends in between tells at its next start. */
  async #tell(secret: StoredSecret): Promise<void> {
    await this.#parts.tellDevices(secret)
    await this.#parts.repository.markTold(secret, secret.revision)
  }
}

/** @throws InvalidRequest without quoting the value */
function bytesOf({ value, valueBase64 }: SecretEntry): Buffer {
  const bytes = valueBase64 === undefined ? Buffer.from(value ?? '') : Buffer.from(valueBase64, 'base64')
  const pointer = valueBase64 === undefined ? '/value' : '/valueBase64'
  if (bytes.length > 0 && bytes.length <= MAX_SECRET_BYTES) return bytes
  throw new InvalidRequest([{ pointer, message: `must be 1 to ${MAX_SECRET_BYTES} bytes` }])
}

const notFound = ({ name }: SecretPlace) => new CodedError('HUB_SECRET_NOT_FOUND', { parameters: { name } })
