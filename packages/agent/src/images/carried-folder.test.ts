// A stick is nobody's: whatever lies on it, nothing outside of it is read, nothing hangs, and only what has the right digest comes through.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { downloadBlob } from './blob-download.ts'
import { readCarriedFolder } from './carried-folder.ts'
import { releaseOf } from './release.fixture.ts'

const blob = randomBytes(300_000)
const hex = createHash('sha256').update(blob).digest('hex')
const manifest = JSON.stringify(
  releaseOf({ packageId: 'detector', version: '1.0.0', image: { imageId: `sha256:${'1'.repeat(64)}` } }),
)

describe('a carried folder', () => {
  let root: string
  let secret: string
  let count = 0
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'bongsu-carried-'))
    secret = join(root, 'secret')
    writeFileSync(secret, blob)
  })
  after(() => rmSync(root, { recursive: true, force: true }))

  /** A good one, before the case spoils it. */
  function folder(): string {
    count += 1
    const path = join(root, `stick-${count}`)
    mkdirSync(join(path, 'manifests'), { recursive: true })
    mkdirSync(join(path, 'blobs/sha256'), { recursive: true })
    writeFileSync(join(path, 'manifests/detector-1.0.0.json'), manifest)
    writeFileSync(join(path, 'manifests/detector-1.0.0.json.minisig'), 'signed')
    writeFileSync(join(path, 'blobs/sha256', hex), blob)
    return path
  }

  test('gives manifests with their signatures, and passes over what is foreign', async () => {
    const stick = folder()
    for (const foreign of ['.Trashes', 'Thumbs.db', '._detector-1.0.0.json', 'notes.txt', '한글.json'])
      writeFileSync(join(stick, 'manifests', foreign), 'foreign')
    writeFileSync(join(stick, 'System Volume Information'), '')
    const { releases, faults } = await readCarriedFolder(stick)
    assert.deepEqual(faults, [])
    assert.deepEqual(
      releases.map(({ path, signed }) => ({ path, signed })),
      [{ path: 'manifests/detector-1.0.0.json', signed: { manifest, signature: 'signed' } }],
    )
  })

  const faulty: readonly (readonly [name: string, spoil: (stick: string) => void, code: string])[] = [
    ['no folder at all', (stick) => rmSync(stick, { recursive: true }), 'AGENT_FOLDER_EMPTY'],
    ['no manifests', (stick) => rmSync(join(stick, 'manifests'), { recursive: true }), 'AGENT_FOLDER_EMPTY'],
    [
      'an empty folder',
      (stick) => rmSync(join(stick, 'manifests/detector-1.0.0.json')),
      'AGENT_FOLDER_EMPTY',
    ],
    [
      'a link in place of the manifests',
      (stick) => {
        rmSync(join(stick, 'manifests'), { recursive: true })
        symlinkSync('/etc', join(stick, 'manifests'))
      },
      'AGENT_FOLDER_REFUSED',
    ],
    [
      'a file in place of the manifests',
      (stick) => {
        rmSync(join(stick, 'manifests'), { recursive: true })
        writeFileSync(join(stick, 'manifests'), '')
      },
      'AGENT_FOLDER_REFUSED',
    ],
    [
      'too many manifests',
      (stick) => {
        for (let at = 0; at < 1001; at += 1) writeFileSync(join(stick, `manifests/a${at}.json`), '')
      },
      'AGENT_FOLDER_REFUSED',
    ],
  ]
  for (const [name, spoil, code] of faulty) {
    test(`${name}: nothing is taken`, async () => {
      const stick = folder()
      spoil(stick)
      await assert.rejects(readCarriedFolder(stick), { code })
    })
  }

  const name = 'manifests/detector-1.0.0.json'
  const replaced = (path: string, put: (path: string) => void) => (stick: string) => {
    rmSync(join(stick, path), { recursive: true })
    put(join(stick, path))
  }
  const badManifests: readonly (readonly [name: string, spoil: (stick: string) => void, code: string])[] = [
    ['a link', replaced(name, (path) => symlinkSync('/etc/passwd', path)), 'AGENT_FOLDER_REFUSED'],
    ['a pipe', replaced(name, (path) => execFileSync('mkfifo', [path])), 'AGENT_FOLDER_REFUSED'],
    ['a folder', replaced(name, (path) => mkdirSync(path)), 'AGENT_FOLDER_REFUSED'],
    ['a huge file', (stick) => truncateSync(join(stick, name), 2 ** 40), 'AGENT_FOLDER_REFUSED'],
    ['no JSON', (stick) => writeFileSync(join(stick, name), '{'), 'AGENT_RELEASE_UNREADABLE'],
    ['zeros', (stick) => writeFileSync(join(stick, name), Buffer.alloc(900)), 'AGENT_RELEASE_UNREADABLE'],
    [
      'a digest that leads out',
      (stick) => writeFileSync(join(stick, name), manifest.replaceAll('0'.repeat(64), '../../../secret')),
      'AGENT_RELEASE_UNREADABLE',
    ],
    [
      'a signature that is a link',
      replaced(`${name}.minisig`, (path) => symlinkSync('/etc/passwd', path)),
      'AGENT_FOLDER_REFUSED',
    ],
    [
      'a huge signature',
      (stick) => truncateSync(join(stick, `${name}.minisig`), 2 ** 40),
      'AGENT_FOLDER_REFUSED',
    ],
  ]
  for (const [what, spoil, code] of badManifests) {
    test(`a manifest that is ${what} is told, and another one still taken`, async () => {
      const stick = folder()
      writeFileSync(join(stick, 'manifests/other.json'), manifest)
      spoil(stick)
      const { releases, faults } = await readCarriedFolder(stick)
      assert.deepEqual(
        faults.map(({ error }) => error.code),
        [code],
      )
      assert.deepEqual(
        releases.map(({ path }) => path),
        ['manifests/other.json'],
      )
    })
  }

  const layer = `blobs/sha256/${hex}`
  const badBlobs: readonly (readonly [name: string, spoil: (stick: string) => void, code: string])[] = [
    ['missing', (stick) => rmSync(join(stick, layer)), 'AGENT_FOLDER_INCOMPLETE'],
    [
      'without its folder',
      (stick) => rmSync(join(stick, 'blobs'), { recursive: true }),
      'AGENT_FOLDER_INCOMPLETE',
    ],
    ['a link', replaced(layer, (path) => symlinkSync(secret, path)), 'AGENT_FOLDER_REFUSED'],
    [
      'in a folder that is a link',
      replaced('blobs/sha256', (path) => symlinkSync(root, path)),
      'AGENT_FOLDER_REFUSED',
    ],
    ['a pipe', replaced(layer, (path) => execFileSync('mkfifo', [path])), 'AGENT_FOLDER_REFUSED'],
    ['a folder', replaced(layer, (path) => mkdirSync(path)), 'AGENT_FOLDER_REFUSED'],
    ['cut off', (stick) => truncateSync(join(stick, layer), 1000), 'AGENT_IMAGE_FETCH_FAILED'],
    ['endless', (stick) => truncateSync(join(stick, layer), 2 ** 40), 'AGENT_IMAGE_DIGEST_MISMATCH'],
    [
      'another content',
      (stick) => writeFileSync(join(stick, layer), randomBytes(blob.length)),
      'AGENT_IMAGE_DIGEST_MISMATCH',
    ],
  ]
  for (const [what, spoil, code] of badBlobs) {
    test(`a blob that is ${what} never counts as fetched`, async () => {
      const stick = folder()
      const carried = await readCarriedFolder(stick)
      spoil(stick)
      const work = join(root, `work-${count}`)
      const fetch = (digest: string, offset: number) => carried.openBlob(digest, offset)
      const wanted = { digest: `sha256:${hex}`, bytes: blob.length }
      const { signal } = new AbortController()
      await assert.rejects(
        downloadBlob(wanted, { folder: work, fetch }, () => undefined, signal),
        { code },
      )
      assert.ok(!readdirSync(work).includes(hex))
    })
  }
})
