// Archives that come in parts: begun, gone on with after any break, taken in once they are whole. What came lies on the hub's
// disk, so that a hub that was killed goes on where it was: an upload that is whole is taken in when it starts.
import { createReadStream } from 'node:fs'
import { mkdir, stat, statfs } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { type Clock, CodedError, type Logger } from '@bongsu/foundation'
import { isRetryable } from '@bongsu/protocol'
import { toCodedError } from '../plugins/error-handler.ts'
import { type Outcome, Outcomes } from './outcomes.ts'
import { type StoredUpload, TusServer } from './tus-server.ts'

export interface ArchiveUploadsParts {
  /** Its own. */
  readonly folder: string
  readonly path: string
  readonly maxBytes: number
  readonly requireVersion: (packageId: string, version: string) => Promise<unknown>
  /** Takes in a whole archive. The same image again changes nothing. */
  readonly receive: (
    packageId: string,
    version: string,
    body: Readable,
    expected: { readonly bytes: number },
  ) => Promise<unknown>
  readonly clock: Clock
  readonly logger: Logger
}

export interface UploadWish {
  readonly packageId: string
  readonly version: string
  readonly bytes: number
}

/** What is there of an upload: on its way, or over. */
export type UploadState =
  | { readonly kind: 'open'; readonly upload: StoredUpload }
  | { readonly kind: 'over'; readonly outcome: Outcome }

/** So long nobody has sent anything, or asked. */
export const KEPT_MS = 7 * 24 * 3_600_000
const SWEEP_MS = 60_000
const MAX_OPEN = 16
/** Taking it in needs room as well: for what its layers become. */
const RESERVED_BYTES = 256 * 1024 * 1024
const READ_BYTES = 1024 * 1024

export class ArchiveUploads {
  readonly tus: TusServer
  readonly #parts: ArchiveUploadsParts
  readonly #outcomes: Outcomes
  readonly #finishing = new Map<string, Promise<void>>()
  #sweeping: { stop(): void } | undefined

  constructor(parts: ArchiveUploadsParts) {
    this.#parts = parts
    this.tus = new TusServer(parts)
    this.#outcomes = new Outcomes(parts.folder)
  }

  /** Makes the folder. */
  async prepare(): Promise<void> {
    await mkdir(this.#parts.folder, { recursive: true, mode: 0o700 })
  }

  /** Takes in what an earlier life of the hub received whole, as soon as the database is there. Not waited for. */
  start(): void {
    const { clock, logger } = this.#parts
    const told = (work: Promise<unknown>) =>
      void work.catch((error: unknown) => logger.warn({ err: error }, 'uploads could not be looked after'))
    const look = () => this.#takeInWhole().then(() => this.#sweep())
    this.#sweeping = clock.every(SWEEP_MS, () => told(look()))
    told(look())
  }

  async stop(): Promise<void> {
    this.#sweeping?.stop()
    await Promise.allSettled(this.#finishing.values())
  }

  /** @throws CodedError HUB_VERSION_NOT_FOUND, HUB_BODY_TOO_LARGE, HUB_STORAGE_FULL, HUB_UPLOAD_TOO_MANY */
  async requireRoom({ packageId, version, bytes }: UploadWish, principalId: string): Promise<void> {
    const { folder, maxBytes, requireVersion } = this.#parts
    await requireVersion(packageId, version)
    if (bytes > maxBytes) throw new CodedError('HUB_BODY_TOO_LARGE')
    const uploads = await this.tus.list()
    const open = uploads.filter(({ metadata }) => metadata.owner === principalId).length
    if (open >= MAX_OPEN) throw new CodedError('HUB_UPLOAD_TOO_MANY', { parameters: { open } })
    const promised = uploads.reduce((sum, upload) => sum + upload.bytes - upload.offset, 0)
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize < promised + bytes + RESERVED_BYTES) throw new CodedError('HUB_STORAGE_FULL')
  }

  /** Somebody else's is not there. @throws CodedError HUB_UPLOAD_NOT_FOUND */
  async require(id: string, principalId: string): Promise<UploadState> {
    const outcome = await this.#outcomes.find(id)
    if (outcome && outcome.owner === principalId) return { kind: 'over', outcome }
    const upload = await this.tus.find(id)
    if (upload?.metadata.owner === principalId) return { kind: 'open', upload }
    throw new CodedError('HUB_UPLOAD_NOT_FOUND')
  }

  /**
   * Takes in an upload that is whole; several callers wait for the same. One that is refused for good is forgotten but for why.
   * @throws CodedError why it was not taken
   */
  async finish(id: string): Promise<void> {
    const present = this.#finishing.get(id)
    if (present) return present
    const work = this.#takeIn(id).finally(() => this.#finishing.delete(id))
    this.#finishing.set(id, work)
    return work
  }

  async #takeIn(id: string): Promise<void> {
    const { receive, logger } = this.#parts
    const upload = await this.tus.find(id)
    // Taken in a moment ago.
    if (!upload || upload.offset < upload.bytes) return
    const { owner = '', packageId = '', version = '' } = upload.metadata
    const { bytes } = upload
    const body = createReadStream(this.tus.pathOf(id), { highWaterMark: READ_BYTES })
    try {
      await receive(packageId, version, body, { bytes })
      await this.#outcomes.save(id, { owner, bytes })
    } catch (thrown) {
      const error = toCodedError(thrown)
      // A full disk or a database that is away says nothing of the archive: it stays, and the next question tries again.
      if (isRetryable(error.code) || error.code === 'HUB_INTERNAL' || error.code === 'HUB_STORAGE_FULL')
        throw error
      logger.info({ packageId, version, ...error.toReason() }, 'an uploaded archive was refused')
      await this.#outcomes.save(id, { owner, bytes, refused: error.toReason() })
      await this.tus.remove(id)
      throw error
    } finally {
      body.destroy()
    }
    await this.tus.remove(id)
  }

  async #takeInWhole(): Promise<void> {
    const { logger } = this.#parts
    for (const { id, bytes, offset } of await this.tus.list()) {
      // The outcome stands, and only the removal was cut short.
      if (await this.#outcomes.find(id)) await this.tus.remove(id)
      else if (offset === bytes) {
        await this.finish(id).catch((error: unknown) => logger.warn({ err: error }, 'an upload waits still'))
      }
    }
  }

  async #sweep(): Promise<void> {
    const before = new Date(this.#parts.clock.now().getTime() - KEPT_MS)
    for (const { id } of await this.tus.list()) {
      const found = await stat(this.tus.pathOf(id)).catch(() => undefined)
      if (found && found.mtime < before && !this.#finishing.has(id)) await this.tus.remove(id)
    }
    await this.#outcomes.removeBefore(before)
  }
}
