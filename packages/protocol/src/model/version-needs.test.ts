import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContainerProfile, LaunchProfile } from './launch-profile.ts'
import { type VersionNeeds, versionNeeds } from './version-needs.ts'

const one = (container: Partial<ContainerProfile>): LaunchProfile => ({
  containers: [{ name: 'main', ...container }],
})
const nothing: VersionNeeds = { display: false, gpu: false, cameras: 0 }
const MIB = 1024 * 1024

const cases: readonly [name: string, profile: LaunchProfile, needs: VersionNeeds][] = [
  ['a bare one', one({}), nothing],
  ['a display', { ...one({}), display: { required: true } }, { ...nothing, display: true }],
  ['a display it can do without', { ...one({}), display: { required: false } }, nothing],
  ['a GPU', one({ devices: [{ kind: 'gpu' }] }), { ...nothing, gpu: true }],
  ['any camera', one({ devices: [{ kind: 'camera' }] }), { ...nothing, cameras: 1 }],
  [
    'two cameras, one of them named twice',
    {
      containers: [
        {
          name: 'a',
          devices: [
            { kind: 'camera', id: 'usb-1', path: '/dev/video9' },
            { kind: 'camera', path: '/dev/video0' },
          ],
        },
        { name: 'b', devices: [{ kind: 'camera', id: 'usb-1' }, { kind: 'camera' }] },
      ],
    },
    { ...nothing, cameras: 2 },
  ],
  ['another device', one({ devices: [{ kind: 'path', path: '/dev/ttyUSB0' }] }), nothing],
  [
    'memory of each container',
    {
      containers: [
        { name: 'a', resources: { memoryBytes: 64 * MIB } },
        { name: 'b', resources: { memoryBytes: 32 * MIB } },
      ],
    },
    { ...nothing, memoryBytes: 96 * MIB },
  ],
  [
    'memory that one container leaves open',
    { containers: [{ name: 'a', resources: { memoryBytes: 64 * MIB } }, { name: 'b' }] },
    nothing,
  ],
]
for (const [name, profile, needs] of cases) {
  test(`needs: ${name}`, () => assert.deepEqual(versionNeeds(profile), needs))
}
