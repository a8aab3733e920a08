// What of the machine comes and goes while the agent runs: GPUs and cameras, as the hub is told of them.
import type { HostFacts } from '@bongsu/protocol'
import { readCameraNodes } from './camera-nodes.ts'
import { readGpuNodes } from './gpu-nodes.ts'

export type DeviceInventory = Required<Pick<HostFacts, 'gpuNodes' | 'cameras'>>

/** As many as the protocol carries. */
const MOST_GPUS = 16
const MOST_CAMERAS = 64

/**
 * A few files of the kernel; a millisecond.
 * @param root prefix of `/sys` and `/dev`, for tests
 */
export async function readDeviceInventory(root = ''): Promise<DeviceInventory> {
  const [gpuNodes, cameras] = await Promise.all([readGpuNodes(root), readCameraNodes(root)])
  return { gpuNodes: gpuNodes.slice(0, MOST_GPUS), cameras: cameras.slice(0, MOST_CAMERAS) }
}
