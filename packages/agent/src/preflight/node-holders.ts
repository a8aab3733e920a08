// Which processes have a device node open, by their file descriptors in /proc. Sees those of other users only as root.
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { containerOfProcess } from '../display/window-owner.ts'
import type { NodeHolder } from './device-traits.ts'

/**
 * Tens of milliseconds on a busy machine.
 * @param paths of nodes, as `/dev/video0`
 */
export async function findNodeHolders(paths: readonly string[], procDir = '/proc'): Promise<NodeHolder[]> {
  if (paths.length === 0) return []
  const wanted = new Set(paths)
  const pids = (await readdir(procDir).catch(() => [])).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map((pid) => holderOf(pid, wanted, procDir)))
  return found.flat()
}

async function holderOf(pid: string, wanted: ReadonlySet<string>, procDir: string): Promise<NodeHolder[]> {
  const folder = join(procDir, pid, 'fd')
  const descriptors = await readdir(folder).catch(() => [])
  const targets = await Promise.all(descriptors.map((name) => readlink(join(folder, name)).catch(() => '')))
  const held = [...new Set(targets)].filter((target) => wanted.has(target))
  if (held.length === 0) return []
  const [name, containerId] = await Promise.all([
    readFile(join(procDir, pid, 'comm'), 'utf8').catch(() => ''),
    containerOfProcess(Number(pid), procDir),
  ])
  return held.map((path) => ({
    path,
    pid: Number(pid),
    program: name.trim() || '?',
    ...(containerId !== undefined && { containerId }),
  }))
}
