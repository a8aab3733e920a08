// A request of the vocabulary and the privileged act behind it.
import { XCookie } from '../display/x11/x-cookie.ts'
import type { Privileges } from './privileges.ts'
import type { HelperRequest, HelperResult } from './vocabulary.ts'

type Asked = Exclude<HelperRequest, { op: 'connect' }>

/** Rejects as the act does. */
export async function answerRequest(
  request: Asked,
  privileges: Privileges,
): Promise<HelperResult<Asked['op']>> {
  const { launchCookies, ownedDisplay } = privileges
  switch (request.op) {
    case 'observe':
      return privileges.observe()
    case 'cookies': {
      const found = await privileges.cookies(request.displayNumber)
      return {
        cookies: found.map(({ cookie, origin }) => ({
          origin,
          cookie: { protocol: 'MIT-MAGIC-COOKIE-1' as const, data: cookie.reveal().toString('base64') },
        })),
      }
    }
    case 'write-cookie': {
      const { launchId, displayNumber, uid, gid } = request
      const cookie = request.cookie && new XCookie(Buffer.from(request.cookie.data, 'base64'))
      return { directory: await launchCookies.write({ launchId, displayNumber, cookie, uid, gid }) }
    }
    case 'remove-cookie':
      await launchCookies.remove(request.launchId)
      return {}
    case 'list-cookies':
      return { launchIds: await launchCookies.list() }
    case 'write-secrets': {
      const { launchId, name, uid, gid, files } = request
      await privileges.launchSecrets.write({ launchId, name, uid, gid, files })
      return {}
    }
    case 'remove-secrets':
      await privileges.launchSecrets.remove(request.launchId)
      return {}
    case 'list-secrets':
      return { launchIds: await privileges.launchSecrets.list() }
    case 'prepare-folder':
      await privileges.prepareFolder(request.path, request)
      return {}
    case 'ensure-display':
      return { server: told(await ownedDisplay.ensure()) }
    case 'running-display':
      return { server: told(await ownedDisplay.running()) }
    case 'end-display':
      await ownedDisplay.end()
      return {}
  }
}

type Server = NonNullable<HelperResult<'ensure-display'>['server']>

const told = (server: Server | undefined): Server | undefined =>
  server && { number: server.number, kind: server.kind, authFile: server.authFile }
