// What becomes of a device node that the text passes to the program.
import { addDevice, addNote, knownText, type Target } from './profile-draft.ts'
import type { Word } from './shell-words.ts'

const GPU_NODE = /^\/dev\/(dri|nvidia[\w-]*|kfd|mali\d*|nvhost[\w-]*|nvmap)(\/|$)/
const CDI_GPU = /^(nvidia\.com|amd\.com|intel\.com)\/gpu(=|$)/
const CAMERA_NODE = /^\/dev\/(video\d+|v4l\/by-(id|path)\/[^/]+)$/
/** Raw memory, disks, logs, virtual machines and kernel interfaces: each hands over the host. */
const HOST_NODE =
  /^\/dev\/(mem|kmem|port|kmsg|fuse|kvm|loop|sd|hd|vd|xvd|nvme|dm-|mapper|md|disk|mqueue|pts|ptmx|tty$|tty\d|console|uinput|net|vhost|cpu|hugepages|bsg|sg\d|raw)/

export const isDevicePath = (path: string): boolean => path.startsWith('/dev/')

/** @param word the host's side: a path below /dev or a CDI name */
export function applyDeviceNode(target: Target, word: Word): undefined {
  if (word.unresolved.some((text) => text.includes('/dev/video'))) {
    addDevice(target, { kind: 'camera' })
    return addNote(target, 'camera-requested')
  }
  const path = knownText(target, word)
  if (path === undefined) return
  if (/(^|\/)\.\.(\/|$)/.test(path) || path.includes('\0')) return addNote(target, 'invalid-value')
  if (GPU_NODE.test(path) || CDI_GPU.test(path)) {
    addDevice(target, { kind: 'gpu' })
    addNote(target, 'gpu-requested')
  } else if (CAMERA_NODE.test(path)) {
    addDevice(target, { kind: 'camera', path })
    addNote(target, 'camera-requested')
  } else if (!isDevicePath(path)) addNote(target, 'invalid-value')
  else if (HOST_NODE.test(path)) addNote(target, 'host-device')
  else {
    addDevice(target, { kind: 'path', path })
    addNote(target, 'device-requested', path)
  }
}
