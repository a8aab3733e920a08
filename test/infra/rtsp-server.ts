// A network camera for tests: GStreamer's RTSP server, as Debian packages it, serves the video that the trial uses.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkoutFolder, trialPaths } from '@bongsu/trial'
import { testChildren } from './children.ts'
import type { Cleanup } from './temp-dir.ts'

export interface RtspServer {
  /** `rtsp://ADDRESS:PORT`; `/gate` shows people on a street, `/sound` has no picture. */
  readonly url: string
  stop(): Promise<void>
}

export interface RtspServerOptions {
  /** Default 127.0.0.1. */
  readonly address?: string
  readonly user: string
  readonly password: string
  readonly method: 'basic' | 'digest'
}

/** Debian's own Python: it has GObject's bindings. */
const PYTHON = '/usr/bin/python3'

export async function startRtspServer(
  cleanup: Cleanup,
  { address = '127.0.0.1', user, password, method }: RtspServerOptions,
): Promise<RtspServer> {
  const video = join(trialPaths(checkoutFolder(), process.env).cache, 'video', 'vtest.avi')
  if (!existsSync(video)) throw new Error(`${video} is missing: npm test fetches it, and so does npm start`)
  const { processes, folder } = testChildren(cleanup, { name: 'rtsp' })
  const log = join(folder, 'logs', 'rtsp.log')
  const port = () => /^ready (\d+)$/m.exec(existsSync(log) ? readFileSync(log, 'utf8') : '')?.[1]
  const program = join(import.meta.dirname, 'rtsp-server.py')
  await processes.start({
    name: 'rtsp',
    argv: [PYTHON, program, address, video, user, password, method],
    ready: async () => port() !== undefined,
    readyTimeoutMs: 60_000,
    stopGraceMs: 200,
  })
  return { url: `rtsp://${address}:${port()}`, stop: () => processes.stopAll() }
}
