// The client against scripted servers on real sockets: what a real X server does not do on demand.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openX11 } from './connection.ts'
import { getGeometry, queryTree } from './requests.ts'
import { setupReplyBytes } from './setup-reply.fixture.ts'

const accepted = setupReplyBytes({ widthPixels: 640, heightPixels: 480 })

async function serve(t: TestContext, onClient: (socket: Socket) => void): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bongsu-x11-'))
  const socketPath = join(directory, 'X0')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onClient(socket)
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
    await rm(directory, { recursive: true })
  })
  return socketPath
}

/** Accepts the setup, then answers every request with what `answer` gives. */
function scripted(answer: (requestNumber: number) => Buffer | 'silence' | 'hang_up') {
  return (socket: Socket) => {
    let requests = -1
    socket.on('data', () => {
      requests += 1
      if (requests === 0) {
        socket.write(accepted)
        return
      }
      const bytes = answer(requests)
      if (bytes === 'hang_up') socket.destroy()
      else if (bytes !== 'silence') socket.write(bytes)
    })
  }
}

function frame(kind: 0 | 1 | 22, sequence: number): Buffer {
  const bytes = Buffer.alloc(32)
  bytes.writeUInt8(kind, 0)
  if (kind === 0) bytes.writeUInt8(3, 1)
  bytes.writeUInt16LE(sequence, 2)
  return bytes
}

test('events between replies are passed over', async (t) => {
  const socketPath = await serve(
    t,
    scripted((n) => Buffer.concat([frame(22, n), frame(1, n), frame(22, n)])),
  )
  const connection = await openX11({ socketPath, timeoutMs: 5000 })
  assert.equal((await connection.send(getGeometry(1))).widthPixels, 0)
  assert.deepEqual(await connection.send(queryTree(1)), { parent: 0, children: [] })
  connection.close()
})

test('an X error fails its own request only', async (t) => {
  const socketPath = await serve(
    t,
    scripted((n) => frame(n === 1 ? 0 : 1, n)),
  )
  const connection = await openX11({ socketPath, timeoutMs: 5000 })
  await assert.rejects(connection.send(getGeometry(1)), { code: 'request_failed', xErrorName: 'BadWindow' })
  await connection.send(getGeometry(2))
  connection.close()
})

test('an answer to a request that was not made ends the connection', async (t) => {
  const socketPath = await serve(
    t,
    scripted((n) => frame(1, n + 5)),
  )
  const connection = await openX11({ socketPath, timeoutMs: 5000 })
  await assert.rejects(connection.send(getGeometry(1)), { code: 'malformed' })
  await assert.rejects(connection.send(getGeometry(1)), { code: 'malformed' })
})

test('a server that hangs up fails what is under way', async (t) => {
  const socketPath = await serve(
    t,
    scripted(() => 'hang_up'),
  )
  const connection = await openX11({ socketPath, timeoutMs: 5000 })
  await assert.rejects(connection.send(getGeometry(1)), { code: 'lost' })
})

test('silence after a request is a timeout', async (t) => {
  const socketPath = await serve(
    t,
    scripted(() => 'silence'),
  )
  const connection = await openX11({ socketPath, timeoutMs: 50 })
  await assert.rejects(connection.send(getGeometry(1)), { code: 'timeout', afterMs: 50 })
})

test('a peer that drips its setup cannot hold us', async (t) => {
  const socketPath = await serve(t, (socket) => {
    let at = 0
    const drip = setInterval(() => socket.write(accepted.subarray(at, ++at)), 5)
    socket.on('close', () => clearInterval(drip))
  })
  await assert.rejects(openX11({ socketPath, timeoutMs: 100 }), { code: 'timeout' })
})

test('a peer of another kind is malformed, a silent closing is lost', async (t) => {
  const http = await serve(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await assert.rejects(openX11({ socketPath: http, timeoutMs: 5000 }), { code: 'malformed' })
  const closing = await serve(t, (socket) => socket.end())
  await assert.rejects(openX11({ socketPath: closing, timeoutMs: 5000 }), { code: 'lost' })
})

test('an aborted signal ends opening and sending with its reason', async (t) => {
  const socketPath = await serve(
    t,
    scripted(() => 'silence'),
  )
  const controller = new AbortController()
  const connection = await openX11({ socketPath, timeoutMs: 5000, signal: controller.signal })
  const sent = connection.send(getGeometry(1))
  const reason = new Error('stopping')
  controller.abort(reason)
  await assert.rejects(sent, reason)
  await assert.rejects(openX11({ socketPath, timeoutMs: 5000, signal: controller.signal }), reason)
})

test('closing is idempotent and fails later sends', async (t) => {
  const socketPath = await serve(
    t,
    scripted((n) => frame(1, n)),
  )
  const connection = await openX11({ socketPath, timeoutMs: 5000 })
  connection.close()
  connection.close()
  await assert.rejects(connection.send(getGeometry(1)), { code: 'lost' })
})
