// A wanted container as the Engine API's create options, section by section. Pure: what it depends on is in its input.
// It says what the recipe wants; whether this device allows it is `policy/check-container-spec.ts`.
import type { CreateOptions } from './create-options.ts'
import { deviceMappings, deviceNodes, groupAdditions } from './spec/device-nodes.ts'
import { environment } from './spec/environment.ts'
import { gpuRequests } from './spec/gpu-requests.ts'
import { labels } from './spec/labels.ts'
import { limits, stopGraceSeconds } from './spec/limits.ts'
import { mounts, temporaryFileSystems } from './spec/mounts.ts'
import { network } from './spec/network.ts'
import { security } from './spec/security.ts'
import type { SpecInput } from './spec/spec-input.ts'
import { userOptions } from './spec/user.ts'

/** @throws CodedError AGENT_DEVICE_NODE_MISSING, AGENT_PROFILE_INVALID */
export function containerSpec(input: SpecInput): CreateOptions {
  const { request, profile } = input
  const nodes = deviceNodes(input)
  const requests = gpuRequests(input)
  const { HostConfig: userConfig, ...user } = userOptions(input)
  const { Hostname, ExposedPorts, NetworkingConfig, ...networkConfig } = network(input)
  return {
    Image: request.launch.image.imageId,
    ...(Hostname !== undefined && { Hostname }),
    ...user,
    Env: environment(input),
    // Left to the image unless the profile says otherwise: an override hides the program's own folder.
    ...(profile.entrypoint && { Entrypoint: profile.entrypoint }),
    ...(profile.command && { Cmd: profile.command }),
    ...(profile.workingDirectory !== undefined && { WorkingDir: profile.workingDirectory }),
    Labels: labels(input),
    StopTimeout: stopGraceSeconds(input),
    ...(ExposedPorts && { ExposedPorts }),
    ...(NetworkingConfig && { NetworkingConfig }),
    HostConfig: {
      ...networkConfig,
      ...userConfig,
      ...security(),
      ...limits(input),
      GroupAdd: groupAdditions(input, nodes),
      Devices: deviceMappings(nodes),
      ...(requests.length > 0 && { DeviceRequests: requests }),
      Mounts: mounts(input),
      Tmpfs: temporaryFileSystems(input),
    },
  }
}
