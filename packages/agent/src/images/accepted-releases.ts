// The manifests that this device has accepted, as they were signed: what lets it run without the hub, and what tells an
// old one that comes again. Each is a file of its own; one that was damaged is as if it had never come.
import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readTextIfPresent, systemErrorCode, writeDurably } from '@bongsu/foundation'
import { type ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import { type AcceptedRelease, readRelease } from './release-check.ts'

export interface AcceptedReleases {
  find(packageId: string, version: string): Promise<SignedRelease | undefined>
  ofPackage(packageId: string): Promise<AcceptedRelease[]>
  /** Durable when it resolves; replaces what was accepted of the version before. */
  keep(release: ReleaseManifest, signed: SignedRelease): Promise<void>
}

/** Of one package: enough to go back to. The newest is always among them. */
const KEPT_VERSIONS = 20

export function createAcceptedReleases(folder: string): AcceptedReleases {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32)
  const nameOf = (packageId: string, version: string) => `${hash(packageId)}-${hash(version)}.json`

  const read = async (name: string): Promise<SignedRelease | undefined> => {
    const text = await readTextIfPresent(join(folder, name))
    try {
      const value: unknown = JSON.parse(text ?? '')
      return Check(SignedRelease, value) ? value : undefined
    } catch {
      return undefined
    }
  }

  const readAll = async (packageId: string): Promise<(AcceptedRelease & { readonly name: string })[]> => {
    const names = await readdir(folder).catch((error: unknown): string[] => {
      if (systemErrorCode(error) === 'ENOENT') return []
      throw error
    })
    const mine = names.filter((name) => name.startsWith(`${hash(packageId)}-`) && name.endsWith('.json'))
    const found = await Promise.all(mine.map(async (name) => ({ name, signed: await read(name) })))
    return found.flatMap(({ name, signed }) => {
      const release = signed && parsed(signed)
      return signed && release?.packageId === packageId ? [{ name, signed, release }] : []
    })
  }

  return {
    find: (packageId, version) => read(nameOf(packageId, version)),
    ofPackage: readAll,
    async keep(release, signed) {
      await writeDurably(join(folder, nameOf(release.packageId, release.version)), JSON.stringify(signed))
      const all = (await readAll(release.packageId)).toSorted(
        (a, b) => Date.parse(b.release.createdAt) - Date.parse(a.release.createdAt),
      )
      for (const { name } of all.slice(KEPT_VERSIONS)) await rm(join(folder, name), { force: true })
    },
  }
}

function parsed({ manifest }: SignedRelease): ReleaseManifest | undefined {
  try {
    return readRelease(manifest)
  } catch {
    return undefined
  }
}
