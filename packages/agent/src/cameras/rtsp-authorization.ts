// What an RTSP server is answered that asks for a password: Digest (RFC 7616, and RFC 2617 as cameras speak it), else Basic.
import { createHash, randomBytes } from 'node:crypto'

export interface RtspCredentials {
  readonly user: string
  readonly password: string
}

export interface AuthorizedRequest {
  readonly method: string
  readonly url: string
}

const HASHES: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' }

/**
 * The value of `Authorization`; undefined where nothing is asked that we can answer.
 * @param challenges values of `WWW-Authenticate`
 */
export function authorizationFor(
  challenges: readonly string[],
  { user, password }: RtspCredentials,
  { method, url }: AuthorizedRequest,
  cnonce: string = randomBytes(8).toString('hex'),
): string | undefined {
  const digests = challenges.filter((challenge) => /^digest\s/i.test(challenge)).map(parametersOf)
  const known = digests.find(({ algorithm = 'MD5' }) => Object.hasOwn(HASHES, algorithm.toUpperCase()))
  if (known?.nonce !== undefined && known.realm !== undefined) {
    return digest(
      { ...known, nonce: known.nonce, realm: known.realm },
      { user, password },
      { method, url },
      cnonce,
    )
  }
  const isBasic = challenges.some((challenge) => /^basic(\s|$)/i.test(challenge))
  return isBasic ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : undefined
}

type Parameters = Readonly<Partial<Record<string, string>>>

function digest(
  { realm, nonce, opaque, qop, algorithm }: Parameters & { readonly realm: string; readonly nonce: string },
  { user, password }: RtspCredentials,
  { method, url }: AuthorizedRequest,
  cnonce: string,
): string {
  const hash = (text: string) =>
    createHash(HASHES[(algorithm ?? 'MD5').toUpperCase()] ?? 'md5')
      .update(text)
      .digest('hex')
  const secret = hash(`${user}:${realm}:${password}`)
  const asked = hash(`${method}:${url}`)
  const hasAuth = qop?.split(',').some((word) => word.trim() === 'auth') === true
  const response = hasAuth
    ? hash(`${secret}:${nonce}:00000001:${cnonce}:auth:${asked}`)
    : hash(`${secret}:${nonce}:${asked}`)
  const fields = { username: user, realm, nonce, uri: url, response, ...(opaque !== undefined && { opaque }) }
  const quoted = Object.entries(fields).map(([name, value]) => `${name}="${escaped(value)}"`)
  return `Digest ${[
    ...quoted,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(hasAuth ? ['qop=auth', 'nc=00000001', `cnonce="${cnonce}"`] : []),
  ].join(', ')}`
}

const escaped = (value: string): string => value.replace(/[\\"]/g, '\\$&')

/** `name="value"` and `name=value` after the scheme's word. */
function parametersOf(challenge: string): Parameters {
  const found = challenge.matchAll(/([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)
  const pairs = [...found].map(([, name = '', quoted, plain]) => {
    return [name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '']
  })
  return Object.fromEntries(pairs)
}
