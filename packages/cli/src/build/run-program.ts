// Programs of the caller's machine: Python, pip, Docker. One place that starts them.
import { spawn } from 'node:child_process'
import { CodedError, systemErrorCode } from '@bongsu/foundation'

export interface ProgramRun {
  readonly argv: readonly [string, ...string[]]
  readonly input?: string | undefined
  readonly environment?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
  /** Each line of either output, as it comes. */
  readonly onLine?: ((line: string) => void) | undefined
}

export interface ProgramEnd {
  /** 128 + the signal's number is what shells say; here a signal is -1. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Which Debian package brings it. */
const PACKAGE_OF: Readonly<Record<string, string>> = {
  docker: 'docker.io',
  python3: 'python3 python3-pip',
  debootstrap: 'debootstrap',
  tar: 'tar',
}

const MAX_KEPT = 32 * 1024 * 1024

/** Runs it to its end, whatever that is. @throws CodedError CLI_TOOL_MISSING */
export function runProgram({ argv, input, environment, cwd, onLine }: ProgramRun): Promise<ProgramEnd> {
  const [program, ...parameters] = argv
  const child = spawn(program, parameters, { cwd, env: { ...process.env, ...environment } })
  const { promise, resolve, reject } = Promise.withResolvers<ProgramEnd>()
  const kept = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    let rest = ''
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      kept[name] = (kept[name] + text).slice(-MAX_KEPT)
      const lines = (rest + text).split(/\r?\n|\r/)
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.trim() !== '') onLine?.(line)
    })
  }
  child.once('error', (error) => {
    const isMissing = systemErrorCode(error) === 'ENOENT'
    const parameters = { program, package: PACKAGE_OF[program] ?? program }
    reject(isMissing ? new CodedError('CLI_TOOL_MISSING', { parameters }) : error)
  })
  child.once('close', (code) => resolve({ exitCode: code ?? -1, ...kept }))
  // A program that ends without reading is told by how it ended.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input ?? '')
  return promise
}

/**
 * Its output, when it ended well.
 * @throws CodedError CLI_TOOL_MISSING, CLI_TOOL_FAILED with the last lines it wrote
 */
export async function outputOf(run: ProgramRun): Promise<string> {
  const { exitCode, stdout, stderr } = await runProgram(run)
  if (exitCode === 0) return stdout
  throw toolFailed(run.argv, `${stdout}\n${stderr}`)
}

export function toolFailed(argv: readonly string[], output: string): CodedError {
  const message = output.trim().split('\n').slice(-12).join('\n')
  return new CodedError('CLI_TOOL_FAILED', { parameters: { program: argv.slice(0, 3).join(' '), message } })
}
