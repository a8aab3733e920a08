import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Disks, lackOf } from './room.ts'

const missing = { downloadBytes: 300, unpackedBytes: 1000 }
const rows: readonly (readonly [it: string, disks: Disks, lack: object | undefined])[] = [
  [
    'fits on one disk',
    { engine: { freeBytes: 2400, device: 1 }, folder: { freeBytes: 2400, device: 1 } },
    undefined,
  ],
  [
    'needs both on one disk',
    { engine: { freeBytes: 2399, device: 1 }, folder: { freeBytes: 2399, device: 1 } },
    { neededBytes: 2400, freeBytes: 2399 },
  ],
  [
    'fits on two disks',
    { engine: { freeBytes: 2100, device: 1 }, folder: { freeBytes: 300, device: 2 } },
    undefined,
  ],
  [
    'does not fit where downloads lie',
    { engine: { freeBytes: 1e9, device: 1 }, folder: { freeBytes: 299, device: 2 } },
    { neededBytes: 300, freeBytes: 299 },
  ],
  [
    'does not fit where the engine keeps it',
    { engine: { freeBytes: 2099, device: 1 }, folder: { freeBytes: 1e9, device: 2 } },
    { neededBytes: 2100, freeBytes: 2099 },
  ],
  [
    'is not judged by a disk that is hidden',
    { engine: undefined, folder: { freeBytes: 300, device: 2 } },
    undefined,
  ],
]

for (const [it, disks, lack] of rows)
  test(`an image ${it}`, () => assert.deepEqual(lackOf(missing, disks), lack))

test('an update of one small layer fits on a disk that is nearly full', () => {
  const disk = { freeBytes: 1_000_000, device: 1 }
  assert.equal(
    lackOf({ downloadBytes: 20_000, unpackedBytes: 40_000 }, { engine: disk, folder: disk }),
    undefined,
  )
})
