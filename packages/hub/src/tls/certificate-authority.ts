// The hub's own certificate authority, made once, and the server certificates it signs. ECDSA P-256 throughout:
// what every browser and every TLS library of a device takes. RFC 5280.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

export interface Issued {
  /** PKCS #8, PEM. */
  readonly privateKey: string
  /** PEM. */
  readonly certificate: string
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 3_650
/** The longest that Apple's verifiers accept. */
const SERVER_DAYS = 397
/** Machines whose clock is a little behind must not refuse a fresh certificate. */
const BACKDATED_DAYS = 2

const { subtle } = webcrypto

const makeKeys = () => subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

const serialNumber = (): string => {
  const bytes = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
  // Positive and of full length (4.1.2.2).
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

const validFor = (now: Date, days: number) => ({
  notBefore: new Date(now.getTime() - BACKDATED_DAYS * DAY_MS),
  notAfter: new Date(now.getTime() + days * DAY_MS),
})

async function toIssued(certificate: x509.X509Certificate, key: webcrypto.CryptoKey): Promise<Issued> {
  const der = await subtle.exportKey('pkcs8', key)
  return {
    privateKey: x509.PemConverter.encode(der, 'PRIVATE KEY'),
    certificate: certificate.toString('pem'),
  }
}

/** A new authority named after the hub. It may sign servers, no further authorities. */
export async function makeAuthority(hubId: string, now: Date): Promise<Issued> {
  const keys = await makeKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`Bongsu ${hubId}`] }],
    ...validFor(now, AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return toIssued(certificate, keys.privateKey)
}

/** @param names host names and IP addresses by which the hub is reached */
export async function issueServerCertificate(
  authority: Issued,
  names: readonly string[],
  now: Date,
): Promise<Issued> {
  const signer = new x509.X509Certificate(authority.certificate)
  const [der] = x509.PemConverter.decode(authority.privateKey)
  if (!der) throw new Error('the authority has no private key')
  const signingKey = await subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign'])
  const keys = await makeKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: ['Bongsu hub'] }],
    issuer: signer.subjectName,
    ...validFor(now, SERVER_DAYS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => (isIP(name) ? { type: 'ip', value: name } : { type: 'dns', value: name })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey),
    ],
  })
  return toIssued(certificate, keys.privateKey)
}
