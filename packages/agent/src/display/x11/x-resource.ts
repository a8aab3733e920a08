// X-Resource 1.2: which process holds which client of the server (resproto.txt, QueryClientIds). Pure.
import { ByteReader } from './byte-reader.ts'
import { extensionRequest } from './extension.ts'
import { FRAME_HEADER_BYTES } from './frame-reader.ts'
import type { XRequest } from './requests.ts'
import { malformed } from './x11-error.ts'

const LOCAL_CLIENT_PID = 2
const ALL_CLIENTS = 0
/** A server holds at most 2048 clients. */
const MAX_IDS = 4096

export interface ClientProcess {
  /** Lowest of the client's resource ids: all its windows have this number or a little more. */
  readonly resourceBase: number
  /** By the socket's credentials, in the server's own process namespace. */
  readonly pid: number
}

export function queryResourceVersion(opcode: number): XRequest<{ major: number; minor: number }> {
  return {
    bytes: extensionRequest(opcode, 0, [1 | (2 << 8)]),
    maxReplyBytes: FRAME_HEADER_BYTES,
    decode(reply) {
      const reader = new ByteReader(reply, 8)
      return { major: reader.uint16(), minor: reader.uint16() }
    },
  }
}

/** Of every local client; remote ones have no process here. */
export function queryClientProcesses(opcode: number): XRequest<ClientProcess[]> {
  return {
    bytes: extensionRequest(opcode, 4, [1, ALL_CLIENTS, LOCAL_CLIENT_PID]),
    maxReplyBytes: FRAME_HEADER_BYTES + MAX_IDS * 16,
    decode(reply) {
      const reader = new ByteReader(reply, 8)
      const count = reader.uint32()
      if (count > MAX_IDS) throw malformed('too many client ids')
      reader.skip(20)
      return Array.from({ length: count }, () => {
        const resourceBase = reader.uint32()
        reader.skip(4)
        const lengthBytes = reader.uint32()
        const pid = lengthBytes >= 4 ? reader.uint32() : 0
        reader.skip(Math.max(0, lengthBytes - 4))
        return { resourceBase, pid }
      })
    },
  }
}
