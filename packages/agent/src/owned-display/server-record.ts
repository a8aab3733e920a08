// Which X server is ours: written when it runs, believed later only as far as the process table agrees.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { orUndefined } from '../display/or-undefined.ts'

export const ServerRecord = Type.Object(
  {
    pid: Type.Integer({ minimum: 2 }),
    /** Field 22 of /proc/<pid>/stat: a pid alone is given again to others. */
    startTicks: Type.String({ pattern: '^\\d{1,20}$' }),
    number: Type.Integer({ minimum: 0, maximum: 65_535 }),
    kind: Type.Union([Type.Literal('xorg'), Type.Literal('xvfb')]),
    authFile: Type.String({ minLength: 1, maxLength: 1024 }),
  },
  { additionalProperties: false },
)
export type ServerRecord = Static<typeof ServerRecord>

const FILE = 'server.json'

/** Undefined when there is none, or none that can be read as one. */
export function readServerRecord(folder: string): ServerRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, FILE), 'utf8'))
    return Check(ServerRecord, value) ? value : undefined
  } catch {
    return undefined
  }
}

/** It need not outlive the machine's run, as the server does not. */
export function writeServerRecord(folder: string, record: ServerRecord): void {
  const path = join(folder, FILE)
  writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** Whether the recorded process still runs and is the server that was recorded. */
export function isStillRunning({ pid, startTicks, authFile }: ServerRecord): boolean {
  const cmdline = orUndefined(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? ''
  return startTicksOf(pid) === startTicks && cmdline.split('\0').includes(authFile)
}

/** When the process started, in clock ticks since boot; undefined when there is none, or only its remains. */
export function startTicksOf(pid: number): string | undefined {
  const text = orUndefined(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? ''
  // The name, in parentheses, may hold anything; fields are counted from behind it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? undefined : fields[19]
}
