// Device nodes and the groups that may use them: real device entries, because a mount gives no cgroup right.
import { CodedError } from '@bongsu/foundation'
import type { DeviceMapping } from '../create-options.ts'
import type { DeviceNode, WantedDevices } from '../host-devices.ts'
import type { SpecInput } from './spec-input.ts'
import { sessionUser } from './user.ts'

/** What a profile asks for one by one, to be looked at before its specification is computed. */
export function wantedDevices({ devices = [] }: SpecInput['profile']): WantedDevices {
  return {
    paths: devices.flatMap((device) => {
      if (device.kind === 'gpu' || device.path === undefined) return []
      return device.kind === 'camera' && device.id !== undefined ? [] : [device.path]
    }),
    cameraIds: devices.flatMap((device) => (device.kind === 'camera' && device.id ? [device.id] : [])),
  }
}

/**
 * Every node the container gets. A GPU is taken where there is one, since software rendering does without;
 * what was asked for by name or is a camera must be there.
 * @throws CodedError AGENT_DEVICE_NODE_MISSING
 */
export function deviceNodes({ request, profile, host }: SpecInput): DeviceNode[] {
  const nodes = new Map<string, DeviceNode>()
  const add = (found: readonly DeviceNode[]) => {
    for (const node of found) nodes.set(node.path, node)
  }
  if (request.display) add(host.gpu)
  for (const device of profile.devices ?? []) {
    if (device.kind === 'gpu') add(host.gpu)
    else add(askedNodes(device, host))
  }
  return [...nodes.values()]
}

type AskedDevice = Exclude<NonNullable<SpecInput['profile']['devices']>[number], { kind: 'gpu' }>

function askedNodes(device: AskedDevice, host: SpecInput['host']): readonly DeviceNode[] {
  if (device.kind === 'camera' && device.id !== undefined)
    return present(host.identified.get(device.id) ?? [], `/dev/v4l/by-id/${device.id}`)
  if (device.path === undefined) return present(host.cameras, '/dev/video*')
  const { path } = device
  return present(
    host.named.filter((node) => node.path === path),
    path,
  )
}

function present(found: readonly DeviceNode[], path: string): readonly DeviceNode[] {
  if (found.length === 0) throw new CodedError('AGENT_DEVICE_NODE_MISSING', { parameters: { path } })
  return found
}

/** `rw` without `m`: the container uses nodes, it never makes any. */
export const deviceMappings = (nodes: readonly DeviceNode[]): DeviceMapping[] =>
  nodes.map(({ path }) => ({ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rw' }))

/** Group 0 is left out: it would open far more than the node. */
export function groupAdditions(input: SpecInput, nodes: readonly DeviceNode[]): string[] {
  const own = sessionUser(input)?.gid
  const gids = new Set(nodes.map(({ gid }) => gid).filter((gid) => gid !== 0 && gid !== own))
  return [...gids].toSorted((a, b) => a - b).map(String)
}
