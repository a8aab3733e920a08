// The machine's processes as /proc tells them, and who descends from whom. Reading is apart from deciding.
import { readdirSync, readFileSync } from 'node:fs'

/** One process; pid and start together never name two. */
export interface ProcessRow {
  readonly pid: number
  readonly parentPid: number
  /** Clock ticks after boot, from /proc/PID/stat field 22. */
  readonly startTicks: number
  readonly state: string
}

/** A row of proc_pid_stat(5); undefined for text that is none. The name may hold blanks and brackets. */
export function parseStat(text: string): ProcessRow | undefined {
  const nameEnd = text.lastIndexOf(')')
  const pid = Number.parseInt(text, 10)
  const fields = text.slice(nameEnd + 2).split(' ')
  const [state, parent, startTicks] = [fields[0], Number(fields[1]), Number(fields[19])]
  if (nameEnd < 0 || !Number.isInteger(pid) || state === undefined) return undefined
  if (!Number.isInteger(parent) || !Number.isInteger(startTicks)) return undefined
  return { pid, parentPid: parent, startTicks, state }
}

/** The process with this pid now, or undefined when it ended. A zombie has ended. */
export function readProcess(pid: number): ProcessRow | undefined {
  try {
    const row = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return row?.state === 'Z' ? undefined : row
  } catch {
    return undefined
  }
}

/** All live processes. */
export function readProcesses(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? [])
}

/** Every row below `pid`, nearest first, without `pid` itself. */
export function descendantsOf(pid: number, rows: readonly ProcessRow[]): ProcessRow[] {
  const children = Map.groupBy(rows, (row) => row.parentPid)
  const found: ProcessRow[] = []
  const queue = [...(children.get(pid) ?? [])]
  for (let row = queue.shift(); row; row = queue.shift()) {
    if (row.pid === pid || found.includes(row)) continue
    found.push(row)
    queue.push(...(children.get(row.pid) ?? []))
  }
  return found
}

/** Whether exactly this process, and no later one with its pid, still lives. */
export const isAlive = (row: Pick<ProcessRow, 'pid' | 'startTicks'>): boolean =>
  readProcess(row.pid)?.startTicks === row.startTicks
