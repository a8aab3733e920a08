// What the hub's TLS needs: given certificate files, or the hub's own authority and a certificate from it,
// both kept below the data folder and made again only when names change or the end comes near.
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { CodedError, messageOf, readTextIfPresent, writeDurably } from '@bongsu/foundation'
import type { TlsConfig } from '../config.ts'
import { readOrCreate } from '../identity/create-once.ts'

export interface TlsMaterial {
  readonly key: string
  /** The server's certificate, then those that signed it. */
  readonly cert: string
  /** The hub's own authority, for devices and browsers to trust; absent with given certificates. */
  readonly authority?: string | undefined
}

export interface TlsOptions {
  readonly config: TlsConfig
  readonly dataDir: string
  readonly hubId: string
  /** Names by which the hub is reached, besides this machine's own. */
  readonly names: readonly string[]
  readonly now: Date
}

const RENEW_BEFORE_MS = 30 * 86_400_000
const PEM = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\n?/g

/** `undefined` when TLS is off. Reading again gives the renewed material when it was due. */
export async function loadTlsMaterial(options: TlsOptions): Promise<TlsMaterial | undefined> {
  const { config } = options
  switch (config.kind) {
    case 'off':
      return undefined
    case 'files':
      return {
        key: await readSetting('BONGSU_HUB_TLS_KEY_FILE', config.keyFile),
        cert: await readSetting('BONGSU_HUB_TLS_CERT_FILE', config.certFile),
      }
    case 'auto':
      return loadOwnMaterial(options)
  }
}

async function readSetting(path: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CodedError('HUB_CONFIG_INVALID', {
      parameters: { path, problem: `names a file that cannot be read (${messageOf(error)})` },
    })
  }
}

async function loadOwnMaterial({ dataDir, hubId, names, now }: TlsOptions): Promise<TlsMaterial> {
  const folder = join(dataDir, 'tls')
  const authority = splitPem(
    await readOrCreate(join(folder, 'authority.pem'), async () =>
      joinPem(await (await ca()).makeAuthority(hubId, now)),
    ),
  )
  const wanted = serverNames(names)
  const path = join(folder, 'server.pem')
  const present = await readTextIfPresent(path)
  if (present !== undefined) {
    const server = splitPem(present)
    if (isStillGood(server.certificate, authority.certificate, wanted, now))
      return toMaterial(server, authority)
  }
  const issued = await (await ca()).issueServerCertificate(authority, wanted, now)
  await writeDurably(path, joinPem(issued))
  return toMaterial(issued, authority)
}

// A large library that most starts do not need.
const ca = () => import('./certificate-authority.ts')

interface KeyAndCertificate {
  readonly privateKey: string
  readonly certificate: string
}

const toMaterial = (server: KeyAndCertificate, authority: KeyAndCertificate): TlsMaterial => ({
  key: server.privateKey,
  cert: `${server.certificate.trim()}\n${authority.certificate.trim()}\n`,
  authority: `${authority.certificate.trim()}\n`,
})

const joinPem = ({ privateKey, certificate }: KeyAndCertificate): string =>
  `${privateKey.trim()}\n${certificate.trim()}\n`

function splitPem(text: string): KeyAndCertificate {
  const [privateKey, certificate] = text.match(PEM) ?? []
  if (!privateKey || !certificate)
    throw new Error('not a key and a certificate; restore the tls folder from a backup')
  return { privateKey, certificate }
}

/** Whether a stored certificate is of this authority, has every name, and does not end soon. */
function isStillGood(pem: string, authorityPem: string, names: readonly string[], now: Date): boolean {
  const certificate = new X509Certificate(pem)
  const covers = (name: string) =>
    (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined
  return (
    certificate.verify(new X509Certificate(authorityPem).publicKey) &&
    certificate.validToDate.getTime() - now.getTime() > RENEW_BEFORE_MS &&
    names.every(covers)
  )
}

/** This machine's names and addresses besides the given ones; link-local addresses need a zone and are left out. */
export function serverNames(given: readonly string[]): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .map(({ address }) => address)
    .filter((address) => !address.toLowerCase().startsWith('fe80:'))
  return [
    ...new Set([...given, 'localhost', '127.0.0.1', '::1', hostname().toLowerCase(), ...addresses]),
  ].sort()
}
