// What is left of a launch profile for a smoke run: the program and its environment, nothing of the world. Pure.
import type { LaunchProfile } from '@bongsu/protocol'

/** No network, devices, secrets, published ports or group; a display is wanted whatever the profile says. */
export function sandboxProfile({ containers, volumes }: LaunchProfile): LaunchProfile {
  return {
    containers: containers.map(({ devices: _d, cameras: _c, ports: _p, secrets: _s, ...rest }) => rest),
    ...(volumes && { volumes }),
    display: { required: true },
    network: 'none',
    stopGraceSeconds: 2,
  }
}
