// One blob, fetched to a file while it is hashed; a broken link, a killed agent or a power cut costs no byte twice.
// Beside the file lies its journal: how many bytes are safely on disk, and what they hash to. Whatever the journal does not
// vouch for is thrown away and fetched again.
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import {
  appendFile,
  type FileHandle,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  truncate,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { CodedError, isCodedError, messageOf, syncFolder, systemErrorCode } from '@bongsu/foundation'
import { createInactivityWatchdog } from '../runtime/inactivity-watchdog.ts'

export interface BlobAnswer {
  /** Where its first byte stands in the blob: what was asked for, or 0 when the other side begins anew. */
  readonly offset: number
  readonly stream: Readable
}

export interface WantedBlob {
  readonly digest: string
  readonly bytes: number
}

export interface BlobDownloadOptions {
  readonly folder: string
  /** Asks for the blob from `offset` on. @throws CodedError AGENT_IMAGE_FETCH_FAILED or the hub's own reason */
  readonly fetch: (digest: string, offset: number, signal: AbortSignal) => Promise<BlobAnswer>
  /** Longest time without a byte. Default 60 000. */
  readonly inactivityMs?: number | undefined
}

/** Between two entries of the journal: what a killed agent costs at most. */
const ENTRY_BYTES = 1024 * 1024
/** Between two waits for the disk: what a power cut costs at most. */
const SYNC_BYTES = 16 * 1024 * 1024
const READ_BYTES = 1024 * 1024

export const blobPath = (folder: string, digest: string): string =>
  join(folder, digest.replace('sha256:', ''))

/**
 * The path of the whole, verified blob. Idempotent: one that is there is verified anew and taken.
 * @param onBytes how many bytes of it are on disk by now
 * @throws CodedError AGENT_IMAGE_DIGEST_MISMATCH (nothing is kept then), AGENT_IMAGE_FETCH_FAILED (what came is kept)
 */
export async function downloadBlob(
  blob: WantedBlob,
  { folder, fetch, inactivityMs = 60_000 }: BlobDownloadOptions,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const path = blobPath(folder, blob.digest)
  const size = await sizeOf(path)
  // Verified by an earlier life perhaps, and the disk has had its own since.
  if (size === blob.bytes && (await digestOfFile(path, signal)) === blob.digest) {
    onBytes(blob.bytes)
    return path
  }
  if (size !== undefined) await removeBlob(folder, blob.digest)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const partial = await openPartial(path)
  const stoodStill = () => fetchFailed(`no byte came for ${inactivityMs} ms`)
  const watchdog = createInactivityWatchdog(inactivityMs, stoodStill)
  const ending = AbortSignal.any([signal, watchdog.signal])
  try {
    onBytes(partial.bytes)
    if (partial.bytes < blob.bytes) {
      const answer = await fetch(blob.digest, partial.bytes, ending)
      if (answer.offset !== partial.bytes) await partial.restart()
      const abort = () =>
        void answer.stream.destroy(ending.reason instanceof Error ? ending.reason : undefined)
      ending.addEventListener('abort', abort, { once: true })
      if (ending.aborted) abort()
      try {
        for await (const chunk of answer.stream as AsyncIterable<Buffer>) {
          watchdog.rearm()
          if (partial.bytes + chunk.length > blob.bytes) throw new CodedError('AGENT_IMAGE_DIGEST_MISMATCH')
          await partial.append(chunk)
          onBytes(partial.bytes)
        }
      } finally {
        ending.removeEventListener('abort', abort)
        answer.stream.destroy()
      }
    }
    ending.throwIfAborted()
    if (partial.bytes < blob.bytes) throw fetchFailed('the download ended early')
    if (partial.digest() !== blob.digest) throw new CodedError('AGENT_IMAGE_DIGEST_MISMATCH')
    await partial.publish()
    return path
  } catch (error) {
    await partial.keep().catch(() => undefined)
    if (isCodedError(error) && error.code === 'AGENT_IMAGE_DIGEST_MISMATCH')
      await removeBlob(folder, blob.digest)
    if (signal.aborted) throw signal.reason
    if (watchdog.signal.aborted) throw watchdog.signal.reason
    throw isCodedError(error) || systemErrorCode(error) === 'ENOSPC' ? error : fetchFailed(messageOf(error))
  } finally {
    watchdog.stop()
    await partial.close()
  }
}

/** How much of a blob lies there, whole or not: at most its size. */
export async function bytesThere(folder: string, { digest, bytes }: WantedBlob): Promise<number> {
  const path = blobPath(folder, digest)
  return Math.min(bytes, (await sizeOf(path)) ?? (await sizeOf(partOf(path))) ?? 0)
}

/** Of a blob, whole or not. Idempotent. */
export async function removeBlob(folder: string, digest: string): Promise<void> {
  const path = blobPath(folder, digest)
  for (const each of [path, partOf(path), journalOf(path)]) await rm(each, { force: true })
}

const partOf = (path: string) => `${path}.part`
const journalOf = (path: string) => `${path}.journal`

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  )

