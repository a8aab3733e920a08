// Where a figure was measured: without it no figure can be held against another.
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'

export interface Surroundings {
  /** Short hash of the commit; ends in `+` when the work tree differed from it. */
  readonly commit: string
  readonly machine: string
  readonly node: string
  readonly measuredAt: string
  /** Of the minute before the run: what else kept the machine busy. */
  readonly load: number
}

export function readSurroundings(checkout: string): Surroundings {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: checkout, encoding: 'utf8' }).trim()
  // The record of results is no part of what is measured.
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!bench/RESULTS.md')
  const isChanged = changed !== ''
  const processors = cpus()
  const memoryGib = Math.round(totalmem() / 2 ** 30)
  return {
    commit: `${git('rev-parse', '--short', 'HEAD')}${isChanged ? '+' : ''}`,
    machine: `${processors.length} x ${processors[0]?.model ?? process.arch}, ${memoryGib} GiB, Linux ${release()}`,
    node: process.version,
    measuredAt: new Date().toISOString(),
    load: loadavg()[0] ?? Number.NaN,
  }
}
