// Binary frames of the session: one byte of kind, the stream's number (u32, big endian), a payload.
// Pure encoding; who may send what, and when, is the multiplexer's business.

/** Longest run of bytes in one data frame: short enough that a control message waits for little. */
export const MAX_CHUNK_BYTES = 16 * 1024

/** Longest JSON of an open or reset frame. */
export const MAX_DETAIL_BYTES = 4 * 1024

const HEADER_BYTES = 5
const KIND_BYTE = { open: 1, data: 2, credit: 3, close: 4, reset: 5, received: 6 } as const

export type StreamFrame =
  /** First frame of a stream: what it carries. */
  | { kind: 'open'; streamId: number; detail: StreamOpening }
  | { kind: 'data'; streamId: number; bytes: Uint8Array }
  /** The receiver's reader has taken `bytes` more; as many may follow. */
  | { kind: 'credit'; streamId: number; bytes: number }
  /** Everything was sent. */
  | { kind: 'close'; streamId: number }
  /** The stream ends unfinished, said by either end. */
  | { kind: 'reset'; streamId: number; code: string }
  /** Stream 0: data bytes that have arrived, read or not, for the sender's estimate of the link. */
  | { kind: 'received'; streamId: 0; bytes: number }

export interface StreamOpening {
  /** Such as `screenshot`. */
  readonly kind: string
  /** The command this answers, where it answers one. */
  readonly commandId?: string | undefined
}

export type DecodedFrame = { ok: true; frame: StreamFrame } | { ok: false; problem: string }

const text = new TextEncoder()
// Fatal: what is not UTF-8 is no detail.
const utf8 = new TextDecoder('utf-8', { fatal: true })

export function encodeFrame(frame: StreamFrame): Uint8Array {
  const payload = payloadOf(frame)
  const bytes = new Uint8Array(HEADER_BYTES + payload.length)
  bytes[0] = KIND_BYTE[frame.kind]
  new DataView(bytes.buffer).setUint32(1, frame.streamId)
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

function payloadOf(frame: StreamFrame): Uint8Array {
  switch (frame.kind) {
    case 'open':
      return text.encode(JSON.stringify(frame.detail))
    case 'reset':
      return text.encode(JSON.stringify({ code: frame.code }))
    case 'data':
      return frame.bytes
    case 'close':
      return new Uint8Array(0)
    case 'credit':
    case 'received': {
      const count = new Uint8Array(4)
      new DataView(count.buffer).setUint32(0, frame.bytes)
      return count
    }
  }
}

/** Never throws; the problem is for a complaint, in English. */
export function decodeFrame(bytes: Uint8Array): DecodedFrame {
  if (bytes.length < HEADER_BYTES) return fault('shorter than its header')
  const streamId = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1)
  const payload = bytes.subarray(HEADER_BYTES)
  const kind = bytes[0]
  if ((kind === KIND_BYTE.received) !== (streamId === 0)) return fault('stream 0 is for receipts only')
  switch (kind) {
    case KIND_BYTE.open:
      return decodeOpening(streamId, payload)
    case KIND_BYTE.data:
      if (payload.length === 0 || payload.length > MAX_CHUNK_BYTES) return fault('data of a wrong length')
      return { ok: true, frame: { kind: 'data', streamId, bytes: payload } }
    case KIND_BYTE.close:
      return payload.length === 0
        ? { ok: true, frame: { kind: 'close', streamId } }
        : fault('close with a payload')
    case KIND_BYTE.reset: {
      const code = field(payload, 'code')
      return code === undefined
        ? fault('reset without a code')
        : { ok: true, frame: { kind: 'reset', streamId, code } }
    }
    case KIND_BYTE.credit:
    case KIND_BYTE.received: {
      const count = payload.length === 4 ? new DataView(payload.buffer, payload.byteOffset).getUint32(0) : 0
      if (count === 0) return fault('a count of zero or of a wrong length')
      return kind === KIND_BYTE.credit
        ? { ok: true, frame: { kind: 'credit', streamId, bytes: count } }
        : { ok: true, frame: { kind: 'received', streamId: 0, bytes: count } }
    }
    default:
      return fault(`unknown kind ${kind}`)
  }
}

function decodeOpening(streamId: number, payload: Uint8Array): DecodedFrame {
  const kind = field(payload, 'kind')
  if (kind === undefined) return fault('open without a kind')
  const commandId = field(payload, 'commandId')
  return {
    ok: true,
    frame: { kind: 'open', streamId, detail: { kind, ...(commandId !== undefined && { commandId }) } },
  }
}

/** A short text of a small JSON object, or `undefined`. */
function field(payload: Uint8Array, name: string): string | undefined {
  if (payload.length > MAX_DETAIL_BYTES) return undefined
  try {
    const detail: unknown = JSON.parse(utf8.decode(payload))
    if (typeof detail !== 'object' || detail === null || !Object.hasOwn(detail, name)) return undefined
    const value = (detail as Record<string, unknown>)[name]
    return typeof value === 'string' && value.length > 0 && value.length <= 64 ? value : undefined
  } catch {
    return undefined
  }
}

const fault = (problem: string): DecodedFrame => ({ ok: false, problem })
