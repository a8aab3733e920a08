// A loopback port nobody listens on right now, picked by the kernel.
import { once } from 'node:events'
import { createServer } from 'node:net'

export async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port given')
  server.close()
  await once(server, 'close')
  return address.port
}
