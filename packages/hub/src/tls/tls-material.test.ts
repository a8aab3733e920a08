// The hub's own authority is made once; its certificates pass a real handshake and are renewed when they must be.
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createHttpServer } from './http-server.ts'
import { loadTlsMaterial, serverNames, type TlsMaterial } from './tls-material.ts'

const folder = await mkdtemp(join(tmpdir(), 'bongsu-tls-'))
after(() => rm(folder, { recursive: true }))

const now = new Date()
const load = async (options: { names?: string[]; now?: Date } = {}): Promise<TlsMaterial> => {
  const given = {
    config: { kind: 'auto' } as const,
    dataDir: folder,
    hubId: 'hub-a',
    names: [],
    now,
    ...options,
  }
  const material = await loadTlsMaterial(given)
  assert.ok(material)
  return material
}

test('a client that trusts the authority gets through, by name and by address', async () => {
  const material = await load({ names: ['hub.example'] })
  const { server } = createHttpServer(material, (_request, response) => response.end('안녕'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const ask = (servername?: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        ca: material.authority,
        agent: false,
        ...(servername && { servername }),
      }
      get(options, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).once('error', reject)
    })
  try {
    assert.equal(await ask(), 200)
    assert.equal(await ask('hub.example'), 200)
    await assert.rejects(ask('other.example'), /ERR_TLS_CERT_ALTNAME_INVALID|does not match/)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('starts at the same time agree on one authority; files are private', async () => {
  const made = await Promise.all(Array.from({ length: 4 }, () => load({ names: ['hub.example'] })))
  assert.equal(new Set(made.map(({ authority }) => authority)).size, 1)
  for (const name of ['authority.pem', 'server.pem']) {
    assert.equal((await stat(join(folder, 'tls', name))).mode & 0o777, 0o600)
  }
})

test('a certificate is used again until its names or its time end', async () => {
  const first = await load({ names: ['hub.example'] })
  assert.equal((await load({ names: ['hub.example'] })).cert, first.cert)
  const renamed = await load({ names: ['hub.example', 'second.example'] })
  assert.notEqual(renamed.cert, first.cert)
  assert.equal(renamed.authority, first.authority)
  const nearItsEnd = new Date(new X509Certificate(renamed.cert).validToDate.getTime() - 86_400_000)
  assert.notEqual((await load({ names: ['second.example'], now: nearItsEnd })).cert, renamed.cert)
})

test('the authority signs servers and nothing else', async () => {
  const { cert, authority } = await load()
  const [server, ca] = [new X509Certificate(cert), new X509Certificate(authority ?? '')]
  assert.equal(ca.ca, true)
  assert.equal(server.ca, false)
  assert.ok(server.verify(ca.publicKey))
  assert.ok(server.checkIP('127.0.0.1') && server.checkHost('localhost'))
})

test('given files are read, and missing ones named by their setting', async () => {
  const config = { kind: 'files', certFile: '/nowhere/cert.pem', keyFile: '/nowhere/key.pem' } as const
  const options = { config, dataDir: folder, hubId: 'hub-a', names: [], now }
  await assert.rejects(loadTlsMaterial(options), (error: Error & { parameters?: { path?: string } }) => {
    assert.match(String(error.parameters?.path), /^BONGSU_HUB_TLS_(KEY|CERT)_FILE$/)
    return true
  })
  assert.equal(await loadTlsMaterial({ ...options, config: { kind: 'off' } }), undefined)
})

test('link-local addresses are no names', () => {
  assert.ok(serverNames(['x']).every((name) => !name.startsWith('fe80:')))
})
