// The trial's own publisher: its key is made at the first start and stays with the trial, never with the hub; the trial's
// agent trusts it. What a real publisher does by `bongsu key generate` and `bongsu package sign`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeKey, parseManifest, parseSecretKey, signerOf, signRelease } from '@bongsu/cli'
import type { MinisignSigner } from '@bongsu/foundation'
import type { SignedRelease } from '@bongsu/protocol'
import type { TrialPaths } from '../trial-paths.ts'
import type { HubApi } from './hub-api.ts'
import { trialFiles } from './trial-files.ts'

/** The same key at every start of a trial. */
export function ensurePublisher(paths: TrialPaths): MinisignSigner {
  const { publisherKey, trustedPublishers } = trialFiles(paths)
  if (!existsSync(publisherKey)) {
    const made = makeKey()
    mkdirSync(dirname(publisherKey), { recursive: true, mode: 0o700 })
    mkdirSync(trustedPublishers, { recursive: true, mode: 0o755 })
    writeFileSync(join(trustedPublishers, 'trial.pub'), made.publicKey, { mode: 0o644 })
    // Last: a start that was killed before begins anew.
    writeFileSync(publisherKey, made.secretKey, { mode: 0o600 })
  }
  const key = parseSecretKey(readFileSync(publisherKey, 'utf8'))
  if ('fault' in key) throw new Error(`${publisherKey}: ${key.fault}`)
  return signerOf(key)
}

/** Signs what the hub has of the version. @param versionPath `/api/v1/packages/…/versions/…` */
export async function signVersion(
  hub: HubApi,
  versionPath: string,
  publisher: MinisignSigner,
): Promise<void> {
  const { manifest } = await hub.get<SignedRelease>(`${versionPath}/manifest`)
  const release = parseManifest(manifest)
  if (!release) throw new Error(`${versionPath} has no manifest that this trial understands`)
  await hub.put(`${versionPath}/manifest`, signRelease(release, publisher, { now: new Date() }))
}
