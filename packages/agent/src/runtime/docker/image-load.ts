// Loading an image archive into the engine without believing the stream: it can end well after an error line, or half-way.
import { type Readable, Transform } from 'node:stream'
import { CodedError } from '@bongsu/foundation'
import type Docker from 'dockerode'
import { createInactivityWatchdog } from '../inactivity-watchdog.ts'
import { engineMessage, statusOfError } from './docker-errors.ts'
import { codedUnlessAborted } from './engine-call.ts'
import { field, jsonLines } from './json-lines.ts'

export interface ImageLoadOptions {
  /** Longest time without a byte taken or a line answered. There is no limit on the whole: archives are large. */
  readonly inactivityMs: number
  readonly onProgress?: ((bytes: number) => void) | undefined
}

/**
 * Feeds the archive and reads every line of the answer. Whether the right image is there now is for the caller to look.
 * @throws CodedError AGENT_IMAGE_LOAD_FAILED, AGENT_DISK_FULL or an engine error
 */
export async function loadImageArchive(
  docker: Docker,
  archive: Readable,
  { inactivityMs, onProgress }: ImageLoadOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stoodStill = () =>
    new CodedError('AGENT_ENGINE_UNREACHABLE', { quote: `loading stood still for ${inactivityMs} ms` })
  const watchdog = createInactivityWatchdog(inactivityMs, stoodStill)
  const ending = signal ? AbortSignal.any([signal, watchdog.signal]) : watchdog.signal
  try {
    ending.throwIfAborted()
    const body = counted(archive, (bytes) => {
      watchdog.rearm()
      onProgress?.(bytes)
    })
    const answer = await docker.loadImage(body, { abortSignal: ending })
    for await (const line of jsonLines(answer as AsyncIterable<Buffer>)) {
      watchdog.rearm()
      const problem = field(line, 'error')
      if (problem !== undefined) throw loadFailed(String(problem))
    }
  } catch (error) {
    archive.destroy()
    if (!signal?.aborted && watchdog.signal.aborted) throw watchdog.signal.reason
    if (!signal?.aborted && statusOfError(error) !== undefined) throw loadFailed(engineMessage(error))
    throw codedUnlessAborted(error, signal)
  } finally {
    watchdog.stop()
  }
}

function loadFailed(problem: string): CodedError {
  const message = problem.slice(0, 500)
  const code = /no space left on device/i.test(message) ? 'AGENT_DISK_FULL' : 'AGENT_IMAGE_LOAD_FAILED'
  return new CodedError(code, { parameters: { message }, quote: message })
}

/** Passes the archive on, telling how much of it the engine has taken, and fails when the archive does. */
function counted(archive: Readable, onBytes: (total: number) => void): Readable {
  let total = 0
  const counter = new Transform({
    highWaterMark: 1024 * 1024,
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length
      onBytes(total)
      done(null, chunk)
    },
  })
  archive.once('error', (error) => counter.destroy(error))
  archive.once('close', () => {
    if (!archive.readableEnded) counter.destroy(new Error('the archive ended early'))
  })
  // The request ends with an error of its own then; without a listener the process would.
  counter.on('error', () => archive.destroy())
  return archive.pipe(counter)
}
