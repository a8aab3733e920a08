// Remembers on disk which processes a start began, so that after a kill -9 the next start ends exactly those.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isAlive } from './process-table.ts'

export interface BegunProcess {
  readonly name: string
  readonly pid: number
  /** Tells it from a later process with the same pid; see ProcessRow. */
  readonly startTicks: number
  /** Ticks count from the boot, so without it a reboot could make two processes look the same. */
  readonly bootId: string
}

/** Of this boot; see random(4). */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

/** A file with the begun processes. One start at a time writes it. */
export class ProcessRecord {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  add(begun: Omit<BegunProcess, 'bootId'>): void {
    this.#write([...this.#read(), { ...begun, bootId: bootId() }])
  }

  remove(pid: number): void {
    this.#write(this.#read().filter((begun) => begun.pid !== pid))
  }

  /** Those of an earlier start that still run. */
  leftovers(): readonly BegunProcess[] {
    const boot = bootId()
    return this.#read().filter((begun) => begun.bootId === boot && isAlive(begun))
  }

  #read(): BegunProcess[] {
    try {
      const parsed: unknown = JSON.parse(readFileSync(this.#path, 'utf8'))
      return Array.isArray(parsed) ? parsed.filter(isBegunProcess) : []
    } catch {
      // None yet, or torn by a power cut: nothing is known, so nothing is ended.
      return []
    }
  }

  #write(list: readonly BegunProcess[]): void {
    if (list.length === 0) {
      rmSync(this.#path, { force: true })
      return
    }
    mkdirSync(dirname(this.#path), { recursive: true })
    writeFileSync(`${this.#path}.new`, `${JSON.stringify(list, null, 2)}\n`)
    renameSync(`${this.#path}.new`, this.#path)
  }
}

function isBegunProcess(value: unknown): value is BegunProcess {
  if (typeof value !== 'object' || value === null) return false
  const { name, pid, startTicks, bootId } = value as Partial<Record<keyof BegunProcess, unknown>>
  if (typeof name !== 'string' || typeof bootId !== 'string') return false
  return Number.isInteger(pid) && Number.isInteger(startTicks)
}
