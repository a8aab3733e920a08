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
  request(action: Command['action'], options: { deviceId: string; timeoutMs: number }): Promise<Uint8Array>
  /** A stream the device opened; one that answers nothing is cancelled. */
  accept(stream: IncomingStream): void
  settle(result: CommandResult): void
  failAll(error: CodedError): void
}

interface Pending {
  readonly deviceId: string
  stream?: IncomingStream
  resolve(answer: Uint8Array): void
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

  const collect = async (stream: IncomingStream, answer: Pending) => {
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
      answer.resolve(Buffer.concat(parts))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'HUB_DEVICE_OFFLINE'
      const parameters = { id: answer.deviceId }
      answer.reject(error instanceof CodedError ? error : new CodedError(code, { parameters }))
    }
  }

  return {
    request(action, { deviceId, timeoutMs }) {
      const id = newId('req')
      const expiresAt = new Date(clock.now().getTime() + timeoutMs).toISOString()
      const timer = new AbortController()
      return new Promise<Uint8Array>((resolve, reject) => {
        pending.set(id, { deviceId, resolve, reject })
        clock.sleep(timeoutMs, timer.signal).then(
          () => reject(new CodedError('HUB_DEVICE_TIMEOUT', { parameters: { id: deviceId } })),
          () => undefined,
        )
        send({ type: 'command', id, expiresAt, action })
      }).finally(() => {
        timer.abort()
        // Nobody waits for the rest of a late answer: it must not go on filling the link.
        pending.get(id)?.stream?.cancel('HUB_DEVICE_TIMEOUT')
        pending.delete(id)
      })
    },
    accept(stream) {
      const answer = pending.get(stream.opening.commandId ?? '')
      if (!answer || answer.stream) return stream.cancel('HUB_DEVICE_TIMEOUT')
      answer.stream = stream
      void collect(stream, answer)
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
