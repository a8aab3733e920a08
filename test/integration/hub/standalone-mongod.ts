// A stand-in for a MongoDB server that is no replica set: answers the driver's greetings and pings, nothing else.
// OP_MSG and the OP_QUERY handshake of the MongoDB wire protocol.
import { createServer, type Socket } from 'node:net'
import mongoose from 'mongoose'
import type { Cleanup } from '../../infra/temp-dir.ts'

const { BSON } = mongoose.mongo
const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013
const HEADER_BYTES = 16

const GREETING = {
  ok: 1,
  isWritablePrimary: true,
  helloOk: true,
  minWireVersion: 0,
  maxWireVersion: 25,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  readOnly: false,
}

function answer(message: Buffer): Buffer {
  const requestId = message.readInt32LE(4)
  const opCode = message.readInt32LE(12)
  const document = Buffer.from(BSON.serialize({ ...GREETING, localTime: new Date() }))
  const isQuery = opCode === OP_QUERY
  if (!isQuery && opCode !== OP_MSG) throw new Error(`unexpected operation ${opCode}`)
  // OP_REPLY: flags, cursor id, first, count. OP_MSG: flags, one section of kind 0.
  const prefix = Buffer.alloc(isQuery ? 20 : 5)
  if (isQuery) prefix.writeInt32LE(1, 16)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeInt32LE(HEADER_BYTES + prefix.length + document.length, 0)
  header.writeInt32LE(requestId, 8)
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12)
  return Buffer.concat([header, prefix, document])
}

function serve(socket: Socket): void {
  let waiting = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk])
    while (waiting.length >= HEADER_BYTES && waiting.length >= waiting.readInt32LE(0)) {
      const length = waiting.readInt32LE(0)
      socket.write(answer(waiting.subarray(0, length)))
      waiting = waiting.subarray(length)
    }
  })
}

/** The address of a server that says it stands alone. */
export function startStandaloneMongod(cleanup: Cleanup): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    serve(socket)
  })
  cleanup.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('no port')
      resolve(`mongodb://127.0.0.1:${address.port}/bongsu`)
    })
  })
}
