// Machines as their kernels lay them out, in made-up trees.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { HostFacts } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import { type DeviceInventory, readDeviceInventory } from './device-inventory.ts'

type Tree = Readonly<Record<string, string>>

interface Gpu {
  /** Below `/sys/devices`. */
  readonly at: string
  readonly vendor: string
  readonly device: string
  readonly driver: string
  readonly nodes: readonly string[]
}

const gpu = ({ at, vendor, device, driver, nodes }: Gpu): Tree => ({
  [`/sys/devices/${at}/vendor`]: `0x${vendor}\n`,
  [`/sys/devices/${at}/device`]: `0x${device}\n`,
  [`/sys/devices/${at}/driver`]: `-> ../../../bus/pci/drivers/${driver}`,
  ...Object.fromEntries(
    nodes.flatMap((node) => [
      [`/sys/devices/${at}/drm/${node}/device`, '-> ../..'],
      [`/sys/class/drm/${node}`, `-> ../../devices/${at}/drm/${node}`],
    ]),
  ),
})

const camera = (node: string, index: number, name: string, id?: string): Tree => ({
  [`/sys/class/video4linux/${node}/index`]: `${index}\n`,
  [`/sys/class/video4linux/${node}/name`]: `${name}\n`,
  ...(id !== undefined && { [`/dev/v4l/by-id/${id}`]: `-> ../../${node}` }),
})

const RENOIR = {
  at: 'pci0000:00/0000:00:08.1/0000:05:00.0',
  vendor: '1002',
  device: '1636',
  driver: 'amdgpu',
}
const NAVI = { at: 'pci0000:00/0000:00:01.1/0000:03:00.0', vendor: '1002', device: '73ff', driver: 'amdgpu' }
const ALDER = { at: 'pci0000:00/0000:00:02.0', vendor: '8086', device: '46d1', driver: 'i915' }
const LUNAR = { at: 'pci0000:00/0000:00:02.0', vendor: '8086', device: '64a0', driver: 'xe' }
const QUADRO = { at: 'pci0000:00/0000:01:00.0', vendor: '10de', device: '25b6', driver: 'nvidia' }

const MACHINES: readonly (readonly [what: string, tree: Tree, inventory: DeviceInventory])[] = [
  ['nothing', {}, { gpuNodes: [], cameras: [] }],
  [
    'an Intel mini-PC whose card is the second',
    gpu({ ...ALDER, nodes: ['card1', 'renderD128'] }),
    {
      gpuNodes: [
        {
          driver: 'i915',
          renderPath: '/dev/dri/renderD128',
          cardPath: '/dev/dri/card1',
          pciPath: '0000:00:02.0',
          pciId: '8086:46d1',
        },
      ],
      cameras: [],
    },
  ],
  [
    'a newer Intel one, whose driver is xe',
    gpu({ ...LUNAR, nodes: ['card0', 'renderD128'] }),
    {
      gpuNodes: [
        {
          driver: 'xe',
          renderPath: '/dev/dri/renderD128',
          cardPath: '/dev/dri/card0',
          pciPath: '0000:00:02.0',
          pciId: '8086:64a0',
        },
      ],
      cameras: [],
    },
  ],
  [
    'two AMD GPUs, in the order of their cards',
    {
      ...gpu({ ...RENOIR, nodes: ['card1', 'renderD129'] }),
      ...gpu({ ...NAVI, nodes: ['card0', 'renderD128'] }),
    },
    {
      gpuNodes: [
        {
          driver: 'amdgpu',
          renderPath: '/dev/dri/renderD128',
          cardPath: '/dev/dri/card0',
          pciPath: '0000:03:00.0',
          pciId: '1002:73ff',
        },
        {
          driver: 'amdgpu',
          renderPath: '/dev/dri/renderD129',
          cardPath: '/dev/dri/card1',
          pciPath: '0000:05:00.0',
          pciId: '1002:1636',
        },
      ],
      cameras: [],
    },
  ],
  [
    'an NVIDIA GPU that only computes, and a camera with two nodes',
    {
      ...gpu({ ...QUADRO, nodes: ['renderD128'] }),
      ...camera('video0', 0, 'C920', 'usb-046d_C920-video-index0'),
      ...camera('video1', 1, 'C920', 'usb-046d_C920-video-index1'),
    },
    {
      gpuNodes: [
        { driver: 'nvidia', renderPath: '/dev/dri/renderD128', pciPath: '0000:01:00.0', pciId: '10de:25b6' },
      ],
      cameras: [{ path: '/dev/video0', name: 'C920', id: 'usb-046d_C920-video-index0' }],
    },
  ],
  [
    'two cameras of one make, and a loop-back that has no name of its own',
    {
      ...camera('video0', 0, 'Dummy video device (0x0000)'),
      ...camera('video1', 0, '카메라', 'usb-046d_C920_AAAA-video-index0'),
      ...camera('video3', 0, '카메라', 'usb-046d_C920_BBBB-video-index0'),
    },
    {
      gpuNodes: [],
      cameras: [
        { path: '/dev/video0', name: 'Dummy video device (0x0000)' },
        { path: '/dev/video1', name: '카메라', id: 'usb-046d_C920_AAAA-video-index0' },
        { path: '/dev/video3', name: '카메라', id: 'usb-046d_C920_BBBB-video-index0' },
      ],
    },
  ],
]

for (const [what, files, inventory] of MACHINES) {
  test(`a machine with ${what}`, async (t) => {
    const root = await mkdtemp(join(tmpdir(), 'bongsu-inventory-'))
    t.after(() => rm(root, { recursive: true }))
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      if (content.startsWith('-> ')) await symlink(content.slice(3), join(root, path))
      else await writeFile(join(root, path), content)
    }
    const found = await readDeviceInventory(root)
    assert.deepEqual(found, inventory)
    assert.ok(Check(HostFacts, found))
  })
}

test('never more than the protocol carries', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'bongsu-inventory-'))
  t.after(() => rm(root, { recursive: true }))
  for (let number = 0; number < 70; number += 1) {
    const folder = join(root, `/sys/class/video4linux/video${number}`)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'index'), '0\n')
  }
  assert.equal((await readDeviceInventory(root)).cameras.length, 64)
})
