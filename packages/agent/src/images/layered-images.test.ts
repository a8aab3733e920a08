// Images obtained side by side share what they have in common, and neither spoils it for the other.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { type DesiredLaunch, newId, type ReleaseManifest } from '@bongsu/protocol'
import { createLayeredImages } from './layered-images.ts'

const digestOf = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`

describe('two images with a layer in common that the engine lacks', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'bongsu-layered-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const base = randomBytes(3_000_000)
  const signal = new AbortController().signal

  function hub() {
    const blobs = new Map<string, Buffer>()
    const keep = (content: Buffer) => {
      blobs.set(digestOf(content), content)
      return digestOf(content)
    }
    const layer = (content: Buffer) => ({
      diffId: keep(content),
      digest: digestOf(content),
      mediaType: 'application/vnd.oci.image.layer.v1.tar' as const,
      bytes: content.length,
      unpackedBytes: content.length,
    })
    const releases = ['1.0.0', '2.0.0'].map((version): ReleaseManifest => {
      const configuration = randomBytes(500)
      return {
        format: 1,
        packageId: 'shared',
        version,
        architecture: 'amd64',
        operatingSystem: 'linux',
        imageId: keep(configuration),
        configurationBytes: configuration.length,
        layers: [layer(base), layer(randomBytes(50_000))],
        createdAt: '2026-11-23T12:00:00.000Z',
      }
    })
    const state = { sent: 0 }
    const releaseOf = (imageId: string) => {
      const release = releases.find((each) => each.imageId === imageId)
      assert.ok(release)
      return release
    }
    const source = createLayeredImages({
      folder,
      clock: new ManualClock(),
      admission: { admit: async ({ image }) => releaseOf(image.imageId) },
      async fetchBlob(_ordered, { digest, offset }) {
        const content = blobs.get(digest) ?? Buffer.alloc(0)
        async function* bytes() {
          for (let at = offset; at < content.length; at += 65_536) {
            const chunk = content.subarray(at, at + 65_536)
            state.sent += chunk.length
            yield chunk
            await new Promise((resolve) => setImmediate(resolve))
          }
        }
        return { offset, stream: Readable.from(bytes()) }
      },
    })
    const images = releases.map((release) => {
      const { packageId, version, imageId } = release
      const launch: DesiredLaunch = {
        launchId: newId('lau'),
        deploymentId: newId('dep'),
        packageId,
        version,
        image: { imageId, downloadBytes: 0 },
        profile: { containers: [{ name: 'main' }] },
      }
      return { launch, release }
    })
    const totalBytes = [...blobs.values()].reduce((sum, { length }) => sum + length, 0)
    return { source, images, state, totalBytes }
  }

  test('fetch it once, and each gets all of it', async () => {
    const { source, images, state, totalBytes } = hub()
    const obtain = async ({ launch, release }: (typeof images)[number]) => {
      const prepared = await source.prepare(
        launch,
        release,
        { present: [], onProgress: () => undefined },
        signal,
      )
      const archive = await buffer(prepared.open())
      await prepared.discard()
      assert.equal(archive.length, prepared.bytes)
      assert.ok(archive.includes(base))
    }
    await Promise.all(images.map(obtain))
    assert.equal(state.sent, totalBytes)
    assert.deepEqual(readdirSync(folder), [])
  })

  test('one that is given up leaves the other alone', async () => {
    const { source, images, state, totalBytes } = hub()
    const [first, second] = images
    assert.ok(first && second)
    const giveUp = new AbortController()
    const onProgress = (progress: number) => {
      if (progress > 0.5) giveUp.abort(new Error('not wanted any more'))
    }
    const given = source.prepare(first.launch, first.release, { present: [], onProgress }, giveUp.signal)
    const kept = source.prepare(
      second.launch,
      second.release,
      { present: [], onProgress: () => undefined },
      signal,
    )
    await assert.rejects(given, { message: 'not wanted any more' })
    const prepared = await kept
    assert.ok((await buffer(prepared.open())).includes(base))
    await prepared.discard()
    // What was under way when it was given up comes again: no more than a stream holds back.
    assert.ok(state.sent <= totalBytes + 20 * 65_536, `${state.sent} of ${totalBytes}`)
  })
})
