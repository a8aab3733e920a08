// The publishers this device trusts: public keys in a folder that belongs to root. Read anew for each question, so that a
// technician who adds a key need not restart anything.
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, type MinisignPublicKey, parsePublicKey, systemErrorCode } from '@bongsu/foundation'

const MAX_KEYS = 100
const MAX_KEY_BYTES = 1024

/**
 * Every `*.pub` file of the folder; none when there is no folder.
 * @throws CodedError AGENT_PUBLISHERS_INVALID when one cannot be read or others than its owner could change it: a trust
 *   list that is half understood is none
 */
export async function readPublishers(folder: string, ownerUid: number): Promise<MinisignPublicKey[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw error
  })
  const files = names.filter((name) => name.endsWith('.pub')).toSorted()
  if (files.length > 0) await requireGuarded(folder, ownerUid)
  if (files.length > MAX_KEYS) throw invalid(folder, `more than ${MAX_KEYS} keys`)
  const keys: MinisignPublicKey[] = []
  for (const name of files) keys.push(await readKey(join(folder, name), ownerUid))
  return keys
}

async function readKey(path: string, ownerUid: number): Promise<MinisignPublicKey> {
  const { size, isFile } = await requireGuarded(path, ownerUid)
  if (!isFile || size > MAX_KEY_BYTES) throw invalid(path, 'is not a public key of minisign')
  const key = parsePublicKey(await readFile(path, 'utf8'))
  if (!key) throw invalid(path, 'is not a public key of minisign')
  return key
}

async function requireGuarded(path: string, ownerUid: number): Promise<{ size: number; isFile: boolean }> {
  const stats = await lstat(path)
  if (stats.isSymbolicLink()) throw invalid(path, 'is a link')
  if (stats.uid !== 0 && stats.uid !== ownerUid) throw invalid(path, 'is owned by neither root nor the agent')
  if ((stats.mode & 0o022) !== 0) throw invalid(path, 'can be changed by others than its owner')
  return { size: stats.size, isFile: stats.isFile() }
}

const invalid = (path: string, problem: string) =>
  new CodedError('AGENT_PUBLISHERS_INVALID', { parameters: { path, problem } })
