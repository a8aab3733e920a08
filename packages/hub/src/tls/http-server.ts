// The HTTP server below the framework: plain or TLS, with its time limits. Renews its certificate while it runs.
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { TlsMaterial } from './tls-material.ts'

const HEADERS_TIMEOUT_MS = 15_000
/** A connection on which nothing moves; the change feed's comments come more often. */
const IDLE_TIMEOUT_MS = 120_000
const KEEP_ALIVE_MS = 65_000
const MAX_HEADER_BYTES = 16 * 1024

export interface HubHttpServer {
  readonly server: Server
  /** New connections get the renewed certificate. */
  renew(material: TlsMaterial): void
}

export function createHttpServer(material: TlsMaterial | undefined, handler: RequestListener): HubHttpServer {
  const limits = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS }
  const secure =
    material && createTlsServer({ ...limits, ...toContext(material), minVersion: 'TLSv1.2' }, handler)
  // The TLS server speaks the same interface; its type just does not say so.
  const server = secure ? (secure as unknown as Server) : createServer(limits, handler)
  server.headersTimeout = HEADERS_TIMEOUT_MS
  // A large archive takes as long as it takes; what counts is that it moves.
  server.requestTimeout = 0
  server.timeout = IDLE_TIMEOUT_MS
  return { server, renew: (renewed) => secure?.setSecureContext(toContext(renewed)) }
}

const toContext = ({ key, cert }: TlsMaterial) => ({ key, cert })
