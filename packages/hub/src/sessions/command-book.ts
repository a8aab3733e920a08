// Commands under way on one session: each id answered once, by its result or by the stream that carries the answer.
import { type Clock, CodedError } from '@bongsu/foundation'
import type { Command, CommandResult, IncomingStream } from '@bongsu/protocol'
import { newId } from '@bongsu/protocol'

/** Larger pictures than this are refused: 8K RGB hardly compressed. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024

export interface CommandBook {
  /**
   * Sends a command and resolves with the bytes of its answering stream.
   * @throws CodedError the agent's reason, HUB_DEVICE_TIMEOUT, HUB_DEVICE_OFFLINE
   */
  request(action: Command['action'], options: CommandOptions): Promise<Uint8Array>
  /**
   * Sends a command and resolves with its answering stream once the device opens it; ending it is the reader's.
   * @throws CodedError as `request`
   */
  open(action: Command['action'], options: CommandOptions): Promise<IncomingStream>
  /** A stream the device opened; one that answers nothing is cancelled. */
  accept(stream: IncomingStream): void
  settle(result: CommandResult): void
  failAll(error: CodedError): void
}

export interface CommandOptions {
  readonly deviceId: string
  /** Until the whole answer is here, or the stream where one is opened. */
  readonly timeoutMs: number
}

interface Pending {
  readonly deviceId: string
  stream?: IncomingStream
  take(stream: IncomingStream): void
  reject(error: CodedError): void
}

export function createCommandBook({
  clock,
  send,
}: {
  clock: Clock
  send: (command: Command) => void
}): CommandBook {
  const pending = new Map<string, Pending>()

  const collect = async (stream: IncomingStream, deviceId: string): Promise<Uint8Array> => {
    const parts: Uint8Array[] = []
    let total = 0
    try {
      for await (const part of stream) {
        total += part.length
        if (total > MAX_ANSWER_BYTES) {
          stream.cancel('HUB_BODY_TOO_LARGE')
          throw new CodedError('HUB_BODY_TOO_LARGE')
        }
        parts.push(part)
      }
      return Buffer.concat(parts)
    } catch (error) {
      if (error instanceof CodedError) throw error
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'HUB_DEVICE_OFFLINE'
      throw new CodedError(code, { parameters: { id: deviceId } })
    }
  }

  /** One command from being sent to its end; `use` makes the answer of the stream that comes. */
  const ask = <T>(
    action: Command['action'],
    { deviceId, timeoutMs }: CommandOptions,
    use: (stream: IncomingStream) => Promise<T>,
  ): { id: string; answer: Promise<T> } => {
    const id = newId('req')
    const expiresAt = new Date(clock.now().getTime() + timeoutMs).toISOString()
    const timer = new AbortController()
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const take = (stream: IncomingStream) => void use(stream).then(resolve, reject)
    pending.set(id, { deviceId, take, reject })
    clock.sleep(timeoutMs, timer.signal).then(
      () => reject(new CodedError('HUB_DEVICE_TIMEOUT', { parameters: { id: deviceId } })),
      () => undefined,
    )
    send({ type: 'command', id, expiresAt, action })
    return { id, answer: promise.finally(() => timer.abort()) }
  }

  return {
    request(action, options) {
      const { id, answer } = ask(action, options, (stream) => collect(stream, options.deviceId))
      return answer.finally(() => {
        // Nobody waits for the rest of a late answer: it must not go on filling the link.
        pending.get(id)?.stream?.cancel('HUB_DEVICE_TIMEOUT')
        pending.delete(id)
      })
    },
    open(action, options) {
      const { id, answer } = ask(action, options, async (stream) => stream)
      return answer.finally(() => pending.delete(id))
    },
    accept(stream) {
      const answer = pending.get(stream.opening.commandId ?? '')
      if (!answer || answer.stream) return stream.cancel('HUB_DEVICE_TIMEOUT')
      answer.stream = stream
      answer.take(stream)
    },
    settle({ id, outcome, reason }) {
      if (outcome === 'done') return
      const answer = pending.get(id)
      if (!answer) return
      const timedOut = { code: 'HUB_DEVICE_TIMEOUT', parameters: { id: answer.deviceId }, quote: undefined }
      const { code, parameters, quote } = reason ?? timedOut
      answer.reject(new CodedError(code, { parameters, quote }))
    },
    failAll(error) {
      for (const { reject } of pending.values()) reject(error)
    },
  }
}
