// Devices as the kernel lays them out, in made-up trees: the machines that test have none. A node is a link to /dev/null,
// which is a character device like them.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readHostDevices } from './host-devices.ts'

/** Path to content; a content that begins with `-> ` is a link, `node` a device. */
async function tree(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'bongsu-devices-'))
  t.after(() => rm(root, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    const target = content === 'node' ? '/dev/null' : content.startsWith('-> ') ? content.slice(3) : undefined
    if (target === undefined) await writeFile(join(root, path), content)
    else await symlink(target, join(root, path))
  }
  return root
}

const NOTHING = { paths: [], cameraIds: [] }
const pathsOf = (nodes: readonly { readonly path: string }[] | undefined) => nodes?.map(({ path }) => path)

const USB = '/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0'
const C920 = 'usb-046d_HD_Pro_Webcam_C920_12AB-video-index0'
const CAMERAS = {
  '/dev/video0': 'node',
  '/dev/video1': 'node',
  '/dev/video2': 'node',
  '/dev/video3': 'node',
  [`/dev/v4l/by-id/${C920}`]: '-> ../../video2',
  '/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920_12AB-video-index1': '-> ../../video3',
  '/dev/v4l/by-id/usb-gone-video-index0': '-> ../../video9',
  [`${USB}/video4linux/video2/name`]: 'HD Pro Webcam C920\n',
  [`${USB}/video4linux/video3/name`]: 'HD Pro Webcam C920\n',
  [`${USB}/video4linux/video2/device`]: '-> ../..',
  [`${USB}/video4linux/video3/device`]: '-> ../..',
  '/sys/class/video4linux/video2':
    '-> ../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/video4linux/video2',
  '/sys/class/video4linux/video3':
    '-> ../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/video4linux/video3',
  // v4l2loopback has no device behind it.
  '/sys/devices/virtual/video4linux/video0/name': 'Dummy video device\n',
  '/sys/class/video4linux/video0': '-> ../../devices/virtual/video4linux/video0',
  '/run/udev/data/c81:2': 'E:ID_V4L_PRODUCT=C920\n',
}

test('a camera by its stable name is all of its nodes, whichever of them the name means', async (t) => {
  const root = await tree(t, CAMERAS)
  const second = C920.replace('index0', 'index1')
  const cameraIds = [C920, second, 'usb-gone-video-index0', '..', 'unknown']
  const devices = await readHostDevices({ paths: [], cameraIds }, root)
  const found = cameraIds.map((id) => pathsOf(devices.identified.get(id)))
  const both = ['/dev/video2', '/dev/video3']
  assert.deepEqual(found, [both, both, [], [], []])
  assert.deepEqual(pathsOf(devices.cameras), ['/dev/video0', '/dev/video1', '/dev/video2', '/dev/video3'])
  assert.equal(devices.hasUdevData, true)
})

test('a camera of which the kernel tells nothing more is its one node', async (t) => {
  const root = await tree(t, { '/dev/video0': 'node', '/dev/v4l/by-id/one': '-> ../../video0' })
  const { identified } = await readHostDevices({ paths: [], cameraIds: ['one'] }, root)
  assert.deepEqual(pathsOf(identified.get('one')), ['/dev/video0'])
})

test('nodes of GPUs and asked paths are devices that exist, nothing else', async (t) => {
  const root = await tree(t, {
    '/dev/dri/card1': 'node',
    '/dev/dri/renderD128': 'node',
    '/dev/dri/by-path/pci-0000:00:02.0-card': '-> ../card1',
    '/dev/ttyUSB0': 'node',
    '/dev/notes': 'a file',
    '/etc/localtime': 'TZif2',
  })
  const paths = ['/dev/ttyUSB0', '/dev/notes', '/dev/none']
  const devices = await readHostDevices({ paths, cameraIds: [] }, root)
  assert.deepEqual(pathsOf(devices.gpu), ['/dev/dri/card1', '/dev/dri/renderD128'])
  assert.deepEqual(pathsOf(devices.named), ['/dev/ttyUSB0'])
  assert.deepEqual([devices.hasLocaltime, devices.hasUdevData, devices.nvidia], [true, false, undefined])
})