async function digestOfFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES, signal })) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}

async function openPartial(path: string): Promise<PartialBlob> {
  const file = await open(partOf(path), 'a+', 0o600)
  const partial = new PartialBlob(path, file)
  try {
    await partial.takeUp()
    return partial
  } catch (error) {
    await partial.close()
    throw error
  }
}

class PartialBlob {
  readonly #path: string
  readonly #file: FileHandle
  #hash: Hash = createHash('sha256')
  #bytes = 0
  #journalled = 0
  #synced = 0
  #syncing: Promise<void> = Promise.resolve()

  constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  get bytes(): number {
    return this.#bytes
  }

  digest(): string {
    return `sha256:${this.#hash.copy().digest('hex')}`
  }

  /** Reads what is there and believes it as far as the journal agrees; the rest of both is cut off. */
  async takeUp(): Promise<void> {
    const journal = await readFile(journalOf(this.#path), 'latin1').catch(() => '')
    let trusted = { bytes: 0, hash: this.#hash.copy(), end: 0 }
    const buffer = Buffer.alloc(READ_BYTES)
    for (const { bytes, digest, end } of parseJournal(journal)) {
      while (this.#bytes < bytes) {
        const wanted = Math.min(READ_BYTES, bytes - this.#bytes)
        const { bytesRead } = await this.#file.read(buffer, 0, wanted, this.#bytes)
        if (bytesRead === 0) break
        this.#hash.update(buffer.subarray(0, bytesRead))
        this.#bytes += bytesRead
      }
      if (this.#bytes !== bytes || this.digest() !== digest) break
      trusted = { bytes, hash: this.#hash.copy(), end }
    }
    this.#bytes = trusted.bytes
    this.#journalled = trusted.bytes
    this.#hash = trusted.hash
    await this.#file.truncate(trusted.bytes)
    // An entry that is not believed would keep every later one from being believed, and no download would get beyond it.
    if (trusted.end < journal.length) await truncate(journalOf(this.#path), trusted.end)
  }

  async restart(): Promise<void> {
    this.#bytes = 0
    this.#journalled = 0
    this.#hash = createHash('sha256')
    await rm(journalOf(this.#path), { force: true })
    await this.#file.truncate(0)
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length; ) {
      offset += (await this.#file.write(chunk, offset)).bytesWritten
    }
    this.#hash.update(chunk)
    this.#bytes += chunk.length
    if (this.#bytes - this.#journalled < ENTRY_BYTES) return
    await this.#journal()
    if (this.#bytes - this.#synced < SYNC_BYTES) return
    // Goes on meanwhile; the next one waits for it.
    await this.#syncing
    this.#synced = this.#bytes
    this.#syncing = this.#file.datasync()
    this.#syncing.catch(() => undefined)
  }

  /** Vouches for all that came. */
  async keep(): Promise<void> {
    if (this.#bytes > this.#journalled) await this.#journal()
    await this.#syncing
    await this.#file.datasync()
  }

  async publish(): Promise<void> {
    await this.#syncing
    await this.#file.sync()
    await rename(partOf(this.#path), this.#path)
    await syncFolder(dirname(this.#path))
    await rm(journalOf(this.#path), { force: true })
  }

  async close(): Promise<void> {
    await this.#syncing.catch(() => undefined)
    await this.#file.close()
  }

  async #journal(): Promise<void> {
    const line = `${this.#bytes} ${this.digest()}\n`
    this.#journalled = this.#bytes
    // In whatever order both reach the disk: an entry is believed only if the bytes before it hash to what it says.
    await appendFile(journalOf(this.#path), line, { mode: 0o600 })
  }
}

interface JournalEntry {
  readonly bytes: number
  readonly digest: string
  /** Length of the journal up to here, this entry included. */
  readonly end: number
}

/** Up to the first line that is none, or was not finished. */
function parseJournal(text: string): JournalEntry[] {
  const entries: JournalEntry[] = []
  let end = 0
  for (const line of text.split('\n').slice(0, -1)) {
    const match = /^(\d{1,15}) (sha256:[0-9a-f]{64})$/.exec(line)
    if (!match) break
    end += line.length + 1
    entries.push({ bytes: Number(match[1]), digest: match[2] ?? '', end })
  }
  return entries
}

const fetchFailed = (message: string) =>
  new CodedError('AGENT_IMAGE_FETCH_FAILED', { parameters: { message: message.slice(0, 500) } })
