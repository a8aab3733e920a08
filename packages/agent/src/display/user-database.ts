// The users of the machine as /etc/passwd lists them: names tell login screens, homes hold authority files.
import Type, { type Static } from 'typebox'
import type { SessionUser } from './display-state.ts'

export const MachineUser = Type.Object({
  name: Type.String({ maxLength: 256 }),
  uid: Type.Integer({ minimum: 0 }),
  gid: Type.Integer({ minimum: 0 }),
  home: Type.String({ maxLength: 4096 }),
})
export type MachineUser = Static<typeof MachineUser>

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
 * Whose screen a display is: the user of its log-in; else the server's user, or, where root runs the server as a display
 * manager's Xorg does, the user who is logged in. Root itself only where nobody is.
 */
export function sessionUser(
  serverUid: number,
  known: {
    /** Of the display's own log-in, where one is known. */
    readonly loginUid?: number | undefined
    /** uids with a run-time directory, which a log-in makes. */
    readonly sessionUids: readonly number[]
    readonly users: readonly MachineUser[]
  },
): SessionUser {
  const loggedIn = known.sessionUids.filter((uid) => uid >= FIRST_SESSION_UID).toSorted((a, b) => a - b)
  const uid = known.loginUid ?? (serverUid === 0 ? (loggedIn[0] ?? 0) : serverUid)
  const user = known.users.find((each) => each.uid === uid)
  return { uid, gid: user?.gid ?? uid, ...(user && { userName: user.name }) }
}
