// The first token of a hub: made at its first start into a file only its owner reads, so that somebody can sign in.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readOrCreate } from '../identity/create-once.ts'
import type { Principal } from '../plugins/permissions.ts'

const ADMIN: Principal = { id: 'admin', name: 'admin', role: 'admin' }

const digest = (text: string) => createHash('sha256').update(text).digest()

/** A verifier for the token in that file; the file is made where there is none. */
export async function loadAdminToken(path: string): Promise<(token: string) => Principal | undefined> {
  const make = () => `bat1.admin.${randomBytes(32).toString('base64url')}\n`
  const admin = (await readOrCreate(path, make)).trim()
  if (admin.length < 32) throw new Error(`${path} is too short to be a token; remove it and start again`)
  const wanted = digest(admin)
  return (token) => (timingSafeEqual(digest(token), wanted) ? ADMIN : undefined)
}
