// Whose log-in a display belongs to, and how good a place for a program it is. Pure.
import type { DisplaySocket } from './display-sockets.ts'
import type { LoginSession } from './logind.ts'
import type { Machine } from './machine.ts'
import type { XProcess } from './x-processes.ts'

/** gdm numbers the displays of its login screens from here. */
const FIRST_GREETER_NUMBER = 1024
const GREETER_USERS: ReadonlySet<string> = new Set([
  'gdm',
  'Debian-gdm',
  'gdm-greeter',
  'lightdm',
  'sddm',
  'greeter',
])
const MAIN_SEAT = 'seat0'

type Found = Pick<Machine, 'sessions' | 'hints' | 'users'>

/**
 * The log-in behind a display: by the number or the terminal that logind names, else by the uid of a rootless server,
 * else by what the session's programs believe. A session in the foreground goes before one behind it.
 */
export function loginOf(
  socket: DisplaySocket,
  server: XProcess | undefined,
  { sessions, hints }: Found,
): LoginSession | undefined {
  const seat = server?.seat ?? MAIN_SEAT
  const graphical = sessions
    .filter((session) => session.seat !== undefined && session.type !== 'tty')
    .toSorted((a, b) => loginOrder(a) - loginOrder(b))
  const isHinted = ({ uid }: LoginSession) =>
    hints.find((hint) => hint.uid === uid)?.displayNumber === socket.number
  return (
    graphical.find((session) => session.displayNumber === socket.number) ??
    graphical.find(
      (session) =>
        server?.virtualTerminal !== undefined &&
        session.virtualTerminal === server.virtualTerminal &&
        session.seat === seat,
    ) ??
    graphical.find((session) => socket.ownerUid !== 0 && session.uid === socket.ownerUid) ??
    graphical.find((session) => session.displayNumber === undefined && isHinted(session))
  )
}

const loginOrder = (session: LoginSession): number =>
  (session.class === 'user' ? 0 : 2) + (session.isActive ? 0 : 1)

/** A login screen: nobody has logged in there, and whatever is shown on it goes when somebody does. */
export function isGreeter(socket: DisplaySocket, login: LoginSession | undefined, { users }: Found): boolean {
  if (login) return login.class === 'greeter'
  const owner = users.find(({ uid }) => uid === socket.ownerUid)?.name ?? ''
  return socket.number >= FIRST_GREETER_NUMBER || GREETER_USERS.has(owner)
}

export interface Place {
  readonly login: LoginSession | undefined
  readonly server: XProcess | undefined
  readonly isGreeter: boolean
  readonly isOwned: boolean
  readonly isVirtual: boolean
}

/**
 * The lower, the better: who sits before seat0, a screen of nobody in particular such as a kiosk's, a session in the
 * background, another seat, a login screen, the agent's own server, a frame buffer of somebody else.
 */
export function placeOrder({ login, server, ...is }: Place): number {
  if (is.isOwned) return 5
  if (is.isVirtual) return 6
  if (is.isGreeter) return 4
  const seat = login?.seat ?? server?.seat ?? MAIN_SEAT
  if (seat !== MAIN_SEAT) return 3
  if (login === undefined) return 1
  return login.isActive ? 0 : 2
}
