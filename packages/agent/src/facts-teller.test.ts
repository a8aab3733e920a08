import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostFacts } from '@bongsu/protocol'
import { createFactsTeller } from './facts-teller.ts'
import type { DeviceInventory } from './telemetry/device-inventory.ts'

const NONE: DeviceInventory = { gpuNodes: [], cameras: [] }
const CAMERA = { path: '/dev/video0', id: 'usb-046d_C920-video-index0', name: 'C920' }

function machine() {
  const told: HostFacts[] = []
  const state: { inventory: DeviceInventory; engine: string | undefined; collections: number } = {
    inventory: NONE,
    engine: undefined,
    collections: 0,
  }
  const teller = createFactsTeller({
    collect: async () => {
      state.collections += 1
      return { hostname: 'edge' }
    },
    readInventory: async () => state.inventory,
    engineVersion: () => state.engine,
    publish: (facts) => told.push(facts),
  })
  return { told, state, teller }
}

test('tells nothing before the facts are collected, then once', async () => {
  const { told, state, teller } = machine()
  await teller.look()
  assert.deepEqual(told, [])
  await Promise.all([teller.look(), teller.tellFirst()])
  await teller.look()
  assert.deepEqual(told, [{ hostname: 'edge', gpuNodes: [], cameras: [] }])
  await teller.tellFirst()
  assert.deepEqual([told.length, state.collections], [1, 1])
})

test('tells a camera that is plugged in, and that it is gone', async () => {
  const { told, state, teller } = machine()
  await teller.tellFirst()
  state.inventory = { ...NONE, cameras: [CAMERA] }
  await Promise.all([teller.look(), teller.look()])
  state.inventory = { gpuNodes: [], cameras: [{ ...CAMERA }] }
  await teller.look()
  state.inventory = NONE
  await teller.look()
  assert.deepEqual(
    told.map(({ cameras }) => cameras),
    [[], [CAMERA], []],
  )
})

test('tells an engine that comes or becomes another version, not one that goes', async () => {
  const { told, state, teller } = machine()
  await teller.tellFirst()
  for (const engine of ['27.0', '27.0', undefined, '28.0', '28.0']) {
    state.engine = engine
    await teller.look()
  }
  assert.equal(told.length, 3)
})

test('a look that fails says nothing', async () => {
  const { told, state, teller } = machine()
  await teller.tellFirst()
  Object.defineProperty(state, 'inventory', {
    get: () => {
      throw new Error('no such folder')
    },
  })
  await teller.look()
  assert.equal(told.length, 1)
})
