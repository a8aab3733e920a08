// Who is logged in where, as systemd-logind writes it below /run/systemd. Read, not asked: no bus, no program, no wait.
// Machines without it have no such files, which is no answer rather than a wrong one.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { orUndefined } from './or-undefined.ts'

/** One log-in. Fields by sd-login(3) and the session files of systemd 247 and later. */
export const LoginSession = Type.Object({
  id: Type.String({ maxLength: 64 }),
  uid: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
  seat: Type.Optional(Type.String({ maxLength: 64 })),
  type: Type.Optional(Type.Union([Type.Literal('x11'), Type.Literal('wayland'), Type.Literal('tty')])),
  class: Type.Union([Type.Literal('user'), Type.Literal('greeter'), Type.Literal('other')]),
  isActive: Type.Boolean(),
  /** The n of `DISPLAY=:n`; a Wayland session has none. */
  displayNumber: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
  virtualTerminal: Type.Optional(Type.Integer({ minimum: 0, maximum: 4096 })),
})
export type LoginSession = Static<typeof LoginSession>

const MAX_SESSIONS = 256

/** @param systemdDir `/run/systemd`, or where a test keeps such files */
export function listLoginSessions(systemdDir: string): LoginSession[] {
  const names = orUndefined(() => readdirSync(join(systemdDir, 'sessions'))) ?? []
  const ids = names.filter((name) => /^[A-Za-z0-9]{1,64}$/.test(name)).slice(0, MAX_SESSIONS)
  const activeOf = activeSessions(systemdDir)
  return ids.flatMap((id) => {
    const text = orUndefined(() => readFileSync(join(systemdDir, 'sessions', id), 'utf8'))
    const session = text === undefined ? undefined : parseSession(id, text)
    if (!session) return []
    // The seat has the last word: only one session of a seat is in the foreground.
    const active = session.seat === undefined ? undefined : activeOf.get(session.seat)
    return [active === undefined ? session : { ...session, isActive: active === id }]
  })
}

function activeSessions(systemdDir: string): Map<string, string> {
  const seats = orUndefined(() => readdirSync(join(systemdDir, 'seats'))) ?? []
  return new Map(
    seats.flatMap((seat): [string, string][] => {
      const text = orUndefined(() => readFileSync(join(systemdDir, 'seats', seat), 'utf8')) ?? ''
      const id = parseAssignments(text).get('ACTIVE')
      return id ? [[seat, id]] : []
    }),
  )
}

/** Pure; undefined for a session that has ended or is of another machine's user. */
export function parseSession(id: string, text: string): LoginSession | undefined {
  const fields = parseAssignments(text)
  const uid = numberOf(fields.get('UID'), 4_294_967_295)
  if (uid === undefined || fields.get('REMOTE') === '1' || fields.get('STATE') === 'closing') return undefined
  const seat = fields.get('SEAT')?.slice(0, 64)
  const type = fields.get('TYPE')
  const display = /^:(\d{1,5})(?:\.\d+)?$/.exec(fields.get('DISPLAY') ?? '')
  const displayNumber = numberOf(display?.[1], 65_535)
  const virtualTerminal = numberOf(fields.get('VTNR'), 4096)
  return {
    id,
    uid,
    class: classOf(fields.get('CLASS')),
    isActive: fields.get('ACTIVE') === '1' || fields.get('STATE') === 'active',
    ...(seat && { seat }),
    ...((type === 'x11' || type === 'wayland' || type === 'tty') && { type }),
    ...(displayNumber !== undefined && { displayNumber }),
    ...(virtualTerminal !== undefined && virtualTerminal > 0 && { virtualTerminal }),
  }
}

const classOf = (name: string | undefined): LoginSession['class'] => {
  // `user-early` and the like came with systemd 256.
  if (name?.startsWith('user')) return 'user'
  return name === 'greeter' ? 'greeter' : 'other'
}

/** `KEY=value` lines; quotes and escapes as systemd writes them, where any value of ours could hold them. */
function parseAssignments(text: string): Map<string, string> {
  const pairs = text.split('\n').flatMap((line): [string, string][] => {
    const at = line.indexOf('=')
    if (at <= 0 || line.startsWith('#')) return []
    return [[line.slice(0, at), line.slice(at + 1).replace(/^"(.*)"$/, '$1')]]
  })
  return new Map(pairs)
}

function numberOf(text: string | undefined, maximum: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined
  const number = Number(text)
  return number <= maximum ? number : undefined
}
