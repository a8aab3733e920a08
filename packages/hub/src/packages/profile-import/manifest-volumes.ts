// What becomes of a pod's volumes where a container mounts them.
import { type Fields, fieldsAt, listAt, sourceOf, textAt, valueAt } from './manifest-fields.ts'
import { applyMount, applyVolume } from './mount-rules.ts'
import { addNote, type Target } from './profile-draft.ts'
import { parseClusterBytes } from './quantities.ts'
import { applyResource } from './setting-rules.ts'
import { literalWord, wordOf } from './shell-words.ts'

export function applyVolumeMounts(
  target: Omit<Target, 'source'>,
  { pod, container }: { pod: Fields; container: Fields },
): void {
  const volumes = new Map(listAt(pod, 'volumes').map((volume) => [textAt(volume, 'name') ?? '', volume]))
  for (const mount of listAt(container, 'volumeMounts')) {
    const name = textAt(mount, 'name') ?? ''
    const path = textAt(mount, 'mountPath') ?? ''
    const volume = volumes.get(name)
    const source = `${mount.place}: ${path}`
    const here = { ...target, source }
    if (!volume || path === '') addNote(here, 'invalid-value')
    else applyOne(here, { name, path, volume })
    if (valueAt(mount, 'subPath') !== undefined) {
      addNote({ ...target, source: sourceOf(mount, 'subPath') }, 'no-such-setting')
    }
  }
}

function applyOne(
  target: Target,
  { name, path, volume }: { name: string; path: string; volume: Fields },
): undefined {
  const hostPath = fieldsAt(volume, 'hostPath')
  const folder = literalWord(path)
  if (hostPath) {
    const host = textAt(hostPath, 'path') ?? ''
    return applyMount(
      { ...target, source: `${hostPath.place}: ${host}` },
      { host: wordOf(host), path: folder },
    )
  }
  if (/^\/tmp\/\.X11-unix(\/|$)/.test(path)) return applyMount(target, { host: undefined, path: folder })
  if (valueAt(volume, 'emptyDir') !== undefined) return applyEmptyFolder(target, { name, path, volume })
  const isKept = ['persistentVolumeClaim', 'ephemeral'].some((key) => valueAt(volume, key) !== undefined)
  if (isKept) return applyVolume(target, { name, path: folder })
  addNote(target, 'cluster-object')
}

function applyEmptyFolder(
  target: Target,
  { name, path, volume }: { name: string; path: string; volume: Fields },
): undefined {
  const emptyDir = fieldsAt(volume, 'emptyDir')
  if (path === '/dev/shm') {
    const size = textAt(emptyDir, 'sizeLimit')
    if (size === undefined) return addNote(target, 'shared-memory-provided')
    return applyResource(target, 'sharedMemoryBytes', parseClusterBytes(size))
  }
  if (/^\/(tmp|run)(\/|$)/.test(path)) return addNote(target, 'scratch-provided')
  applyVolume(target, { name, path: literalWord(path) })
}
