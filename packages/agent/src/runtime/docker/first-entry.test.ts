// What the tar of this machine writes, read as far as it must be.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { firstEntry } from './first-entry.ts'

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

describe('the first entry of an archive', () => {
  let folder = ''
  const archive = (name: string, ...options: string[]) =>
    execFileSync('tar', ['-C', folder, '--owner=7', '--group=8', ...options, '-c', name])

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-tar-'))
    await writeFile(join(folder, 'script'), `#!/bin/sh\n${'x'.repeat(5000)}`)
    await chmod(join(folder, 'script'), 0o4751)
    await mkdir(join(folder, 'folder'))
    await symlink('../other/script', join(folder, 'link'))
    await writeFile(join(folder, 'empty'), '')
    await writeFile(join(folder, 'n'.repeat(180)), 'long name')
  })
  after(() => rm(folder, { recursive: true }))

  for (const size of [1, 100, 512, 100_000]) {
    test(`is told whatever the pieces it comes in (${size} bytes)`, async () => {
      const read = async (bytes: Buffer) => {
        const entry = await firstEntry(inPieces(bytes, size), 10)
        return entry && { ...entry, head: entry.head.toString() }
      }
      const script = { kind: 'file', mode: 0o4751, uid: 7, target: '', head: '#!/bin/sh\n' }
      assert.deepEqual(await read(archive('script')), script)
      assert.deepEqual(await read(archive('script', '--format=pax')), script)
      assert.deepEqual((await read(archive('n'.repeat(180), '--format=pax')))?.head, 'long name')
      assert.deepEqual((await read(archive('n'.repeat(180), '--format=gnu')))?.head, 'long name')
      assert.equal((await read(archive('folder')))?.kind, 'folder')
      const link = await read(archive('link'))
      assert.equal(link?.kind, 'link')
      assert.equal(link?.target, '../other/script')
      assert.equal((await read(archive('empty')))?.head, '')
    })
  }

  test('is undefined where the archive ends early', async () => {
    assert.equal(await firstEntry(inPieces(Buffer.alloc(0), 1), 10), undefined)
    assert.equal(await firstEntry(inPieces(archive('script').subarray(0, 515), 64), 10), undefined)
  })

  test('never makes anything but an entry of any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.nat(2000), async (bytes, head) => {
        const entry = await firstEntry(inPieces(Buffer.from(bytes), 700), head)
        if (entry) assert.ok(entry.head.length <= head && entry.mode <= 0o7777)
      }),
    )
  })
})
