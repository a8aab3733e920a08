// Runs one outside program to its end. Says nothing about what the output means.
import { spawn } from 'node:child_process'
import { accessSync, constants, createWriteStream, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

/** Where Debian and Ubuntu keep programs, whatever the caller's PATH leaves out (`sbin`, for users). */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
const TAIL_LINES = 15

export interface CommandOptions {
  readonly cwd?: string
  /** Added to the inherited environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** Everything the program says is appended here. */
  readonly logPath?: string
  /** Called with each line of stdout and stderr, for progress. */
  readonly onLine?: (line: string) => void
  readonly signal?: AbortSignal
}

/** The program ended otherwise than with 0, or could not be started. */
export class CommandFailed extends Error {
  readonly exitCode: number | null
  /** The last lines it said. */
  readonly tail: string

  constructor(argv: readonly string[], exitCode: number | null, tail: string) {
    super(`${argv.join(' ')} ended with ${exitCode ?? 'a signal'}${tail === '' ? '' : `: ${tail}`}`)
    this.name = 'CommandFailed'
    this.exitCode = exitCode
    this.tail = tail
  }
}

/** The absolute path of a program, or undefined when the machine does not have it. */
export function findProgram(name: string, folders: readonly string[] = SYSTEM_FOLDERS): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Runs `argv` and gives back its stdout. Throws {@link CommandFailed}. */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { child, ended } = start(argv, options)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  return ended.then(() => Buffer.concat(chunks).toString('utf8'))
}

/** Runs `argv` with its stdout handed to `consume`; both must succeed. A failed program ends the stream with an error. */
export async function pipeCommand<T>(
  argv: readonly string[],
  consume: (stdout: Readable) => Promise<T>,
  options: CommandOptions = {},
): Promise<T> {
  const { child, ended } = start(argv, { ...options, stdout: 'raw' })
  ended.catch((error: Error) => child.stdout.destroy(error))
  try {
    const [result] = await Promise.all([consume(child.stdout), ended])
    return result
  } finally {
    child.kill()
  }
}

function start(argv: readonly string[], options: CommandOptions & { readonly stdout?: 'lines' | 'raw' }) {
  const [program, ...args] = argv
  if (program === undefined) throw new Error('empty command')
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.signal ? { signal: options.signal } : {}),
  })
  const log = options.logPath === undefined ? undefined : openLog(options.logPath)
  const tail: string[] = []
  const take = (line: string) => {
    if (line.trim() === '') return
    tail.push(line)
    if (tail.length > TAIL_LINES) tail.shift()
    options.onLine?.(line)
  }
  readLines(child.stderr, take, log)
  if (options.stdout !== 'raw') readLines(child.stdout, take, log)
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(new CommandFailed(argv, null, error.message)))
    child.once('close', (code) => {
      log?.end()
      if (code === 0) resolve()
      else reject(new CommandFailed(argv, code, tail.join('\n')))
    })
  })
  return { child, ended }
}

function openLog(path: string): Writable {
  mkdirSync(dirname(path), { recursive: true })
  return createWriteStream(path, { flags: 'a' })
}

function readLines(stream: Readable, take: (line: string) => void, log: Writable | undefined): void {
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    log?.write(chunk)
    const lines = (rest + chunk.toString('utf8')).split(/\r?\n|\r/)
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
  stream.once('end', () => {
    if (rest !== '') take(rest)
  })
}
