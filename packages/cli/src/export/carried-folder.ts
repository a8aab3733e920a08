// The folder that is carried to devices: `manifests/NAME.json`, the signature beside it as `NAME.json.minisig`, and
// `blobs/sha256/HEX`. Whole files only: each is written aside, made durable and then named.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { CodedError, messageOf, syncFolder, writeDurably } from '@bongsu/foundation'
import type { SignedRelease } from '@bongsu/protocol'

export interface CarriedBlob {
  readonly digest: string
  readonly bytes: number
}

/**
 * Idempotent: one that is there, and is what its name says, is not fetched.
 * @throws CodedError CLI_BLOB_WRONG, CLI_DOWNLOAD_BROKEN, CLI_FILE_UNWRITABLE, or what opening it throws
 */
export async function writeCarriedBlob(
  folder: string,
  blob: CarriedBlob,
  fetch: () => Promise<Readable>,
): Promise<void> {
  const blobs = join(folder, 'blobs/sha256')
  const path = join(blobs, blob.digest.replace('sha256:', ''))
  if (await isWhole(path, blob)) return
  await told(path, () => mkdir(blobs, { recursive: true }))
  const stream = await fetch()
  const aside = `${path}.part`
  try {
    await writeVerified(aside, blob, stream)
    await told(path, async () => {
      await rename(aside, path)
      await syncFolder(blobs)
    })
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined)
    throw error
  } finally {
    stream.destroy()
  }
}

/** @throws CodedError CLI_FILE_UNWRITABLE */
export async function writeCarriedManifest(
  folder: string,
  name: string,
  { manifest, signature }: SignedRelease,
): Promise<void> {
  const path = join(folder, 'manifests', name)
  await told(path, async () => {
    await mkdir(join(folder, 'manifests'), { recursive: true })
    // The signature first: a manifest never lies there without the one that belongs to it.
    if (signature === undefined) await rm(`${path}.minisig`, { force: true })
    else await writeDurably(`${path}.minisig`, signature, 0o644)
    await writeDurably(path, manifest, 0o644)
  })
}

async function isWhole(path: string, { digest, bytes }: CarriedBlob): Promise<boolean> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => undefined,
  )
  if (size !== bytes) return false
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk)
  return `sha256:${hash.digest('hex')}` === digest
}

async function writeVerified(path: string, { digest, bytes }: CarriedBlob, stream: Readable): Promise<void> {
  const hash = createHash('sha256')
  const file = await told(path, () => open(path, 'w', 0o644))
  let came = 0
  try {
    for await (const chunk of whole(stream)) {
      came += chunk.length
      if (came > bytes) break
      hash.update(chunk)
      await told(path, () => file.writeFile(chunk))
    }
    if (came !== bytes || `sha256:${hash.digest('hex')}` !== digest)
      throw new CodedError('CLI_BLOB_WRONG', { parameters: { digest } })
    await told(path, () => file.sync())
  } finally {
    await file.close()
  }
}

async function* whole(stream: Readable): AsyncIterable<Buffer> {
  try {
    yield* stream as AsyncIterable<Buffer>
  } catch (error) {
    throw new CodedError('CLI_DOWNLOAD_BROKEN', { parameters: { message: messageOf(error) } })
  }
}

async function told<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new CodedError('CLI_FILE_UNWRITABLE', { parameters: { path, message: messageOf(error) } })
  }
}
