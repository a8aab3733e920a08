// The privileged acts asked of the root helper, for an agent that is not root.
import type { Socket } from 'node:net'
import { CodedError, messageOf } from '@bongsu/foundation'
import type { LaunchCookieStore } from '../display/launch-cookie.ts'
import type { Dial } from '../display/x11/connection.ts'
import { XCookie } from '../display/x11/x-cookie.ts'
import type { LaunchSecretStore } from '../secrets/launch-secret-store.ts'
import { HelperLine } from './helper-line.ts'
import type { Identity, Privileges } from './privileges.ts'

export interface HelperClientOptions {
  readonly socketPath: string
  /** For one answer. Default 5000; starting a display has its own. */
  readonly timeoutMs?: number | undefined
  /** How long a helper that is being restarted is waited for. Default 2000. */
  readonly patienceMs?: number | undefined
}

/** Longer than the helper itself waits for a server to come up. */
const DISPLAY_TIMEOUT_MS = 20_000

/** Does nothing until used; keeps one connection then, and makes another when the helper was restarted. */
export function createHelperClient(options: HelperClientOptions): Privileges & { close(): void } {
  const { timeoutMs = 5000, patienceMs = 2000, socketPath } = options
  const line = new HelperLine({ socketPath, timeoutMs, patienceMs })
  return {
    observe: () => line.ask('observe', {}),
    async cookies(displayNumber) {
      const { cookies } = await line.ask('cookies', { displayNumber })
      return cookies.map(({ cookie, origin }) => {
        return { origin, cookie: new XCookie(Buffer.from(cookie.data, 'base64'), cookie.protocol) }
      })
    },
    dialAs:
      (displayNumber, { uid, gid }: Identity): Dial =>
      (): Promise<Socket> =>
        line.connect({ displayNumber, uid, gid }),
    launchCookies: launchCookies(line),
    launchSecrets: launchSecrets(line),
    async prepareFolder(path, { uid, gid }) {
      await line.ask('prepare-folder', { path, uid, gid })
    },
    ownedDisplay: {
      ensure: async () => (await line.ask('ensure-display', {}, DISPLAY_TIMEOUT_MS)).server,
      running: async () => (await line.ask('running-display', {})).server,
      end: async () => void (await line.ask('end-display', {}, DISPLAY_TIMEOUT_MS)),
    },
    close: () => line.close(),
  }
}

function launchCookies(line: HelperLine): LaunchCookieStore {
  return {
    async write({ cookie, launchId, displayNumber, uid, gid }) {
      const sent = cookie && {
        protocol: 'MIT-MAGIC-COOKIE-1' as const,
        data: cookie.reveal().toString('base64'),
      }
      const request = { launchId, displayNumber, uid, gid, ...(sent && { cookie: sent }) }
      return (await line.ask('write-cookie', request)).directory
    },
    async remove(launchId) {
      await line.ask('remove-cookie', { launchId })
    },
    list: async () => (await line.ask('list-cookies', {})).launchIds,
  }
}

function launchSecrets(line: HelperLine): LaunchSecretStore {
  return {
    async write({ launchId, name, uid, gid, files }) {
      await line.ask('write-secrets', { launchId, name, uid, gid, files: [...files] })
    },
    async remove(launchId) {
      await line.ask('remove-secrets', { launchId })
    },
    list: async () => (await line.ask('list-secrets', {})).launchIds,
  }
}

/** As a reason of the catalogue, for what was asked in vain. */
export function helperFailure(error: unknown): CodedError {
  if (error instanceof CodedError) return error
  return new CodedError('AGENT_HELPER_FAILED', { parameters: { message: messageOf(error) }, cause: error })
}
