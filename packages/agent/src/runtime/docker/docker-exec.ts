// One command in a running container, with its output bounded and its wait ended in time. Whether it may run is the
// policy's, asked before.
import type Docker from 'dockerode'
import type { ExecOptions } from '../../policy/check-exec.ts'
import type { ExecuteOptions, Execution } from '../container-runtime.ts'
import { isConflict } from './docker-errors.ts'
import { endOf, payloadsOf } from './docker-logs.ts'
import { codedUnlessAborted, engineCall } from './engine-call.ts'

const CALL_MS = 10_000
/** Read beyond this, the command is cut off: it would fill memory. */
const MAX_READ_BYTES = 4 * 1024 * 1024

export const execOptions = (argv: readonly string[]): ExecOptions => ({
  Cmd: argv,
  AttachStdout: true,
  AttachStderr: true,
})

/** @throws CodedError of the engine */
export async function executeIn(
  container: Docker.Container,
  command: ExecOptions,
  { timeoutMs, maxBytes }: ExecuteOptions,
  signal: AbortSignal | undefined,
): Promise<Execution | 'not_running'> {
  try {
    const exec = await engineCall(CALL_MS, signal, (abortSignal) =>
      container.exec({ ...command, Cmd: [...command.Cmd], abortSignal }),
    )
    const stream = await engineCall(CALL_MS, signal, (abortSignal) => exec.start({ abortSignal }))
    const output = await readWithin(stream, timeoutMs, signal)
    const { Running, ExitCode } = await engineCall(CALL_MS, signal, (abortSignal) =>
      exec.inspect({ abortSignal }),
    )
    return {
      exitCode: Running ? undefined : (ExitCode ?? undefined),
      output: endOf(payloadsOf(output), maxBytes),
    }
  } catch (error) {
    if (isConflict(error)) return 'not_running'
    throw codedUnlessAborted(error, signal)
  }
}

/** What came until the command ended, or the time did. */
async function readWithin(
  stream: NodeJS.ReadableStream & { destroy(): void },
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, timeoutMs)
  const onAbort = () => resolve()
  signal?.addEventListener('abort', onAbort, { once: true })
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_READ_BYTES) resolve()
  })
  for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve())
  await ended
  clearTimeout(timer)
  signal?.removeEventListener('abort', onAbort)
  stream.destroy()
  signal?.throwIfAborted()
  return Buffer.concat(chunks)
}
