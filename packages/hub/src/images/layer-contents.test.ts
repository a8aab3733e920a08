import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { extract, pack } from 'tar-stream'
import { LayerScan } from './layer-contents.ts'

const elf = (machine: number): Buffer => {
  const head = Buffer.alloc(64)
  head.write('\x7fELF', 0, 'latin1')
  head.writeUInt16LE(machine, 18)
  return head
}

type Entry = readonly [name: string, content?: Buffer]

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const packed = pack()
  for (const [name, content = Buffer.from('x')] of entries) packed.entry({ name }, content)
  packed.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of packed as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function scanned(tar: Buffer, pieceBytes = 1000) {
  const scan = new LayerScan()
  for (let at = 0; at < tar.length; at += pieceBytes) scan.push(tar.subarray(at, at + pieceBytes))
  return scan.contents()
}

const LONG = `opt/${'very-long-folder/'.repeat(12)}site-packages/PyQt5-5.15.dist-info/METADATA`

test('telling names, whiteouts and programs are found, whatever stands between them', async () => {
  const tar = await tarOf([
    ['./usr/lib/x86_64-linux-gnu/libxcb-icccm.so.4'],
    ['usr/share/doc/readme', Buffer.alloc(5000)],
    ['usr/share/fonts/truetype/nanum/NanumGothic.ttf'],
    [LONG],
    ['usr/lib/.wh.libgone.so'],
    ['opt/app/.wh..wh..opq'],
    ['usr/bin/tool', elf(183)],
    ['usr/bin/script', Buffer.from('#!/bin/sh\necho hello to all')],
  ])
  for (const pieceBytes of [1, 7, 512, 100_000]) {
    assert.deepEqual(scanned(tar, pieceBytes), {
      paths: [
        LONG,
        'usr/lib/x86_64-linux-gnu/libxcb-icccm.so.4',
        'usr/share/fonts/truetype/nanum/NanumGothic.ttf',
      ].toSorted(),
      removed: ['opt/app/', 'usr/lib/libgone.so'],
      programs: [{ path: 'usr/bin/tool', architecture: 'arm64' }],
    })
  }
})

test('it sees the same names as a reader that keeps everything, however the bytes are cut', async () => {
  const name = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,60}){0,4}\/[a-z]{1,8}\.ttf$/)
  const files = fc.array(fc.tuple(name, fc.nat(3000)), { minLength: 1, maxLength: 12 })
  const seed = Date.now() % 2 ** 31
  await fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 1, max: 4000 }), async (given, pieceBytes) => {
      const tar = await tarOf(given.map(([path, bytes]) => [path, Buffer.alloc(bytes)] as const))
      const all: string[] = []
      const reader = extract()
      reader.end(tar)
      for await (const entry of reader) {
        all.push(entry.header.name)
        entry.resume()
      }
      assert.deepEqual(scanned(tar, pieceBytes).paths, [...new Set(all)].toSorted())
    }),
    { seed, numRuns: 60 },
  )
})

test('bytes that are no tar are passed over, and never fail or grow', () => {
  const seed = Date.now() % 2 ** 31
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6000 }), fc.integer({ min: 1, max: 700 }), (bytes, pieceBytes) => {
      const { paths, removed, programs } = scanned(Buffer.from(bytes), pieceBytes)
      assert.ok(paths.length + removed.length + programs.length < 100)
    }),
    { seed, numRuns: 300 },
  )
})

test('what is noted is capped', async () => {
  const tar = await tarOf(
    Array.from({ length: 4100 }, (_, at) => [`fonts/a${at}.ttf`, Buffer.alloc(1)] as const),
  )
  assert.equal(scanned(tar, 65_536).paths.length, 4000)
})
