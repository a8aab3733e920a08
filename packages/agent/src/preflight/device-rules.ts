// What the engine and the machine say before a launch. Pure.
import { fail, type LaunchProfile, type PreflightFinding, warn } from '@bongsu/protocol'
import type { EngineTraits } from '../runtime/image-inspector.ts'
import type { DeviceTraits, NodeHolder } from './device-traits.ts'

const MEBIBYTE = 1024 ** 2
const LOW_DISK_BYTES = 1024 * MEBIBYTE
const LOW_INODES = 10_000

/** X15 and what shifts users, so that the cookie and the socket belong to others. */
export function engineFindings(engine: EngineTraits, launch: LaunchProfile): PreflightFinding[] {
  const isSnap = engine.storageRoot.startsWith('/var/snap/')
  if (!launch.display) return []
  return [
    ...(isSnap ? [fail('AGENT_CAUSE_ENGINE_IS_SNAP')] : []),
    ...(hasOption(engine, 'rootless') ? [warn('AGENT_PREFLIGHT_ENGINE_ROOTLESS')] : []),
    ...(hasOption(engine, 'userns') ? [warn('AGENT_PREFLIGHT_ENGINE_USERNS')] : []),
  ]
}

const hasOption = ({ securityOptions }: EngineTraits, name: string): boolean =>
  securityOptions.some((option) => option.split(',')[0] === `name=${name}`)

/** E7, E13. */
export function roomFindings(device: DeviceTraits, launch: LaunchProfile): PreflightFinding[] {
  const { freeDiskBytes, freeInodes, availableMemoryBytes } = device
  const neededBytes = launch.containers.reduce((sum, { resources }) => sum + (resources?.memoryBytes ?? 0), 0)
  const findings: PreflightFinding[] = []
  if (freeDiskBytes !== undefined && freeDiskBytes < LOW_DISK_BYTES)
    findings.push(warn('AGENT_PREFLIGHT_DISK_LOW', { freeMib: mebibytes(freeDiskBytes) }))
  if (freeInodes !== undefined && freeInodes < LOW_INODES)
    findings.push(warn('AGENT_PREFLIGHT_INODES_LOW', { freeInodes }))
  if (availableMemoryBytes !== undefined && neededBytes > availableMemoryBytes) {
    const parameters = { neededMib: mebibytes(neededBytes), availableMib: mebibytes(availableMemoryBytes) }
    findings.push(warn('AGENT_PREFLIGHT_MEMORY_LOW', parameters))
  }
  return findings
}

const mebibytes = (bytes: number): number => Math.floor(bytes / MEBIBYTE)

/** G1, G8, G10. */
export function gpuFindings(
  { gpus, nvidia }: DeviceTraits,
  engine: EngineTraits,
  launch: LaunchProfile,
): PreflightFinding[] {
  const asksForGpu = launch.containers.some(({ devices }) => devices?.some(({ kind }) => kind === 'gpu'))
  if (!asksForGpu) return []
  if (gpus.length === 0 && !nvidia) return [warn('AGENT_PREFLIGHT_NO_GPU')]
  if (!nvidia) return []
  const { kernelVersion, libraryVersions, hasCdi } = nvidia
  const isKnown = hasCdi || engine.runtimes.includes('nvidia')
  const isUpgraded = libraryVersions.length > 0 && !libraryVersions.includes(kernelVersion)
  return [
    ...(isKnown ? [] : [warn('AGENT_CAUSE_NVIDIA_TOOLKIT')]),
    ...(isUpgraded ? [warn('AGENT_CAUSE_NVIDIA_VERSION_MISMATCH')] : []),
  ]
}

/** Nodes of the cameras that the launch asks for. */
export function wantedCameras({ cameras }: DeviceTraits, launch: LaunchProfile): readonly string[] {
  const asked = launch.containers
    .flatMap(({ devices = [] }) => devices)
    .filter(({ kind }) => kind === 'camera')
  const paths = asked.flatMap((device) => {
    if (device.kind !== 'camera') return []
    if (device.id !== undefined) return cameras.filter(({ id }) => id === device.id).map(({ path }) => path)
    return device.path === undefined ? cameras.map(({ path }) => path) : [device.path]
  })
  return [...new Set(paths)]
}

/** G15. */
export function cameraFindings(
  device: DeviceTraits,
  holders: readonly NodeHolder[],
  launch: LaunchProfile,
): PreflightFinding[] {
  const asked = launch.containers.flatMap(({ devices = [] }) => devices)
  const absent = asked.flatMap((wanted) => {
    if (wanted.kind !== 'camera') return []
    const isThere = device.cameras.some(({ path, id }) =>
      wanted.id !== undefined ? id === wanted.id : wanted.path === undefined || path === wanted.path,
    )
    return isThere
      ? []
      : [warn('AGENT_PREFLIGHT_NO_CAMERA', { camera: wanted.id ?? wanted.path ?? '/dev/video*' })]
  })
  const cameras = wantedCameras(device, launch)
  const held = holders
    .filter(({ path }) => cameras.includes(path))
    .map(({ path, pid, program }) => warn('AGENT_PREFLIGHT_CAMERA_HELD', { path, pid, program }))
  return [...absent, ...held]
}
