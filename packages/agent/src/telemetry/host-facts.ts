// Asks a short-lived process for the machine's static facts, once per start of the agent. It runs as nobody where it can,
// with an environment of its own, because its library starts programs.
import { execFile } from 'node:child_process'
import { HostFacts } from '@bongsu/protocol'
import { Check } from 'typebox/value'

const TIMEOUT_MS = 30_000
const MAX_ANSWER_BYTES = 256 * 1024
/** As Debian names it: owns no file and may do nothing. */
const NOBODY = { uid: 65_534, gid: 65_534 }

export interface HostFactsOptions {
  /** The file to run with this Node: `facts-main.ts`, bundled or not. */
  readonly program: string
  readonly signal: AbortSignal
  /** Default: the Node that runs this. */
  readonly node?: string | undefined
  /** Default 30 000. */
  readonly timeoutMs?: number | undefined
}

/** The facts; what cannot be found is absent, and nothing of it is an error. */
export async function readHostFacts(options: HostFactsOptions): Promise<HostFacts> {
  const isRoot = process.geteuid?.() === 0
  const facts = isRoot ? await ask(options, NOBODY) : undefined
  // Nobody cannot read a program that lies in a closed folder, as a checkout below /root does.
  return facts ?? (await ask(options, {})) ?? {}
}

function ask(
  { program, signal, node = process.execPath, timeoutMs = TIMEOUT_MS }: HostFactsOptions,
  user: Partial<typeof NOBODY>,
): Promise<HostFacts | undefined> {
  return new Promise((resolve) => {
    const options = {
      ...user,
      cwd: '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_ANSWER_BYTES,
      signal,
    } as const
    execFile(node, [program], options, (error, stdout) => {
      resolve(error ? undefined : parseFacts(stdout))
    })
  })
}

/** Pure. `undefined` for anything but facts. */
export function parseFacts(text: string): HostFacts | undefined {
  try {
    const facts: unknown = JSON.parse(text)
    return Check(HostFacts, facts) ? facts : undefined
  } catch {
    return undefined
  }
}
