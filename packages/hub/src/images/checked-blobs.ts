// A store whose blobs are looked at while they are read: bytes that are not what their name says are noticed, told and
// handed to nobody twice. What makes them good again is any commit of the same blob.
import { createHash } from 'node:crypto'
import { pipeline, type Readable, Transform, Writable } from 'node:stream'
import { pipeline as completed } from 'node:stream/promises'
import { type Clock, CodedError, isCodedError, type Logger } from '@bongsu/foundation'
import type { BlobInfo, Blobs, IncomingBlob, KeptBlob } from './blobs.ts'

export interface CheckedBlobsParts {
  readonly store: Blobs
  readonly clock: Clock
  readonly logger: Logger
}

/** For so long a blob that was found sound is believed; disks forget slowly. */
const BELIEVED_MS = 7 * 24 * 3_600_000

export class CheckedBlobs implements Blobs {
  readonly #parts: CheckedBlobsParts
  /** When each was last found to be what its name says, by the monotonic clock. */
  readonly #soundAtMs = new Map<string, number>()
  readonly #damaged = new Set<string>()
  #checking: Promise<void> | undefined

  constructor(parts: CheckedBlobsParts) {
    this.#parts = parts
  }

  start(): Promise<void> {
    return this.#parts.store.start()
  }

  async receive(expected?: { readonly bytes?: number | undefined }): Promise<IncomingBlob> {
    const incoming = await this.#parts.store.receive(expected)
    const isSound = (digest: string) => this.#noteSound(digest)
    return {
      get bytes() {
        return incoming.bytes
      },
      write: (chunk) => incoming.write(chunk),
      discard: () => incoming.discard(),
      async commit(digest) {
        const info = await incoming.commit(digest)
        isSound(info.digest)
        return info
      },
    }
  }

  /** Undefined for a damaged one too: whoever asks may send it again. */
  async stat(digest: string): Promise<BlobInfo | undefined> {
    return this.#damaged.has(digest) ? undefined : this.#parts.store.stat(digest)
  }

  /** @throws CodedError HUB_BLOB_DAMAGED, besides what the store throws; a stream that finds the damage ends with it */
  async read(digest: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    if (this.#damaged.has(digest)) throw damaged(digest)
    const { store, clock } = this.#parts
    const soundAtMs = this.#soundAtMs.get(digest)
    const isBelieved = soundAtMs !== undefined && clock.monotonicMs() - soundAtMs < BELIEVED_MS
    if (isBelieved) return store.read(digest, range)
    const found = range && (await store.stat(digest))
    if (range && found && (range.start > 0 || range.end < found.bytes - 1)) {
      // A part tells nothing of the whole, and its reader need not wait for that.
      this.#checkAside(digest)
      return store.read(digest, range)
    }
    const check = this.#checkOf(digest)
    const stream = await store.read(digest)
    // Either end takes the other with it; who reads is told by the check.
    return pipeline(stream, check, () => undefined)
  }

  async remove(digest: string): Promise<void> {
    await this.#parts.store.remove(digest)
    this.#soundAtMs.delete(digest)
    this.#damaged.delete(digest)
  }

  list(): AsyncIterable<KeptBlob> {
    return this.#parts.store.list()
  }

  /** One at a time: it is read for nobody. */
  #checkAside(digest: string): void {
    if (this.#checking) return
    const check = async () => {
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
      await completed(await this.#parts.store.read(digest), this.#checkOf(digest), nowhere)
    }
    this.#checking = check()
      .catch((error: unknown) => {
        // Damage was told where it was found.
        if (isCodedError(error)) return
        this.#parts.logger.warn({ err: error, digest }, 'a part of an image could not be checked')
      })
      .finally(() => {
        this.#checking = undefined
      })
  }

  /** Passes everything on and keeps the last chunk back until the whole is known to be right. */
  #checkOf(digest: string): Transform {
    const hash = createHash('sha256')
    let last: Buffer | undefined
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        hash.update(chunk)
        const passed = last
        last = chunk
        done(null, passed)
      },
      flush: (done) => {
        if (`sha256:${hash.digest('hex')}` !== digest) {
          this.#noteDamaged(digest)
          return done(damaged(digest))
        }
        this.#noteSound(digest)
        done(null, last)
      },
    })
  }

  #noteSound(digest: string): void {
    this.#damaged.delete(digest)
    this.#soundAtMs.set(digest, this.#parts.clock.monotonicMs())
  }

  #noteDamaged(digest: string): void {
    this.#soundAtMs.delete(digest)
    this.#damaged.add(digest)
    const error = damaged(digest)
    this.#parts.logger.error({ err: error, digest }, 'a part of an image is damaged in the store')
  }
}

const damaged = (digest: string) => new CodedError('HUB_BLOB_DAMAGED', { parameters: { digest } })
