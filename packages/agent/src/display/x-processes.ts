// X servers by their command lines in /proc: display number, authority file, kind.
// A socket without a process is not dead: Xwayland starts at the first client.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'

export type ServerKind = 'xorg' | 'xwayland' | 'xvfb' | 'xephyr' | 'xvnc' | 'unknown'

export interface XProcess {
  readonly pid: number
  readonly uid: number
  readonly kind: ServerKind
  /** Undefined when the server chose it itself (`-displayfd`). */
  readonly displayNumber: number | undefined
  /** Value of `-auth`; a relative path cannot be resolved from outside and is dropped. */
  readonly authFile: string | undefined
  readonly virtualTerminal: number | undefined
  readonly seat: string | undefined
}

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
export async function listXProcesses(procDir: string): Promise<XProcess[]> {
  const pids = (await readdir(procDir).catch(() => [])).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const cmdline = await readFile(join(procDir, pid, 'cmdline'), 'utf8').catch(() => '')
      const parsed = parseXCommandLine(cmdline)
      if (!parsed) return undefined
      const owner = await stat(join(procDir, pid)).catch(() => undefined)
      return owner && { pid: Number(pid), uid: owner.uid, ...parsed }
    }),
  )
  return found.filter((process) => process !== undefined)
}

/** @param cmdline arguments ended by NUL, as `/proc/<pid>/cmdline` gives them */
export function parseXCommandLine(cmdline: string): Omit<XProcess, 'pid' | 'uid'> | undefined {
  const [program = '', ...args] = cmdline.split('\0')
  const name = basename(program)
  const kind = Object.hasOwn(KIND_OF_PROGRAM, name) ? KIND_OF_PROGRAM[name] : undefined
  if (kind === undefined) return undefined
  const display = args.find((arg) => /^:\d{1,5}$/.test(arg))
  const terminal = args.find((arg) => /^vt\d{1,2}$/.test(arg))
  const authFile = valueAfter(args, '-auth')
  return {
    kind,
    displayNumber: display === undefined ? undefined : Number(display.slice(1)),
    authFile: authFile !== undefined && isAbsolute(authFile) ? authFile : undefined,
    virtualTerminal: terminal === undefined ? undefined : Number(terminal.slice(2)),
    seat: valueAfter(args, '-seat'),
  }
}

function valueAfter(args: readonly string[], option: string): string | undefined {
  const index = args.indexOf(option)
  return index === -1 ? undefined : args[index + 1]
}
