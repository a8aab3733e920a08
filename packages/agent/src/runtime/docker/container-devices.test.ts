// Cameras by name and GPUs by request in a container's specification.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { containerSpec } from './container-spec.ts'
import { type InputParts, specInput } from './spec-input.fixture.ts'

const specOf = (parts?: InputParts) => containerSpec(specInput(parts))

test('a camera by its stable name comes with all its nodes and what udev knows', () => {
  const id = 'usb-046d_C920-video-index0'
  const nodes = [
    { path: '/dev/video2', gid: 44 },
    { path: '/dev/video3', gid: 44 },
  ]
  const parts: InputParts = {
    display: undefined,
    host: { identified: new Map([[id, nodes]]), hasUdevData: true },
    profile: { devices: [{ kind: 'camera', id }] },
  }
  const { HostConfig } = specOf(parts)
  assert.deepEqual(
    HostConfig.Devices.map(({ PathOnHost }) => PathOnHost),
    ['/dev/video2', '/dev/video3'],
  )
  assert.ok(HostConfig.Mounts.some(({ Target, ReadOnly }) => Target === '/run/udev/data' && ReadOnly))
  assert.throws(
    () => specOf({ ...parts, host: {} }),
    (error) => isCodedError(error) && error.parameters?.path === `/dev/v4l/by-id/${id}`,
  )
})

const ALL = ['gpu', 'compute', 'utility', 'video', 'graphics', 'display']
const COMPUTE_ONLY = ALL.slice(0, 4)
const nvidia = (Capabilities: string[]) => [{ Driver: 'nvidia', Count: -1, Capabilities: [Capabilities] }]
const CDI = [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }]
const TOOLKIT = { runtimes: ['nvidia', 'runc'] }
const CDI_ENGINE = { cdiFolders: ['/etc/cdi', '/var/run/cdi'] }
const SCREEN = { role: 'screen', cdiFolders: [] } as const
const OTHER = { role: 'compute', cdiFolders: [] } as const
const asked: InputParts['profile'] = { devices: [{ kind: 'gpu' }] }

const GPU_REQUESTS: readonly (readonly [what: string, parts: InputParts, requests: unknown])[] = [
  ['none without NVIDIA’s driver', { engine: TOOLKIT, profile: asked }, undefined],
  ['all of it for a screen that it shows', { engine: TOOLKIT, host: { nvidia: SCREEN } }, nvidia(ALL)],
  ['none for a screen that another GPU shows', { engine: TOOLKIT, host: { nvidia: OTHER } }, undefined],
  [
    'only to compute beside the GPU of the screen',
    { engine: TOOLKIT, host: { nvidia: OTHER }, profile: asked },
    nvidia(COMPUTE_ONLY),
  ],
  [
    'none without a display unless asked',
    { engine: TOOLKIT, host: { nvidia: SCREEN }, display: undefined },
    undefined,
  ],
  ['none where the engine knows none', { host: { nvidia: SCREEN }, profile: asked }, undefined],
  [
    'by CDI where only that names it',
    { engine: CDI_ENGINE, host: { nvidia: { role: 'screen', cdiFolders: ['/var/run/cdi'] } } },
    CDI,
  ],
  ['not by CDI without a specification', { engine: CDI_ENGINE, host: { nvidia: SCREEN } }, undefined],
  [
    'by the runtime where both are',
    { engine: { ...TOOLKIT, ...CDI_ENGINE }, host: { nvidia: { role: 'screen', cdiFolders: ['/etc/cdi'] } } },
    nvidia(ALL),
  ],
]

for (const [what, parts, requests] of GPU_REQUESTS) {
  test(`a GPU by request: ${what}`, () => {
    assert.deepEqual(specOf(parts).HostConfig.DeviceRequests, requests)
  })
}
