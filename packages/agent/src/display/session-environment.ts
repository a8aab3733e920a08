// What the programs of a session believe their display to be: a vote, since one shell's DISPLAY may be a stale copy or
// lead over the network. A hint for discovery and a place to look for cookies; the probe decides.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import Type, { type Static } from 'typebox'
import { orUndefined } from './or-undefined.ts'

/** One opinion of one user's programs, and its weight. */
export const DisplayHint = Type.Object({
  uid: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
  displayNumber: Type.Integer({ minimum: 0, maximum: 65_535 }),
  authFile: Type.Optional(Type.String({ maxLength: 1024 })),
  votes: Type.Integer({ minimum: 1 }),
})
export type DisplayHint = Static<typeof DisplayHint>

/** Programs that are the session rather than run in it; `comm` holds 15 characters. */
const SESSION_PROGRAMS = new Set([
  'gnome-shell',
  'plasmashell',
  'kwin_x11',
  'kwin_wayland',
  'openbox',
  'xfce4-session',
  'lxqt-session',
  'lxsession',
  'cinnamon',
  'mate-session',
  'weston',
  'labwc',
  'sway',
])
const SESSION_WEIGHT = 1000
const MAX_PROCESSES_PER_USER = 400
const MAX_HINTS = 64

export interface ProgramEnvironment {
  readonly uid: number
  readonly program: string
  readonly display: string | undefined
  readonly authFile: string | undefined
}

/** Environments of the processes of these users that our uid may read; kernel threads and other users have none. */
export function readEnvironments(procDir: string, uids: ReadonlySet<number>): ProgramEnvironment[] {
  if (uids.size === 0) return []
  const left = new Map([...uids].map((uid) => [uid, MAX_PROCESSES_PER_USER]))
  const pids = (orUndefined(() => readdirSync(procDir)) ?? []).filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    const folder = join(procDir, pid)
    const uid = orUndefined(() => statSync(folder))?.uid
    const allowed = uid === undefined ? 0 : (left.get(uid) ?? 0)
    if (uid === undefined || allowed === 0) return []
    left.set(uid, allowed - 1)
    const text = orUndefined(() => readFileSync(join(folder, 'environ'), 'utf8')) ?? ''
    const display = variable(text, 'DISPLAY')
    if (display === undefined) return []
    const program = (orUndefined(() => readFileSync(join(folder, 'comm'), 'latin1')) ?? '').trim()
    return [{ uid, program, display, authFile: variable(text, 'XAUTHORITY') }]
  })
}

/** Pure: opinions by weight, the heaviest first; only displays of this machine count. */
export function voteOnDisplays(environments: readonly ProgramEnvironment[]): DisplayHint[] {
  const hints = new Map<string, DisplayHint>()
  for (const { uid, program, display, authFile } of environments) {
    const displayNumber = localDisplay(display)
    if (displayNumber === undefined) continue
    const path =
      authFile !== undefined && isAbsolute(authFile) && authFile.length <= 1024 ? authFile : undefined
    const weight = SESSION_PROGRAMS.has(program) ? SESSION_WEIGHT : 1
    const key = JSON.stringify([uid, displayNumber, path])
    const votes = (hints.get(key)?.votes ?? 0) + weight
    hints.set(key, { uid, displayNumber, votes, ...(path !== undefined && { authFile: path }) })
  }
  return [...hints.values()]
    .toSorted((a, b) => b.votes - a.votes || a.displayNumber - b.displayNumber)
    .slice(0, MAX_HINTS)
}

/** The n of `:n`, `:n.s` and the old `unix:n`; a host before the colon is a forwarded display. */
function localDisplay(display: string | undefined): number | undefined {
  const match = /^(?:unix)?:(\d{1,5})(?:\.\d+)?$/.exec(display ?? '')
  const number = match ? Number(match[1]) : undefined
  return number !== undefined && number <= 65_535 ? number : undefined
}

function variable(environ: string, name: string): string | undefined {
  const entry = environ.split('\0').find((each) => each.startsWith(`${name}=`))
  return entry?.slice(name.length + 1) || undefined
}
