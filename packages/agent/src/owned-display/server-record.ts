// Which X server is ours: written when it runs, believed later only as far as the process table agrees.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readTextIfPresent, writeDurably } from '@bongsu/foundation'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'

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
export async function readServerRecord(folder: string): Promise<ServerRecord | undefined> {
  const text = await readTextIfPresent(join(folder, FILE))
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return Check(ServerRecord, value) ? value : undefined
  } catch {
    return undefined
  }
}

export const writeServerRecord = (folder: string, record: ServerRecord): Promise<void> =>
  writeDurably(join(folder, FILE), JSON.stringify(record))

/** Whether the recorded process still runs and is the server that was recorded. */
export async function isStillRunning({ pid, startTicks, authFile }: ServerRecord): Promise<boolean> {
  const [ticks, cmdline] = await Promise.all([
    startTicksOf(pid),
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  ])
  return ticks === startTicks && cmdline.split('\0').includes(authFile)
}

/** When the process started, in clock ticks since boot; undefined when there is none, or only its remains. */
export async function startTicksOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name, in parentheses, may hold anything; fields are counted from behind it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? undefined : fields[19]
}
