// A process that reads an archive from its standard input as the hub does and stores nothing; prints by how many MB it grew
// at most.
import { readFileSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import type { Blobs, IncomingBlob } from '../../../packages/hub/src/images/blobs.ts'
import { receiveImage } from '../../../packages/hub/src/images/image-intake.ts'
import { generateArchive } from './generated-archive.ts'

class Nothing implements IncomingBlob {
  bytes = 0
  async write(chunk: Uint8Array): Promise<void> {
    this.bytes += chunk.length
  }
  async commit() {
    return { digest: '', bytes: this.bytes }
  }
  async discard(): Promise<void> {}
}

const nowhere: Blobs = {
  start: async () => undefined,
  receive: async () => new Nothing(),
  stat: async () => undefined,
  read: async () => Readable.from([]),
  remove: async () => undefined,
  async *list() {},
}

async function read(archive: Readable): Promise<void> {
  const parts = { blobs: nowhere, findLayers: async () => new Map(), maxBytes: Number.MAX_SAFE_INTEGER }
  await (await receiveImage(parts, archive)).discard()
}

function memoryMb(field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return (Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e6
}

// A small one first, for what any reading needs.
await read(Readable.from(generateArchive({ contentBytes: 1e6, content: 'program', seed: 1 })))
const before = memoryMb('VmRSS')
writeFileSync('/proc/self/clear_refs', '5')
await read(process.stdin)
process.stdout.write(String(memoryMb('VmHWM') - before))
