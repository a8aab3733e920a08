// One trial per checkout at a time: a lock that names its holder by pid, start time and boot, so a stale one never blocks.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { bootId } from './process-record.ts'
import { isAlive, readProcess } from './process-table.ts'
import { TrialError } from './trial-error.ts'

interface Holder {
  readonly pid: number
  readonly startTicks: number
  readonly bootId: string
}

/**
 * Takes the lock for this process; it is given up by the process's end.
 * @throws TrialError TRIAL_ALREADY_RUNNING while another start of this checkout runs
 */
export function claimTrial(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const holder = readHolder(path)
  if (holder && holder.pid !== process.pid && holder.bootId === bootId() && isAlive(holder)) {
    throw alreadyRunning(holder.pid)
  }
  rmSync(path, { force: true })
  const own = readProcess(process.pid)
  const claim: Holder = { pid: process.pid, startTicks: own?.startTicks ?? 0, bootId: bootId() }
  try {
    writeFileSync(path, JSON.stringify(claim), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    // Two starts found the stale lock at once; the other one was faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyRunning(readHolder(path)?.pid ?? 0)
    throw error
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof parsed !== 'object' || parsed === null) return undefined
    const { pid, startTicks, bootId: boot } = parsed as Partial<Record<keyof Holder, unknown>>
    const isHolder = typeof pid === 'number' && typeof startTicks === 'number' && typeof boot === 'string'
    return isHolder ? { pid, startTicks, bootId: boot } : undefined
  } catch {
    return undefined
  }
}

const alreadyRunning = (pid: number) =>
  new TrialError(
    'TRIAL_ALREADY_RUNNING',
    {
      ko: `이 체크아웃에서 이미 실행 중입니다 (프로세스 ${pid})`,
      en: `A trial already runs in this checkout (process ${pid})`,
    },
    { ko: '그것을 쓰거나 먼저 종료하세요.', en: 'Use it, or stop it first.' },
  )
