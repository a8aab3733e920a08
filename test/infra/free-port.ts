// A loopback port nobody listens on right now.
import { createServer } from 'node:net'

/** Picked by the kernel. Another process may take it before its user does, so starters retry. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address()
      if (address === null || typeof address === 'string') return reject(new Error('no port given'))
      server.close(() => resolve(address.port))
    })
  })
}
