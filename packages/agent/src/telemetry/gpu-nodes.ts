// GPUs by their nodes: kernel driver, card and render node, place on the PCI bus, all from /sys. No child process.
import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { GpuNode } from '@bongsu/protocol'

/**
 * In the order of their cards; empty where there is none.
 * @param root prefix of `/sys`, for tests
 */
export async function readGpuNodes(root = ''): Promise<GpuNode[]> {
  const folder = join(root, '/sys/class/drm')
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^(?:card|renderD)\d+$/.test(name))
  const nodes = await Promise.all(
    names.map(async (name) => ({
      name,
      device: await realpath(join(folder, name, 'device')).catch(() => ''),
    })),
  )
  // A node without a device behind it, such as a virtual one, stands for itself.
  const byDevice = Map.groupBy(nodes, ({ name, device }) => device || name)
  const gpus = await Promise.all([...byDevice.values()].map((group) => gpuOf(group)))
  return gpus.toSorted((a, b) => order(a) - order(b))
}

async function gpuOf(nodes: readonly { readonly name: string; readonly device: string }[]): Promise<GpuNode> {
  const device = nodes[0]?.device ?? ''
  const path = (kind: RegExp) => nodes.map(({ name }) => name).find((name) => kind.test(name))
  const [driver, vendor, model] = await Promise.all([
    readlink(join(device, 'driver')).then(basename, () => undefined),
    hexadecimal(join(device, 'vendor')),
    hexadecimal(join(device, 'device')),
  ])
  const [card, render] = [path(/^card/), path(/^renderD/)]
  const place = /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d$/.exec(basename(device))?.[0]
  return {
    ...(driver !== undefined && { driver }),
    ...(render !== undefined && { renderPath: `/dev/dri/${render}` }),
    ...(card !== undefined && { cardPath: `/dev/dri/${card}` }),
    ...(place !== undefined && { pciPath: place }),
    ...(vendor !== undefined && model !== undefined && { pciId: `${vendor}:${model}` }),
  }
}

const order = ({ cardPath, renderPath }: GpuNode): number =>
  Number(/\d+$/.exec(cardPath ?? renderPath ?? '')?.[0] ?? 0)

/** `0x8086` as `8086`. */
async function hexadecimal(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return /^0x([0-9a-f]{4})\s*$/.exec(text)?.[1]
}
