// The launch's group: a network on which its members find each other by name, and a folder for their sockets.
// Making and removing both is `docker/group-places.ts`; that nothing but these is joined, the policy's check.
import { join } from 'node:path'
import type { BindMount, CreateOptions, HostConfig } from '../create-options.ts'
import type { SpecInput } from './spec-input.ts'

/** Where a container finds the folder of its group. */
export const CONTAINER_GROUP_DIR = '/run/bongsu/group'
/** Where the program that shows data listens by convention; a name that a program need not know is no use to it. */
const DATA_SOCKET = `${CONTAINER_GROUP_DIR}/data.sock`

/** One name per agent and group: several agents may share one engine. */
export const groupNetworkName = (owner: string, group: string): string => `bongsu-${owner}-${group}`

export const groupFolder = (groupsDir: string, group: string): string => join(groupsDir, group)

type Membership = Pick<CreateOptions, 'NetworkingConfig'> & Pick<HostConfig, 'NetworkMode'>

/**
 * How a lead container joins its group; the others of the launch share the lead's network. The group's is the first one,
 * so that the engine itself makes no container outside of it; see `outboundNetwork` for the other.
 */
export function groupNetwork({ request, owner }: SpecInput): Membership | undefined {
  const { group, launchId, packageId } = request.launch
  if (group === undefined) return undefined
  const name = groupNetworkName(owner, group)
  return {
    NetworkMode: name,
    NetworkingConfig: { EndpointsConfig: { [name]: { Aliases: [launchId, packageId] } } },
  }
}

/** The network that a lead in a group must be joined to besides, before it starts: an engine may take one at creation only. */
export function outboundNetwork({ request }: SpecInput): 'bridge' | undefined {
  const { launch, leadContainerId } = request
  const isInGroup = launch.group !== undefined && leadContainerId === undefined
  return isInGroup && (launch.profile.network ?? 'bridge') === 'bridge' ? 'bridge' : undefined
}

export function groupMounts({ request, groupsDir }: SpecInput): BindMount[] {
  const { group } = request.launch
  if (group === undefined) return []
  return [
    { Type: 'bind', Source: groupFolder(groupsDir, group), Target: CONTAINER_GROUP_DIR, ReadOnly: false },
  ]
}

export function groupEnvironment({ request }: SpecInput): Record<string, string> {
  const { group } = request.launch
  if (group === undefined) return {}
  return { BONGSU_GROUP: group, BONGSU_GROUP_DIR: CONTAINER_GROUP_DIR, BONGSU_DATA_SOCKET: DATA_SOCKET }
}
