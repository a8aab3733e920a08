// Whom the container runs as, and where that user's files lie.
import type { CreateOptions, HostConfig } from '../create-options.ts'
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
export function sessionUser({
  request,
  profile,
}: Pick<SpecInput, 'request' | 'profile'>): SessionUser | undefined {
  if (!request.display || profile.runAs === 'image') return undefined
  const { uid, gid } = request.display
  return { uid, gid, home: HOME, runtimeDir: `/run/user/${uid}` }
}

type UserOptions = Pick<CreateOptions, 'User'> & { readonly HostConfig: Pick<HostConfig, 'UsernsMode'> }

/** A user of the device is one in the container too: the screen and the cookie are that user's. */
export function userOptions(input: SpecInput): UserOptions {
  const user = sessionUser(input)
  if (!user) return { HostConfig: {} }
  return {
    User: `${user.uid}:${user.gid}`,
    HostConfig: input.engine.users === 'remapped' ? { UsernsMode: 'host' } : {},
  }
}
