// The join token that admits the trial's own agent: made anew, good for one device and one hour, in a file of 0600.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { JoinTokenRecord } from '@bongsu/protocol'
import type { HubApi } from './hub-api.ts'

const VALID_MS = 3_600_000

/** Approves by itself, since nobody but this machine's user can read the file. */
export async function writeJoinToken(hub: HubApi, path: string): Promise<void> {
  const created = await hub.post<JoinTokenRecord>('/api/v1/join-tokens', {
    description: 'npm start',
    uses: 1,
    approval: 'automatic',
    expiresAt: new Date(Date.now() + VALID_MS).toISOString(),
  })
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, `${created.token}\n`, { mode: 0o600 })
}
