// Rule of the policy about GPUs that the engine hands out by request: which drivers, which devices, what of them.
import type { GpuRequest } from '../runtime/docker/create-options.ts'
import type { ContainerPolicy } from './policy.ts'

/** Of NVIDIA's container toolkit; what is not here mounts more than a GPU. */
const CAPABILITIES = new Set(['gpu', 'compute', 'utility', 'video', 'graphics', 'display', 'compat32'])
const NVIDIA_DEVICE = /^(?:all|\d{1,2}(?::\d{1,2})?|(?:GPU|MIG)-[0-9a-f-]{1,64})$/
const CDI_DEVICE = /^nvidia\.com\/gpu=(?:all|\d{1,2}(?::\d{1,2})?|(?:GPU|MIG)-[0-9a-f-]{1,64})$/

/** Pure. Empty values are what an engine adds to a request when it is asked for it. */
export function forbiddenGpu(request: GpuRequest, { gpu }: ContainerPolicy): string | undefined {
  const { Driver, Count, DeviceIDs, Capabilities, ...others } = request
  if (!gpu) return 'a GPU by request'
  const extra = Object.entries(others).find(([, value]) => !isEmpty(value))
  if (extra) return `the device request option ${extra[0]}`
  const devices = DeviceIDs ?? []
  if (Driver === 'cdi') {
    const other = devices.find((id) => !CDI_DEVICE.test(id))
    if (other !== undefined) return `the device ${other}`
    return devices.length === 0 || Count || !isEmpty(Capabilities)
      ? 'a device request for more than is named'
      : undefined
  }
  if (Driver !== 'nvidia') return `the device driver ${Driver}`
  const words = (Capabilities ?? []).flat()
  const other =
    devices.find((id) => !NVIDIA_DEVICE.test(id)) ?? words.find((capability) => !CAPABILITIES.has(capability))
  if (other !== undefined) return `the device ${other}`
  return words.includes('gpu') ? undefined : 'a device request for something other than a GPU'
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === 0 ||
  (typeof value === 'object' && Object.keys(value).length === 0)
