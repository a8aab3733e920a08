// Device nodes and the groups that may use them: real device entries, because a mount gives no cgroup right.
import { CodedError } from '@bongsu/foundation'
import type { DeviceMapping } from '../create-options.ts'
import type { DeviceNode } from '../host-devices.ts'
import type { SpecInput } from './spec-input.ts'
import { sessionUser } from './user.ts'

/** Paths that a profile names one by one, to be looked at before its specification is computed. */
export const namedDevicePaths = ({ devices = [] }: SpecInput['profile']): string[] =>
  devices.flatMap((device) => ('path' in device && device.path !== undefined ? [device.path] : []))

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
    else if (device.path === undefined) add(present(host.cameras, '/dev/video*'))
    else {
      const { path } = device
      add(
        present(
          host.named.filter((node) => node.path === path),
          path,
        ),
      )
    }
  }
  return [...nodes.values()]
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
