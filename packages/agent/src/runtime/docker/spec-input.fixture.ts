// A container to be specified, for tests of the recipe and of the policy.
import type { ContainerProfile, LaunchProfile } from '@bongsu/protocol'
import { CONTAINER_XAUTHORITY, type DisplayBinding } from '../../display/display-binding.ts'
import { type EngineConfiguration, PLAIN_ENGINE } from './engine-configuration.ts'
import type { HostDevices } from './host-devices.ts'
import type { SpecInput } from './spec/spec-input.ts'

export const IMAGE_ID = `sha256:${'1'.repeat(64)}`
export const GIBIBYTE = 1024 ** 3

export const BINDING: DisplayBinding = {
  launchId: 'lau-aaaaaaaaaaaaaaaa',
  displayNumber: 7,
  displayName: ':7',
  incarnation: '1-1',
  socketDir: '/tmp/.X11-unix',
  cookieDir: '/run/bongsu/x/lau-aaaaaaaaaaaaaaaa',
  xauthorityPath: CONTAINER_XAUTHORITY,
  uid: 1000,
  gid: 1001,
  widthPixels: 1920,
  heightPixels: 1080,
}

export const HOST: HostDevices = {
  memoryBytes: 8 * GIBIBYTE,
  gpu: [
    { path: '/dev/dri/card0', gid: 44 },
    { path: '/dev/dri/renderD128', gid: 105 },
  ],
  cameras: [{ path: '/dev/video0', gid: 44 }],
  named: [],
  hasLocaltime: true,
  identified: new Map(),
  hasUdevData: false,
}

export interface InputParts {
  readonly profile?: Partial<ContainerProfile>
  readonly launch?: Partial<LaunchProfile>
  readonly display?: DisplayBinding | undefined
  readonly leadContainerId?: string
  readonly group?: string
  readonly host?: Partial<HostDevices>
  readonly engine?: Partial<EngineConfiguration>
  readonly imageWords?: readonly string[]
  readonly userFolder?: string
}

export function specInput(parts: InputParts = {}): SpecInput {
  const profile = { name: 'main', ...parts.profile }
  const display = 'display' in parts ? parts.display : BINDING
  return {
    profile,
    host: { ...HOST, ...parts.host },
    engine: { ...PLAIN_ENGINE, ...parts.engine },
    imageWords: parts.imageWords ?? [],
    userFolder: parts.userFolder,
    owner: 'key-fingerprint',
    volumesDir: '/var/lib/bongsu/volumes',
    groupsDir: '/run/bongsu/groups',
    secretsDir: '/run/bongsu/secrets',
    request: {
      name: profile.name,
      specHash: 'abc',
      restarts: 3,
      ...(display && { display }),
      ...(parts.leadContainerId !== undefined && { leadContainerId: parts.leadContainerId }),
      launch: {
        launchId: 'lau-aaaaaaaaaaaaaaaa',
        deploymentId: 'dep-bbbbbbbbbbbbbbbb',
        packageId: 'person-detector',
        version: '1.0',
        image: { imageId: IMAGE_ID, downloadBytes: 1 },
        profile: { containers: [profile], ...parts.launch },
        ...(parts.group !== undefined && { group: parts.group }),
      },
    },
  }
}
