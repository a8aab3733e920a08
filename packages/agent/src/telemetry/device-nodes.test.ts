// GPUs and cameras as the kernel lays them out, in made-up trees: the machines that test have neither.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readCameraNodes } from './camera-nodes.ts'
import { readGpuNodes } from './gpu-nodes.ts'

/** Path to content; a content that begins with `-> ` is a link. */
async function tree(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'bongsu-tree-'))
  t.after(() => rm(root, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    if (content.startsWith('-> ')) await symlink(content.slice(3), join(root, path))
    else await writeFile(join(root, path), content)
  }
  return root
}

const PCI = '/sys/devices/pci0000:00'

test('an Intel and an NVIDIA card, each with its render node', async (t) => {
  const root = await tree(t, {
    [`${PCI}/0000:00:02.0/vendor`]: '0x8086\n',
    [`${PCI}/0000:00:02.0/device`]: '0x46d1\n',
    [`${PCI}/0000:00:02.0/driver`]: '-> ../../../bus/pci/drivers/i915',
    [`${PCI}/0000:01:00.0/vendor`]: '0x10de\n',
    [`${PCI}/0000:01:00.0/device`]: '0x25a2\n',
    [`${PCI}/0000:01:00.0/driver`]: '-> ../../../bus/pci/drivers/nvidia',
    [`${PCI}/0000:00:02.0/drm/card1/device`]: '-> ../..',
    [`${PCI}/0000:00:02.0/drm/renderD128/device`]: '-> ../..',
    [`${PCI}/0000:01:00.0/drm/card0/device`]: '-> ../..',
    [`${PCI}/0000:01:00.0/drm/renderD129/device`]: '-> ../..',
    '/sys/class/drm/card1': '-> ../../devices/pci0000:00/0000:00:02.0/drm/card1',
    '/sys/class/drm/card1-HDMI-A-1': '-> ../../devices/pci0000:00/0000:00:02.0/drm/card1',
    '/sys/class/drm/renderD128': '-> ../../devices/pci0000:00/0000:00:02.0/drm/renderD128',
    '/sys/class/drm/card0': '-> ../../devices/pci0000:00/0000:01:00.0/drm/card0',
    '/sys/class/drm/renderD129': '-> ../../devices/pci0000:00/0000:01:00.0/drm/renderD129',
  })
  assert.deepEqual(await readGpuNodes(root), [
    {
      driver: 'nvidia',
      renderPath: '/dev/dri/renderD129',
      cardPath: '/dev/dri/card0',
      pciPath: '0000:01:00.0',
      pciId: '10de:25a2',
    },
    {
      driver: 'i915',
      renderPath: '/dev/dri/renderD128',
      cardPath: '/dev/dri/card1',
      pciPath: '0000:00:02.0',
      pciId: '8086:46d1',
    },
  ])
})

test('a card without a bus, and none at all', async (t) => {
  const root = await tree(t, { '/sys/class/drm/card0/dev': '226:0\n' })
  assert.deepEqual(await readGpuNodes(root), [{ cardPath: '/dev/dri/card0' }])
  assert.deepEqual(await readGpuNodes('/nonexistent'), [])
})

test('cameras by their stable names, without their metadata nodes', async (t) => {
  const root = await tree(t, {
    '/sys/class/video4linux/video10/index': '0\n',
    '/sys/class/video4linux/video10/name': 'Bare Camera\n',
    '/sys/class/video4linux/video2/index': '0\n',
    '/sys/class/video4linux/video2/name': 'HD Webcam: HD Webcam\n',
    '/sys/class/video4linux/video3/index': '1\n',
    '/dev/v4l/by-id/usb-046d_HD_Webcam_200-video-index0': '-> ../../video2',
    '/dev/v4l/by-id/usb-046d_HD_Webcam_200-video-index1': '-> ../../video3',
  })
  assert.deepEqual(await readCameraNodes(root), [
    { path: '/dev/video2', name: 'HD Webcam: HD Webcam', id: 'usb-046d_HD_Webcam_200-video-index0' },
    { path: '/dev/video10', name: 'Bare Camera' },
  ])
  assert.deepEqual(await readCameraNodes('/nonexistent'), [])
})
