// One connection to the root helper: requests in order, answers by number; made when first needed and again when lost.
import { createConnection, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { CodedError, messageOf, systemErrorCode } from '@bongsu/foundation'
import { LineReader } from './line-reader.ts'
import {
  encodeLine,
  type HelperAnswer,
  type HelperAsk,
  type HelperFailure,
  type HelperOp,
  type HelperResult,
  MAX_ANSWER_BYTES,
  parseAnswer,
  parseRequest,
  parseResult,
} from './vocabulary.ts'

export interface HelperLineOptions {
  readonly socketPath: string
  readonly timeoutMs: number
  readonly patienceMs: number
}

interface Waiting {
  /** Where its answer comes from: the end of an earlier connection says nothing about it. */
  readonly socket: Socket
  readonly settle: (value: unknown) => void
  readonly fail: (error: unknown) => void
}

const RETRY_INTERVAL_MS = 50

export class HelperLine {
  readonly #options: HelperLineOptions
  readonly #waiting = new Map<number, Waiting>()
  #connection: Promise<Socket> | undefined
  #socket: Socket | undefined
  #nextId = 1

  constructor(options: HelperLineOptions) {
    this.#options = options
  }

  /**
   * @throws CodedError AGENT_HELPER_UNREACHABLE, AGENT_HELPER_PROTOCOL, AGENT_HELPER_FAILED, or what the helper said
   */
  async ask<Op extends Exclude<HelperOp, 'connect'>>(
    op: Op,
    ask: HelperAsk<Op>,
    timeoutMs: number = this.#options.timeoutMs,
  ): Promise<HelperResult<Op>> {
    const id = this.#nextId++
    const text = encodeRequest({ ...ask, op, id })
    const socket = await this.#connected()
    const value = await new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => {
        socket.destroy()
        reject(this.#unreachable(`no answer to ${op} in ${timeoutMs} ms`))
      }, timeoutMs)
      const over = (act: () => void) => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        act()
      }
      this.#waiting.set(id, {
        socket,
        settle: (answered) => over(() => resolve(answered)),
        fail: (error) => over(() => reject(error)),
      })
      socket.write(text)
    })
    const result = parseResult(op, value)
    if (result === undefined) throw broken(`what is no answer to ${op}`)
    return result
  }

  /**
   * A connection to a display, made as somebody; it is the caller's.
   * Rejects with the system's error, as connecting oneself does.
   */
  async connect(ask: HelperAsk<'connect'>): Promise<Socket> {
    const { timeoutMs } = this.#options
    const socket = await this.#reach()
    const text = encodeRequest({ ...ask, op: 'connect', id: 0 })
    return new Promise<Socket>((resolve, reject) => {
      const lines = new LineReader(MAX_ANSWER_BYTES)
      const fail = (error: unknown): void => {
        socket.destroy()
        reject(error)
      }
      const onEnd = () => fail(this.#unreachable('the connection ended'))
      const onData = (chunk: Buffer): void => {
        let answer: HelperAnswer | undefined
        try {
          const [line] = lines.push(chunk)
          if (line === undefined) return
          answer = parseAnswer(line)
        } catch {
          answer = undefined
        }
        if (!answer) fail(broken('an answer that is none'))
        else if ('failure' in answer) fail(asSystemError(answer.failure))
        else {
          socket
            .setTimeout(0)
            .off('data', onData)
            .off('error', fail)
            .off('close', onEnd)
            .removeAllListeners('timeout')
          resolve(socket)
        }
      }
      socket.on('data', onData).on('error', fail).on('close', onEnd)
      socket.setTimeout(timeoutMs, onEnd)
      socket.write(text)
    })
  }

  close(): void {
    this.#connection?.then(
      (socket) => socket.destroy(),
      () => {},
    )
    this.#connection = undefined
  }

  #connected(): Promise<Socket> {
    this.#connection ??= this.#reach().then(
      (socket) => this.#listenTo(socket),
      (error: unknown) => {
        this.#connection = undefined
        throw error
      },
    )
    return this.#connection
  }

  #listenTo(socket: Socket): Socket {
    const lines = new LineReader(MAX_ANSWER_BYTES)
    let ended: unknown
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const line of lines.push(chunk)) this.#receive(line)
      } catch (error) {
        ended = error instanceof CodedError ? error : broken(messageOf(error))
        socket.destroy()
      }
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      if (this.#socket === socket) this.#connection = undefined
      for (const waiting of [...this.#waiting.values()]) {
        if (waiting.socket === socket) waiting.fail(ended ?? this.#unreachable('the connection ended'))
      }
    })
    this.#socket = socket
    // The agent may end while its helper stays.
    socket.unref()
    return socket
  }

  #receive(line: string): void {
    const answer = parseAnswer(line)
    if (!answer) throw broken('an answer that is none')
    if ('result' in answer) this.#waiting.get(answer.id)?.settle(answer.result)
    else if (answer.id === undefined) throw asCoded(answer.failure)
    else this.#waiting.get(answer.id)?.fail(asCoded(answer.failure))
  }

  /** A helper that is being restarted is back within a moment. */
  async #reach(): Promise<Socket> {
    const { socketPath, patienceMs } = this.#options
    const endMs = performance.now() + patienceMs
    for (;;) {
      try {
        return await dialPath(socketPath)
      } catch (error) {
        const isAway = ['ENOENT', 'ECONNREFUSED', 'EAGAIN'].includes(systemErrorCode(error) ?? '')
        if (!isAway || performance.now() >= endMs) throw this.#unreachable(messageOf(error))
        await delay(RETRY_INTERVAL_MS)
      }
    }
  }

  #unreachable(message: string): CodedError {
    return new CodedError('AGENT_HELPER_UNREACHABLE', {
      parameters: { path: this.#options.socketPath, message },
    })
  }
}

function dialPath(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

/** @throws CodedError AGENT_HELPER_PROTOCOL rather than be cut off for it */
function encodeRequest(request: { readonly op: HelperOp; readonly id: number }): string {
  const text = encodeLine(request)
  if (!parseRequest(text)) throw broken(`a request ${request.op} that is none`)
  return text
}

const broken = (problem: string): CodedError =>
  new CodedError('AGENT_HELPER_PROTOCOL', { parameters: { problem } })

function asCoded({ code, message, parameters, quote }: HelperFailure): CodedError {
  if (!code.startsWith('AGENT_')) return new CodedError('AGENT_HELPER_FAILED', { parameters: { message } })
  return new CodedError(code, { parameters, quote })
}

const asSystemError = ({ code, message }: HelperFailure): Error =>
  Object.assign(new Error(message), code === 'INTERNAL' ? {} : { code })
