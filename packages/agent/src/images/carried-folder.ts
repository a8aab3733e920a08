// A folder of packages that somebody brought: `manifests/*.json` with `*.json.minisig` beside them, `blobs/sha256/HEX`.
// A stick is nobody's: links, pipes and what is too large are refused, what is foreign is passed over, and nothing is believed.
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, isCodedError, messageOf, systemErrorCode } from '@bongsu/foundation'
import { Digest, type ReleaseManifest, type SignedRelease } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import type { BlobAnswer } from './blob-download.ts'
import { readRelease } from './release-check.ts'

export interface CarriedRelease {
  /** Where it lies within the folder. */
  readonly path: string
  readonly signed: SignedRelease
  /** As it says itself: nobody has vouched for it yet. */
  readonly release: ReleaseManifest
}

export interface CarriedFault {
  readonly path: string
  readonly error: CodedError
}

export interface CarriedFolder {
  /** In the order of their names. */
  readonly releases: readonly CarriedRelease[]
  readonly faults: readonly CarriedFault[]
  /** @throws CodedError AGENT_FOLDER_INCOMPLETE, AGENT_FOLDER_REFUSED */
  openBlob(digest: string, offset: number): Promise<BlobAnswer>
}

const MAX_MANIFESTS = 1000
const MAX_MANIFEST_BYTES = 512 * 1024
const MAX_SIGNATURE_BYTES = 4096
const MANIFEST_NAME = /^[a-z0-9][0-9A-Za-z._%+-]{0,200}\.json$/

/** @throws CodedError AGENT_FOLDER_EMPTY, AGENT_FOLDER_REFUSED when it cannot be looked into */
export async function readCarriedFolder(root: string): Promise<CarriedFolder> {
  const names = await manifestNames(root)
  const releases: CarriedRelease[] = []
  const faults: CarriedFault[] = []
  for (const name of names) {
    const path = `manifests/${name}`
    try {
      const signed = await readSigned(root, path)
      releases.push({ path, signed, release: readRelease(signed.manifest) })
    } catch (error) {
      if (!isCodedError(error)) throw error
      faults.push({ path, error })
    }
  }
  return {
    releases,
    faults,
    async openBlob(digest, offset) {
      if (!Check(Digest, digest)) throw refused(digest, 'is not a digest')
      const path = `blobs/sha256/${digest.slice('sha256:'.length)}`
      for (const folder of ['blobs', 'blobs/sha256']) await requireFolder(root, folder)
      const file = await openPlain(root, path)
      return { offset, stream: file.createReadStream({ start: offset, highWaterMark: 1024 * 1024 }) }
    },
  }
}

async function manifestNames(root: string): Promise<string[]> {
  const empty = () => new CodedError('AGENT_FOLDER_EMPTY', { parameters: { path: root } })
  let names: string[]
  try {
    await requireFolder(root, 'manifests')
    names = await readdir(join(root, 'manifests'))
  } catch (error) {
    if (isCodedError(error) && error.code !== 'AGENT_FOLDER_INCOMPLETE') throw error
    throw isCodedError(error) ? empty() : refused('manifests', messageOf(error))
  }
  const manifests = names.filter((name) => MANIFEST_NAME.test(name)).toSorted()
  if (manifests.length === 0) throw empty()
  if (manifests.length > MAX_MANIFESTS) throw refused('manifests', `more than ${MAX_MANIFESTS} files`)
  return manifests
}

async function readSigned(root: string, path: string): Promise<SignedRelease> {
  const manifest = await readText(root, path, MAX_MANIFEST_BYTES)
  const signature = await readText(root, `${path}.minisig`, MAX_SIGNATURE_BYTES).catch((error: unknown) => {
    if (isCodedError(error) && error.code === 'AGENT_FOLDER_INCOMPLETE') return undefined
    throw error
  })
  return { manifest, ...(signature !== undefined && { signature }) }
}

async function readText(root: string, path: string, maxBytes: number): Promise<string> {
  const file = await openPlain(root, path)
  try {
    // One byte more than allowed tells a file that grows while it is read.
    const buffer = Buffer.alloc(maxBytes + 1)
    let bytes = 0
    while (bytes < buffer.length) {
      const { bytesRead } = await file.read(buffer, bytes, buffer.length - bytes, bytes)
      if (bytesRead === 0) break
      bytes += bytesRead
    }
    if (bytes > maxBytes) throw refused(path, `is larger than ${maxBytes} bytes`)
    return buffer.toString('utf8', 0, bytes)
  } finally {
    await file.close()
  }
}

/** Follows no link and waits for no pipe. */
async function openPlain(root: string, path: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(join(root, path), flags).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') throw incomplete(path)
    throw refused(path, systemErrorCode(error) === 'ELOOP' ? 'is a link' : messageOf(error))
  })
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw refused(path, 'is not a plain file')
}

async function requireFolder(root: string, path: string): Promise<void> {
  const stats = await lstat(join(root, path)).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') throw incomplete(path)
    throw refused(path, messageOf(error))
  })
  if (!stats.isDirectory()) throw refused(path, 'is not a folder')
}

const incomplete = (path: string) => new CodedError('AGENT_FOLDER_INCOMPLETE', { parameters: { path } })

const refused = (path: string, problem: string) =>
  new CodedError('AGENT_FOLDER_REFUSED', { parameters: { path, problem: problem.slice(0, 300) } })
