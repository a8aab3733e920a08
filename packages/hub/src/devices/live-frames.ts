// From the agent's stream of frames to the parts of a multipart answer (RFC 2046, 5.1). Bytes are passed on as they come:
// no frame is ever whole in the hub's memory. Pure.
import { Buffer } from 'node:buffer'

export const FRAME_BOUNDARY = 'bongsu-frame'
export const LIVE_VIEW_TYPE = `multipart/x-mixed-replace; boundary=${FRAME_BOUNDARY}`

const LENGTH_BYTES = 4
/** Larger pictures than this are refused: 8K RGB hardly compressed. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024

export interface FrameParts {
  /**
   * What the client is sent for these bytes of the agent.
   * @param at when they arrived
   * @returns undefined when they are no frames; the stream is then useless
   */
  take(bytes: Uint8Array, at: Date): Buffer[] | undefined
  /** Between two frames, where the answer may end. */
  isAtRest(): boolean
}

export function createFrameParts(): FrameParts {
  const prefix = Buffer.alloc(LENGTH_BYTES)
  let filled = 0
  let left = 0

  const begin = (at: Date): Buffer | undefined => {
    left = prefix.readUInt32BE(0)
    filled = 0
    if (left === 0 || left > MAX_FRAME_BYTES) return undefined
    return partHead({
      'Content-Type': 'image/png',
      'Content-Length': left,
      'Bongsu-Received-At': at.toISOString(),
    })
  }
  return {
    take(bytes, at) {
      const out: Buffer[] = []
      let offset = 0
      while (offset < bytes.length) {
        if (left === 0) {
          const copied = Math.min(LENGTH_BYTES - filled, bytes.length - offset)
          prefix.set(bytes.subarray(offset, offset + copied), filled)
          offset += copied
          filled += copied
          if (filled < LENGTH_BYTES) break
          const head = begin(at)
          if (!head) return undefined
          out.push(head)
          continue
        }
        const length = Math.min(left, bytes.length - offset)
        out.push(Buffer.from(bytes.buffer, bytes.byteOffset + offset, length))
        offset += length
        left -= length
        if (left === 0) out.push(PART_END)
      }
      return out
    },
    isAtRest: () => left === 0 && filled === 0,
  }
}

const PART_END = Buffer.from('\r\n')

function partHead(headers: Readonly<Record<string, string | number>>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`--${FRAME_BOUNDARY}\r\n${lines.join('')}\r\n`)
}

/** The last part: why the view ended, where it did not end by itself. */
export function problemPart(problem: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(problem))
  const head = partHead({ 'Content-Type': 'application/problem+json', 'Content-Length': body.length })
  return Buffer.concat([head, body, PART_END])
}

export const LAST_BOUNDARY = Buffer.from(`--${FRAME_BOUNDARY}--\r\n`)
