// The latest still of each screen and launch, kept on disk with the time it was taken; fresh ones come by the session.
// A still is pictures of people at work: files are 0600 and go with their device.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, CodedError } from '@bongsu/foundation'
import { newId } from '@bongsu/protocol'
import type { Sessions } from '../sessions/ports.ts'

export interface Still {
  readonly png: Uint8Array
  readonly capturedAt: Date
}

export interface StillWish {
  readonly deviceId: string
  readonly launchId?: string | undefined
  readonly maxWidthPixels?: number | undefined
  /** A kept still that is not older will do; 0 always asks the device. */
  readonly maxAgeMs: number
}

export interface StillsParts {
  readonly folder: string
  readonly clock: Clock
  readonly sessions: () => Sessions
  readonly onCaptured: (deviceId: string) => void
}

const TIMEOUT_MS = 15_000
const NAME = /^(dev-[a-z2-7]{16})\.(lau-[a-z2-7]{16}|screen)\.(\d{1,5})\.(\d{1,16})\.png$/

interface KeptStill {
  readonly name: string
  readonly widthPixels: number
  readonly capturedAt: Date
}

const keyOf = (deviceId: string, launchId: string | undefined) => `${deviceId}.${launchId ?? 'screen'}`

export class Stills {
  readonly #parts: StillsParts
  readonly #kept = new Map<string, KeptStill>()
  readonly #underWay = new Map<string, Promise<Still>>()

  constructor(parts: StillsParts) {
    this.#parts = parts
  }

  /** Finds what earlier starts kept. */
  async start(): Promise<void> {
    const { folder } = this.#parts
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(folder)) {
      const [, deviceId, of, width, atMs] = NAME.exec(name) ?? []
      if (deviceId === undefined) await rm(join(folder, name), { force: true })
      else
        this.#kept.set(`${deviceId}.${of}`, {
          name,
          widthPixels: Number(width),
          capturedAt: new Date(Number(atMs)),
        })
    }
  }

  /**
   * A still of the screen.
   * @throws CodedError HUB_DEVICE_OFFLINE when the device is away and no kept still is young enough
   */
  async get(wish: StillWish): Promise<Still> {
    const kept = await this.#youngEnough(wish)
    if (kept) return kept
    const { deviceId, launchId, maxWidthPixels } = wish
    const key = `${keyOf(deviceId, launchId)}.${maxWidthPixels ?? 0}`
    // Whoever asks while it is being taken gets the same one.
    const underWay = this.#underWay.get(key) ?? this.#capture(wish).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, underWay)
    return underWay
  }

  /** Removes everything kept of a device. */
  async forget(deviceId: string): Promise<void> {
    for (const [key, { name }] of this.#kept) {
      if (!key.startsWith(`${deviceId}.`)) continue
      this.#kept.delete(key)
      await rm(join(this.#parts.folder, name), { force: true })
    }
  }

  async #youngEnough({
    deviceId,
    launchId,
    maxWidthPixels,
    maxAgeMs,
  }: StillWish): Promise<Still | undefined> {
    const { folder, clock } = this.#parts
    const kept = this.#kept.get(keyOf(deviceId, launchId))
    if (!kept || kept.widthPixels !== (maxWidthPixels ?? 0)) return undefined
    if (clock.now().getTime() - kept.capturedAt.getTime() > maxAgeMs) return undefined
    // A newer one may replace the file at this moment.
    const png = await readFile(join(folder, kept.name)).catch(() => undefined)
    return png && { png, capturedAt: kept.capturedAt }
  }

  async #capture({ deviceId, launchId, maxWidthPixels }: StillWish): Promise<Still> {
    const { clock, sessions, onCaptured } = this.#parts
    if (!sessions().isConnected(deviceId)) {
      throw new CodedError('HUB_DEVICE_OFFLINE', { parameters: { id: deviceId } })
    }
    const png = await sessions().screenshot(deviceId, { launchId, maxWidthPixels, timeoutMs: TIMEOUT_MS })
    const still = { png, capturedAt: clock.now() }
    await this.#keep(deviceId, launchId, maxWidthPixels ?? 0, still)
    onCaptured(deviceId)
    return still
  }

  async #keep(
    deviceId: string,
    launchId: string | undefined,
    widthPixels: number,
    still: Still,
  ): Promise<void> {
    const { folder } = this.#parts
    const key = keyOf(deviceId, launchId)
    const name = `${key}.${widthPixels}.${still.capturedAt.getTime()}.png`
    const temporary = join(folder, `.${newId('req')}.tmp`)
    try {
      await writeFile(temporary, still.png, { mode: 0o600 })
      await rename(temporary, join(folder, name))
    } catch {
      // A still that cannot be kept is still a still: a full disk must not blind the operator.
      await rm(temporary, { force: true }).catch(() => undefined)
      return
    }
    const replaced = this.#kept.get(key)
    this.#kept.set(key, { name, widthPixels, capturedAt: still.capturedAt })
    if (replaced && replaced.name !== name) await rm(join(folder, replaced.name), { force: true })
  }
}
