// Everything about the machine that discovery goes by, at one moment: what there is, never whether it answers.
// Read at one go and without waiting; foreign files and processes take root.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Type, { type Static } from 'typebox'
import { DisplaySocket, listDisplaySockets, readLockPid } from './display-sockets.ts'
import { LoginSession, listLoginSessions } from './logind.ts'
import { orUndefined } from './or-undefined.ts'
import { DisplayHint, readEnvironments, voteOnDisplays } from './session-environment.ts'
import { MachineUser, parsePasswd } from './user-database.ts'
import { listXProcesses, XProcess } from './x-processes.ts'

const Uid = Type.Integer({ minimum: 0, maximum: 4_294_967_295 })

export const Machine = Type.Object({
  sockets: Type.Array(DisplaySocket, { maxItems: 256 }),
  processes: Type.Array(XProcess, { maxItems: 256 }),
  /** Server pids by the lock files, for servers that picked their number themselves; a dead one's may be among them. */
  locks: Type.Array(Type.Object({ displayNumber: Type.Integer({ minimum: 0 }), pid: Type.Integer() }), {
    maxItems: 256,
  }),
  /** Only those who have anything to do with a display. */
  users: Type.Array(MachineUser, { maxItems: 256 }),
  sessions: Type.Array(LoginSession, { maxItems: 256 }),
  /** uids with a `/run/user/<uid>`. */
  sessionUids: Type.Array(Uid, { maxItems: 256 }),
  hints: Type.Array(DisplayHint, { maxItems: 64 }),
})
export type Machine = Static<typeof Machine>

export interface MachinePlaces {
  readonly socketDir: string
  /** Stands before `/proc`, `/run`, `/etc`; empty but for a tree of files made for a test. */
  readonly rootDir: string
}

const MAX = 256

/** Takes milliseconds. What is hidden from our uid is left out. */
export function observeMachine({ socketDir, rootDir }: MachinePlaces): Machine {
  const sockets = listDisplaySockets(socketDir).slice(0, MAX)
  const sessions = listLoginSessions(`${rootDir}/run/systemd`)
  const sessionUids = (orUndefined(() => readdirSync(`${rootDir}/run/user`)) ?? [])
    .filter((name) => /^\d{1,10}$/.test(name))
    .map(Number)
    .slice(0, MAX)
  const people = new Set([...sessionUids, ...sessions.map(({ uid }) => uid)].filter((uid) => uid !== 0))
  const concerned = new Set([...people, ...sockets.map(({ ownerUid }) => ownerUid)])
  const passwd = orUndefined(() => readFileSync(`${rootDir}/etc/passwd`, 'utf8')) ?? ''
  return {
    sockets,
    processes: listXProcesses(`${rootDir}/proc`).slice(0, MAX),
    locks: sockets.flatMap(({ number: displayNumber }) => {
      const pid = readLockPid(dirname(socketDir), displayNumber)
      return pid === undefined ? [] : [{ displayNumber, pid }]
    }),
    users: parsePasswd(passwd)
      .filter(({ uid }) => concerned.has(uid))
      .slice(0, MAX),
    sessions,
    sessionUids,
    hints: sockets.length === 0 ? [] : voteOnDisplays(readEnvironments(join(rootDir, '/proc'), people)),
  }
}
