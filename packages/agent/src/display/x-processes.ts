// X servers by their command lines in /proc: display number, authority file, kind.
// A socket without a process is not dead: Xwayland starts at the first client.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, isAbsolute, join } from 'node:path'
import { DisplayServerKind } from '@bongsu/protocol'
import Type, { type Static } from 'typebox'
import { orUndefined } from './or-undefined.ts'

export type ServerKind = DisplayServerKind

export const XProcess = Type.Object({
  pid: Type.Integer({ minimum: 1 }),
  uid: Type.Integer({ minimum: 0 }),
  kind: DisplayServerKind,
  /** Absent when the server chose it itself (`-displayfd`). */
  displayNumber: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
  /** Value of `-auth`; a relative path cannot be resolved from outside and is dropped. */
  authFile: Type.Optional(Type.String({ maxLength: 4096 })),
  virtualTerminal: Type.Optional(Type.Integer({ minimum: 0, maximum: 99 })),
  seat: Type.Optional(Type.String({ maxLength: 64 })),
})
export type XProcess = Static<typeof XProcess>

const KIND_OF_PROGRAM: Readonly<Record<string, ServerKind>> = {
  X: 'xorg',
  Xorg: 'xorg',
  'Xorg.bin': 'xorg',
  'Xorg.wrap': 'xorg',
  Xwayland: 'xwayland',
  Xvfb: 'xvfb',
  Xephyr: 'xephyr',
  Xvnc: 'xvnc',
  Xtigervnc: 'xvnc',
  Xtightvnc: 'xvnc',
}

/** Reads all of `/proc` that our uid may; a foreign process hidden from us is simply not listed. */
export function listXProcesses(procDir: string): XProcess[] {
  const pids = (orUndefined(() => readdirSync(procDir)) ?? []).filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    const folder = join(procDir, pid)
    // The name costs less than the command line, and is told even of a process whose memory is locked.
    const name = orUndefined(() => readFileSync(join(folder, 'comm'), 'latin1'))
    if (name !== undefined && !name.startsWith('X')) return []
    const parsed = parseXCommandLine(orUndefined(() => readFileSync(join(folder, 'cmdline'), 'utf8')) ?? '')
    const owner = parsed && orUndefined(() => statSync(folder))
    return parsed && owner ? [{ pid: Number(pid), uid: owner.uid, ...parsed }] : []
  })
}

/** @param cmdline arguments ended by NUL, as `/proc/<pid>/cmdline` gives them */
export function parseXCommandLine(cmdline: string): Omit<XProcess, 'pid' | 'uid'> | undefined {
  const [program = '', ...args] = cmdline.split('\0')
  const name = basename(program)
  const kind = Object.hasOwn(KIND_OF_PROGRAM, name) ? KIND_OF_PROGRAM[name] : undefined
  if (kind === undefined) return undefined
  const display = args.map((arg) => /^:(\d{1,5})$/.exec(arg)?.[1]).find((number) => number !== undefined)
  const displayNumber = display === undefined ? undefined : Number(display)
  const terminal = args.map((arg) => /^vt(\d{1,2})$/.exec(arg)?.[1]).find((number) => number !== undefined)
  const authFile = valueAfter(args, '-auth')
  const seat = valueAfter(args, '-seat')
  return {
    kind,
    ...(displayNumber !== undefined && displayNumber <= 65_535 && { displayNumber }),
    ...(authFile !== undefined && isAbsolute(authFile) && authFile.length <= 4096 && { authFile }),
    ...(terminal !== undefined && { virtualTerminal: Number(terminal) }),
    ...(seat !== undefined && seat.length <= 64 && { seat }),
  }
}

function valueAfter(args: readonly string[], option: string): string | undefined {
  const index = args.indexOf(option)
  return index === -1 ? undefined : args[index + 1]
}
