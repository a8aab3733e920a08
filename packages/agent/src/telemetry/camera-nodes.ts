// Cameras by the name that stays the same over reboots and other plugs, with the node each has now.
import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { CameraNode } from '@bongsu/protocol'

/**
 * Capture nodes only; a camera's further ones carry its metadata.
 * @param root prefix of `/sys` and `/dev`, for tests
 */
export async function readCameraNodes(root = ''): Promise<CameraNode[]> {
  const folder = join(root, '/sys/class/video4linux')
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^video\d+$/.test(name))
  const ids = await idsByNode(join(root, '/dev/v4l/by-id'))
  const cameras = await Promise.all(
    names.map(async (name) => {
      const read = async (file: string) =>
        (await readFile(join(folder, name, file), 'utf8').catch(() => '')).trim()
      const [index, label] = await Promise.all([read('index'), read('name')])
      if (index !== '' && index !== '0') return []
      const id = ids.get(name)
      return [{ path: `/dev/${name}`, ...(label && { name: label }), ...(id !== undefined && { id }) }]
    }),
  )
  return cameras.flat().toSorted((a, b) => number(a) - number(b))
}

const number = ({ path }: CameraNode): number => Number(/\d+$/.exec(path)?.[0] ?? 0)

/** Node's name to its stable name. */
async function idsByNode(folder: string): Promise<ReadonlyMap<string, string>> {
  const ids = await readdir(folder).catch(() => [])
  const links = await Promise.all(
    ids
      .toSorted()
      .map(async (id) => [basename(await readlink(join(folder, id)).catch(() => '')), id] as const),
  )
  return new Map(links.toReversed())
}
