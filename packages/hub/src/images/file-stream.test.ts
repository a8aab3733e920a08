// A file comes as it is, in part and whole, to a reader and over HTTP; whoever goes away leaves no open file behind.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { FileStream } from './file-stream.ts'

const MIB = 1024 * 1024

describe('a file as a stream', () => {
  let folder: string
  let path: string
  let server: Server
  let address: string
  const content = randomBytes(5 * MIB + 77)
  const last = content.length - 1

  const openFile = (): Promise<FileHandle> => open(path)
  const openFiles = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path
      } catch {
        return false
      }
    }).length
  const ask = async (start: number, end: number): Promise<IncomingMessage> => {
    const [answer] = await once(get(`${address}/${start}/${end}`, { agent: false }), 'response')
    return answer
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bongsu-file-'))
    path = join(folder, 'file')
    writeFileSync(path, content)
    server = createServer((request, response) => {
      const [start = 0, end = 0] = (request.url ?? '').slice(1).split('/').map(Number)
      response.setHeader('content-length', end - start + 1)
      void openFile().then((file) => {
        const stream = new FileStream({ file, start, end })
        stream.once('error', () => response.destroy())
        response.once('close', () => stream.destroy())
        stream.pipe(response)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const at = server.address()
    address = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`
  })
  after(() => {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('any part of it, to a reader, through a transform and as an answer', async () => {
    const edges = [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, last - 1, last]
    const place = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: last }))
    await fc.assert(
      fc.asyncProperty(place, place, async (one, other) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)]
        const expected = content.subarray(start, end + 1)
        const read = await buffer(new FileStream({ file: await openFile(), start, end }))
        assert.ok(read.equals(expected))
        const through = new PassThrough({ highWaterMark: 3 * MIB })
        const passing = pipeline(new FileStream({ file: await openFile(), start, end }), through)
        assert.ok((await buffer(through)).equals(expected))
        await passing
        assert.ok((await buffer(await ask(start, end))).equals(expected))
      }),
      { numRuns: 40 },
    )
    while (openFiles() > 0) await turn()
  })

  test('a client that reads slowly gets every byte', async () => {
    const answer = await ask(0, last)
    const chunks: Buffer[] = []
    for await (const chunk of answer) {
      chunks.push(chunk)
      await turn()
    }
    assert.ok(Buffer.concat(chunks).equals(content))
  })

  test('a client, or a reader, that goes away leaves no open file', async () => {
    for (let round = 0; round < 10; round += 1) {
      const answer = await ask(0, last)
      await once(answer, 'data')
      answer.destroy()
      for await (const _ of new FileStream({ file: await openFile(), start: 0, end: last })) break
    }
    while (openFiles() > 0) await turn()
  })

  test('a file that has become shorter breaks the answer off', async () => {
    truncateSync(path, MIB)
    try {
      await assert.rejects(async () => buffer(await ask(0, last)), /aborted/)
      assert.equal(
        (await buffer(new FileStream({ file: await openFile(), start: 0, end: last }))).length,
        MIB,
      )
    } finally {
      writeFileSync(path, content)
    }
    while (openFiles() > 0) await turn()
  })
})