const INTEL = '/sys/devices/pci0000:00/0000:00:02.0'
const NVIDIA = '/sys/devices/pci0000:00/0000:01:00.0'
const gpuAt = (device: string, card: string, driver: string, bootVga: string) => ({
  [`${device}/driver`]: `-> ../../../bus/pci/drivers/${driver}`,
  [`${device}/boot_vga`]: `${bootVga}\n`,
  [`${device}/drm/${card}/device`]: '-> ../..',
  [`/sys/class/drm/${card}`]: `-> ../..${device.slice('/sys'.length)}/drm/${card}`,
  [`/sys/bus/pci/devices/${device.slice(-12)}`]: `-> ../../..${device.slice('/sys'.length)}`,
})
const DRIVER = { '/proc/driver/nvidia/version': 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.120\n' }
const CDI_TEXT = 'cdiVersion: 0.6.0\nkind: nvidia.com/gpu\n'

const NVIDIA_HOSTS: readonly (readonly [what: string, files: Record<string, string>, nvidia: unknown])[] = [
  ['alone', { ...DRIVER, ...gpuAt(NVIDIA, 'card0', 'nvidia', '1') }, { role: 'screen', cdiFolders: [] }],
  ['without nodes of its own', DRIVER, { role: 'screen', cdiFolders: [] }],
  [
    'beside Intel, which shows the screen',
    { ...DRIVER, ...gpuAt(INTEL, 'card0', 'i915', '1'), ...gpuAt(NVIDIA, 'card1', 'nvidia', '0') },
    { role: 'compute', cdiFolders: [] },
  ],
  [
    'beside Intel, and shows the screen',
    { ...DRIVER, ...gpuAt(INTEL, 'card1', 'i915', '0'), ...gpuAt(NVIDIA, 'card0', 'nvidia', '1') },
    { role: 'screen', cdiFolders: [] },
  ],
  ['with the free driver', gpuAt(NVIDIA, 'card0', 'nouveau', '1'), undefined],
  [
    'named by CDI',
    { ...DRIVER, '/var/run/cdi/nvidia.yaml': CDI_TEXT },
    { role: 'screen', cdiFolders: ['/var/run/cdi'] },
  ],
  [
    'not named by what else CDI has',
    { ...DRIVER, '/etc/cdi/vendor.json': '{"kind":"vendor.com/net"}', '/etc/cdi/nvidia.txt': CDI_TEXT },
    { role: 'screen', cdiFolders: [] },
  ],
]

for (const [what, files, nvidia] of NVIDIA_HOSTS) {
  test(`an NVIDIA GPU ${what}`, async (t) => {
    assert.deepEqual((await readHostDevices(NOTHING, await tree(t, files))).nvidia, nvidia)
  })
}

for (const [what, files, timeZone] of [
  ['by its link', { '/etc/localtime': '-> /usr/share/zoneinfo/Asia/Seoul' }, 'Asia/Seoul'],
  ['by a relative link', { '/etc/localtime': '-> ../usr/share/zoneinfo/Etc/UTC' }, 'Etc/UTC'],
  ['by name', { '/etc/localtime': 'TZif2', '/etc/timezone': 'Asia/Seoul\n' }, 'Asia/Seoul'],
  ['not by a name that leads elsewhere', { '/etc/timezone': '../../etc/passwd' }, undefined],
  ['not where nobody says it', { '/etc/localtime': 'TZif2' }, undefined],
] as const) {
  test(`the time zone is known ${what}`, async (t) => {
    assert.equal((await readHostDevices(NOTHING, await tree(t, files))).timeZone, timeZone)
  })
}
