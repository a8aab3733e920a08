// GPUs that are no plain device nodes: NVIDIA's come with libraries of the driver's own version, which the engine mounts.
// Source: NVIDIA Container Toolkit documentation (driver capabilities), Container Device Interface.
import type { GpuRequest } from '../create-options.ts'
import type { SpecInput } from './spec-input.ts'

/** Without the last two, which are no default, there is no OpenGL on the screen. */
const COMPUTE = ['gpu', 'compute', 'utility', 'video']
const GRAPHICS = ['graphics', 'display']

/**
 * For whatever is drawn on the NVIDIA GPU's own screen, and for whoever asks for a GPU. Where another GPU shows the
 * screen, NVIDIA's libraries for drawing would take the place of those that work there.
 */
export function gpuRequests({ request, profile, host, engine }: SpecInput): GpuRequest[] {
  const { nvidia } = host
  const isAsked = profile.devices?.some(({ kind }) => kind === 'gpu') ?? false
  const isShownByIt = request.display !== undefined && nvidia?.role === 'screen'
  if (!nvidia || !(isAsked || isShownByIt)) return []
  if (engine.runtimes.includes('nvidia')) {
    const capabilities = nvidia.role === 'screen' ? [...COMPUTE, ...GRAPHICS] : COMPUTE
    return [{ Driver: 'nvidia', Count: -1, Capabilities: [capabilities] }]
  }
  const isKnownByCdi = nvidia.cdiFolders.some((folder) => engine.cdiFolders.includes(folder))
  // An engine that knows neither cannot hand it out; the checks before a launch say so.
  return isKnownByCdi ? [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }] : []
}
