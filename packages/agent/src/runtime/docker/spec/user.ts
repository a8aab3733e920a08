// Whom the container runs as, and where that user's files lie.
import type { SpecInput } from './spec-input.ts'

export interface SessionUser {
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly runtimeDir: string
}

const HOME = '/home/bongsu'

/**
 * The display session's user. Always numeric, since names would have to exist in the image; undefined where the image's
 * own user is left as it is: a launch without display, or a profile that says so.
 */
export function sessionUser({ request, profile }: SpecInput): SessionUser | undefined {
  if (!request.display || profile.runAs === 'image') return undefined
  const { uid, gid } = request.display
  return { uid, gid, home: HOME, runtimeDir: `/run/user/${uid}` }
}

export function userOption(input: SpecInput): { User?: string } {
  const user = sessionUser(input)
  return user ? { User: `${user.uid}:${user.gid}` } : {}
}
