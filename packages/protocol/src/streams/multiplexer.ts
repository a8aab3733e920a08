// Many byte streams over one message link, each with its own credit, none able to delay the others or a control message.
// Invariants: per stream never more unread bytes than its window; per link never more on the way than the delay window;
// bytes of a stream arrive complete and in order or the stream is reset; a broken rule ends the session, not the process.
import { createDelayWindow } from './delay-window.ts'
import { decodeFrame, encodeFrame, MAX_CHUNK_BYTES, type StreamFrame, type StreamOpening } from './frame.ts'
import { createIncomingStream, type IncomingStream, type ReceivingStream } from './incoming-stream.ts'
import { createOutgoingStream, type OutgoingStream, type SendingStream } from './outgoing-stream.ts'

/** Unread bytes a receiver holds for one stream at most. */
export const STREAM_WINDOW_BYTES = 256 * 1024

const MAX_STREAMS = 64

export interface MultiplexerOptions {
  /** Numbers its own streams: the agent odd, the hub even, so that both may open at once. */
  readonly side: 'agent' | 'hub'
  /** Hands one binary message to the link. */
  readonly send: (frame: Uint8Array) => void
  /** Milliseconds, never jumping. */
  readonly nowMs: () => number
  /** A stream the other side opened; its bytes wait until they are read. */
  readonly onStream: (stream: IncomingStream) => void
  /** The other side broke a rule: the caller ends the session with `PROTOCOL_BAD_STREAM_FRAME`. */
  readonly onFault: (problem: string) => void
}

export interface Multiplexer {
  /** @throws Error when too many streams are open or the link has ended */
  open(opening: StreamOpening): OutgoingStream
  /** One binary message of the other side. */
  receive(message: Uint8Array): void
  /** The link has ended: every open stream ends with this code. */
  end(code: string): void
}

export function createMultiplexer(options: MultiplexerOptions): Multiplexer {
  const outgoing = new Map<number, SendingStream>()
  const incoming = new Map<number, ReceivingStream>()
  const window = createDelayWindow(options)
  let nextId = options.side === 'agent' ? 1 : 2
  let newestIncoming = 0
  let endCode: string | undefined

  const send = (frame: StreamFrame) => {
    if (endCode === undefined) options.send(encodeFrame(frame))
  }

  const fault = (problem: string) => {
    end('PROTOCOL_BAD_STREAM_FRAME')
    options.onFault(problem)
  }

  // Round robin: each stream with something to send gets one chunk a turn.
  const pump = () => {
    let moved = true
    while (moved && endCode === undefined) {
      moved = false
      for (const [id, stream] of outgoing) {
        if (window.available() < MAX_CHUNK_BYTES) return
        const next = stream.next(MAX_CHUNK_BYTES)
        if (next.kind === 'chunk') {
          window.sent(next.bytes.length)
          send({ kind: 'data', streamId: id, bytes: next.bytes })
          moved = true
        } else if (next.kind === 'finished') {
          send({ kind: 'close', streamId: id })
          outgoing.delete(id)
          stream.settle()
        }
      }
    }
  }

  const open = (opening: StreamOpening): OutgoingStream => {
    if (endCode !== undefined) throw new Error(`the link has ended: ${endCode}`)
    if (outgoing.size >= MAX_STREAMS) throw new Error(`more than ${MAX_STREAMS} streams`)
    const id = nextId
    nextId += 2
    const stream = createOutgoingStream({
      creditBytes: STREAM_WINDOW_BYTES,
      onReady: pump,
      onAbort: (code) => {
        if (outgoing.delete(id)) send({ kind: 'reset', streamId: id, code })
      },
    })
    outgoing.set(id, stream)
    send({ kind: 'open', streamId: id, detail: opening })
    return stream
  }

  const accept = (id: number, opening: StreamOpening) => {
    const isTheirs = id % 2 === (options.side === 'agent' ? 0 : 1)
    if (!isTheirs || id <= newestIncoming) return fault(`stream ${id} opened twice or by the wrong side`)
    newestIncoming = id
    if (incoming.size >= MAX_STREAMS)
      return send({ kind: 'reset', streamId: id, code: 'PROTOCOL_BAD_STREAM_FRAME' })
    const stream = createIncomingStream({
      opening,
      windowBytes: STREAM_WINDOW_BYTES,
      onRead: (bytes) => send({ kind: 'credit', streamId: id, bytes }),
      onCancel: (code) => {
        if (incoming.delete(id)) send({ kind: 'reset', streamId: id, code })
      },
    })
    incoming.set(id, stream)
    options.onStream(stream)
  }

  const take = (id: number, bytes: Uint8Array) => {
    send({ kind: 'received', streamId: 0, bytes: bytes.length })
    const stream = incoming.get(id)
    // Bytes that were on the way when the stream ended here.
    if (!stream) return id > newestIncoming ? fault(`data on unknown stream ${id}`) : undefined
    if (!stream.push(bytes)) fault(`stream ${id} sent more than its credit`)
  }

  const handle = (frame: StreamFrame) => {
    switch (frame.kind) {
      case 'open':
        return accept(frame.streamId, frame.detail)
      case 'data':
        return take(frame.streamId, frame.bytes)
      case 'close': {
        incoming.get(frame.streamId)?.finish()
        incoming.delete(frame.streamId)
        return
      }
      case 'reset': {
        incoming.get(frame.streamId)?.fail(frame.code)
        incoming.delete(frame.streamId)
        outgoing.get(frame.streamId)?.fail(frame.code)
        outgoing.delete(frame.streamId)
        return
      }
      case 'credit':
        outgoing.get(frame.streamId)?.addCredit(frame.bytes)
        return pump()
      case 'received':
        window.received(frame.bytes)
        return pump()
    }
  }

  const end = (code: string) => {
    if (endCode !== undefined) return
    endCode = code
    for (const stream of [...incoming.values(), ...outgoing.values()]) stream.fail(code)
    incoming.clear()
    outgoing.clear()
  }

  return {
    open,
    end,
    receive(message) {
      if (endCode !== undefined) return
      const decoded = decodeFrame(message)
      if (decoded.ok) handle(decoded.frame)
      else fault(decoded.problem)
    },
  }
}
