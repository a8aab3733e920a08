// The users of the machine as /etc/passwd lists them: names tell login screens, homes hold authority files.
import type { SessionUser } from './display-state.ts'

export interface MachineUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** Lines that are no entry are passed over, as the C library does. */
export function parsePasswd(text: string): MachineUser[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid, , home] = line.split(':')
    if (!name || !home || !isNumber(uid) || !isNumber(gid)) return []
    return [{ name, uid: Number(uid), gid: Number(gid), home }]
  })
}

const isNumber = (text: string | undefined): boolean => text !== undefined && /^\d{1,10}$/.test(text)

/** Ordinary people's accounts start here on Debian and Ubuntu. */
const FIRST_SESSION_UID = 1000

/**
 * Whose screen a display is: the server's user, or, where root runs the server as a display manager's Xorg does,
 * the user who is logged in. Root itself only where nobody is.
 * @param sessionUids uids with a run-time directory, which a log-in makes
 */
export function sessionUser(
  serverUid: number,
  sessionUids: readonly number[],
  users: readonly MachineUser[],
): SessionUser {
  const loggedIn = sessionUids.filter((uid) => uid >= FIRST_SESSION_UID).toSorted((a, b) => a - b)
  const uid = serverUid === 0 ? (loggedIn[0] ?? 0) : serverUid
  const user = users.find((known) => known.uid === uid)
  return { uid, gid: user?.gid ?? uid, ...(user && { userName: user.name }) }
}
