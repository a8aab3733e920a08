// What was accepted runs without the hub; what is not believed costs nothing but its manifest.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  CodedError,
  formatPublicKey,
  ManualClock,
  type MinisignSigner,
  signMinisign,
} from '@bongsu/foundation'
import type { ReleaseManifest, SignedRelease } from '@bongsu/protocol'
import { createAcceptedReleases } from './accepted-releases.ts'
import { readPublishers } from './publishers.ts'
import { releaseOf } from './release.fixture.ts'
import { createReleaseAdmission } from './release-admission.ts'
import type { OrderedRelease } from './release-check.ts'

const signal = new AbortController().signal
const uid = process.geteuid?.() ?? 0
const KEY_ID = '00000000000000AA'
const orderOf = (version: string): OrderedRelease => ({
  packageId: 'detector',
  version,
  image: { imageId: `sha256:${version.replaceAll('.', '').padEnd(64, '0')}` },
})

function makeKey(keyId: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const signer: MinisignSigner = { keyId, key: privateKey }
  return { signer, publicKey: formatPublicKey(keyId, raw) }
}

describe('admission', () => {
  let root: string
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'bongsu-admission-'))
  })
  after(() => rmSync(root, { recursive: true, force: true }))

  function device(name: string) {
    const { signer, publicKey } = makeKey(KEY_ID)
    const publishers = join(root, name, 'publishers')
    const releases = join(root, name, 'releases')
    mkdirSync(publishers, { recursive: true, mode: 0o755 })
    const keyFile = join(publishers, 'publisher.pub')
    writeFileSync(keyFile, publicKey, { mode: 0o644 })
    const hub = { asked: 0, answer: new Map<string, SignedRelease | Error>() }
    const sign = (version: string, changes: Partial<ReleaseManifest> = {}) => {
      const manifest = JSON.stringify(releaseOf(orderOf(version), changes))
      hub.answer.set(version, { manifest, signature: signMinisign(Buffer.from(manifest), signer, 'x') })
    }
    const policy = { unsigned: 'refused' as 'allowed' | 'refused' }
    /** A new life of the agent. */
    const admission = (agentVersion: string) =>
      createReleaseAdmission({
        accepted: createAcceptedReleases(releases),
        agentVersion,
        clock: new ManualClock(),
        publishers: () => readPublishers(publishers, uid),
        unsigned: async () => policy.unsigned,
        async fetchRelease({ version }) {
          hub.asked += 1
          const answer = hub.answer.get(version)
          if (answer instanceof Error || !answer) throw answer ?? new CodedError('AGENT_IMAGE_FETCH_FAILED')
          return answer
        },
      })
    const admit = async (version: string, more: Partial<OrderedRelease> = {}, agentVersion = '0.1.0') => {
      const ordered = { ...orderOf(version), ...more }
      return (await admission(agentVersion).admit(ordered, { architecture: 'amd64' }, signal)).version
    }
    return { hub, sign, admit, policy, keyFile, publishers, releases }
  }

  test('asks the hub once, and no more after a restart', async () => {
    const { hub, sign, admit } = device('once')
    sign('1.0.0')
    assert.equal(await admit('1.0.0'), '1.0.0')
    hub.answer.clear()
    assert.equal(await admit('1.0.0'), '1.0.0')
    assert.equal(hub.asked, 1)
  })

  test('goes back to what was accepted, and not to an old one that never was', async () => {
    const { sign, admit } = device('back')
    sign('1.0.0', { createdAt: '2026-01-01T00:00:00Z' })
    sign('1.1.0', { createdAt: '2026-02-01T00:00:00Z' })
    sign('2.0.0', { createdAt: '2026-03-01T00:00:00Z' })
    await admit('1.0.0')
    await admit('2.0.0')
    assert.equal(await admit('1.0.0'), '1.0.0')
    await assert.rejects(admit('1.1.0'), { code: 'AGENT_RELEASE_OLDER_THAN_SEEN' })
    sign('1.1.0', { createdAt: '2026-03-02T00:00:00Z' })
    assert.equal(await admit('1.1.0'), '1.1.0')
  })

  test('a key that is taken away ends the trust, and one that comes begins it, without a restart', async () => {
    const { hub, sign, admit, keyFile, publishers } = device('keys')
    sign('1.0.0')
    await admit('1.0.0')
    const key = join(publishers, 'aside')
    const { renameSync } = await import('node:fs')
    renameSync(keyFile, key)
    await assert.rejects(admit('1.0.0'), { code: 'AGENT_RELEASE_FOREIGN_KEY' })
    assert.equal(hub.asked, 2, 'the hub might have it signed by somebody else by now')
    renameSync(key, keyFile)
    assert.equal(await admit('1.0.0'), '1.0.0')
  })

  test('a stolen key that dated a version far ahead shuts nothing out once it is withdrawn', async () => {
    const { hub, sign, admit, publishers } = device('stolen')
    const stolen = makeKey('00000000000000BB')
    const stolenFile = join(publishers, 'stolen.pub')
    writeFileSync(stolenFile, stolen.publicKey, { mode: 0o644 })
    const manifest = JSON.stringify(releaseOf(orderOf('6.6.6'), { createdAt: '2999-01-01T00:00:00Z' }))
    hub.answer.set('6.6.6', { manifest, signature: signMinisign(Buffer.from(manifest), stolen.signer, 'x') })
    await admit('6.6.6')
    sign('1.0.0', { createdAt: '2026-01-01T00:00:00Z', expiresAt: '2027-01-01T00:00:00Z' })
    await assert.rejects(admit('1.0.0'), { code: 'AGENT_RELEASE_EXPIRED' })
    rmSync(stolenFile)
    assert.equal(await admit('1.0.0'), '1.0.0')
  })

  test('an agent that went back cannot be given the earlier terms of a version', async () => {
    const { sign, admit } = device('terms')
    sign('1.0.0', { createdAt: '2026-02-01T00:00:00Z', minimumAgent: '0.1.0' })
    await admit('1.0.0')
    sign('1.0.0', { createdAt: '2026-01-01T00:00:00Z' })
    await assert.rejects(admit('1.0.0', {}, '0.0.9'), { code: 'AGENT_RELEASE_OLDER_THAN_SEEN' })
    sign('1.0.0', { createdAt: '2026-02-02T00:00:00Z' })
    assert.equal(await admit('1.0.0', {}, '0.0.9'), '1.0.0')
  })

  test('what came unsigned is believed as long as the policy says so, and is no precedent', async () => {
    const { hub, sign, admit, policy } = device('unsigned')
    const manifest = JSON.stringify(releaseOf(orderOf('9.0.0'), { createdAt: '2026-09-01T00:00:00Z' }))
    hub.answer.set('9.0.0', { manifest })
    await assert.rejects(admit('9.0.0'), { code: 'AGENT_RELEASE_UNSIGNED' })
    policy.unsigned = 'allowed'
    assert.equal(await admit('9.0.0'), '9.0.0')
    policy.unsigned = 'refused'
    await assert.rejects(admit('9.0.0'), { code: 'AGENT_RELEASE_UNSIGNED' })
    sign('1.0.0', { createdAt: '2026-01-01T00:00:00Z' })
    assert.equal(await admit('1.0.0'), '1.0.0')
  })

  test('a smoke run leaves no trace of trust', async () => {
    const { hub, admit, releases } = device('sealed')
    hub.answer.set('1.0.0', { manifest: JSON.stringify(releaseOf(orderOf('1.0.0'))) })
    await admit('1.0.0', { purpose: 'verification' })
    assert.throws(() => readdirSync(releases), { code: 'ENOENT' })
    await assert.rejects(admit('1.0.0'), { code: 'AGENT_RELEASE_UNSIGNED' })
  })

  test('a damaged record is as if it had never come', async () => {
    const { hub, sign, admit, releases } = device('damaged')
    sign('1.0.0')
    await admit('1.0.0')
    for (const name of readdirSync(releases)) writeFileSync(join(releases, name), '{"manifest":"{')
    assert.equal(await admit('1.0.0'), '1.0.0')
    assert.equal(hub.asked, 2)
  })

  test('of many versions the newest are kept, so that an old one stays old', async () => {
    const { sign, admit, releases } = device('many')
    for (let month = 1; month <= 30; month += 1) {
      const version = `1.${month}.0`
      sign(version, { createdAt: new Date(Date.UTC(2026, month)).toISOString() })
      await admit(version)
    }
    assert.equal(readdirSync(releases).length, 20)
    await assert.rejects(admit('1.5.0'), { code: 'AGENT_RELEASE_OLDER_THAN_SEEN' })
  })

  describe('the trust list', () => {
    const spoil: readonly (readonly [string, (folder: string, key: string) => void])[] = [
      ['a key that anybody can change', (_, key) => chmodSync(key, 0o666)],
      ['a folder that anybody can change', (folder) => chmodSync(folder, 0o777)],
      [
        'a file that is no key',
        (folder) => writeFileSync(join(folder, 'b.pub'), 'nonsense', { mode: 0o644 }),
      ],
      [
        'a secret key',
        (folder) => writeFileSync(join(folder, 'b.pub'), `${'A'.repeat(900)}\n`, { mode: 0o644 }),
      ],
      ['a link', (folder, key) => symlinkSync(key, join(folder, 'b.pub'))],
      ['a folder named like a key', (folder) => mkdirSync(join(folder, 'b.pub'), { mode: 0o755 })],
      ['a huge file', (folder) => writeFileSync(join(folder, 'b.pub'), Buffer.alloc(5000), { mode: 0o644 })],
    ]
    for (const [name, act] of spoil) {
      test(`is not believed with ${name}`, async () => {
        const { sign, admit, publishers, keyFile } = device(`list-${name.replaceAll(' ', '-')}`)
        sign('1.0.0')
        act(publishers, keyFile)
        await assert.rejects(admit('1.0.0'), { code: 'AGENT_PUBLISHERS_INVALID' })
      })
    }

    test('may hold other files, and may be missing', async () => {
      const { sign, admit, publishers } = device('list-other')
      sign('1.0.0')
      writeFileSync(join(publishers, 'README'), 'keys of our publishers')
      await admit('1.0.0')
      rmSync(publishers, { recursive: true })
      await assert.rejects(admit('1.0.0'), { code: 'AGENT_RELEASE_FOREIGN_KEY' })
    })
  })
})
