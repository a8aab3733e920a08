// Puts into a desired state what is the device's own: the values of the secrets that its launches name, and the cameras
// of its record. Done when it is sent; what is stored has the names alone.
import type {
  DeliveredSecret,
  DesiredLaunch,
  DesiredState,
  DeviceCamera,
  LaunchProfile,
} from '@bongsu/protocol'

/** What launches need of the secrets feature. */
export interface SecretValues {
  /** By name; what does not exist is missing. */
  deliver(deviceId: string, names: readonly string[]): Promise<ReadonlyMap<string, DeliveredSecret>>
}

export interface InputSources {
  readonly secrets: SecretValues
  /** Of the device's record. */
  readonly camerasOf: (deviceId: string) => Promise<readonly DeviceCamera[]>
}

type Content = Omit<DesiredState, 'type'>

type Asking = Pick<LaunchProfile, 'containers'>

export const cameraNamesOf = ({ containers }: Asking): string[] => [
  ...new Set(containers.flatMap(({ cameras = [] }) => cameras.map(({ name }) => name))),
]

export const camerasFor = (profile: Asking, cameras: readonly DeviceCamera[]): DeviceCamera[] => {
  const names = new Set(cameraNamesOf(profile))
  return cameras.filter(({ name }) => names.has(name))
}

/** Those that it names itself, and the passwords of its cameras. */
export const secretNamesOf = (profile: Asking, cameras: readonly DeviceCamera[]): string[] => {
  const own = profile.containers.flatMap(({ secrets = [] }) => secrets.map(({ name }) => name))
  const passwords = camerasFor(profile, cameras).flatMap((camera) =>
    camera.kind === 'network' && camera.secret !== undefined ? [camera.secret] : [],
  )
  return [...new Set([...own, ...passwords])]
}

/** Reads values after the state: they are never older than its generation says. */
export async function withInputs(
  deviceId: string,
  state: Content,
  { secrets, camerasOf }: InputSources,
): Promise<Content> {
  const asksForCameras = state.launches.some(({ profile }) => cameraNamesOf(profile).length > 0)
  const cameras = asksForCameras ? await camerasOf(deviceId) : []
  const names = [...new Set(state.launches.flatMap(({ profile }) => secretNamesOf(profile, cameras)))]
  if (names.length === 0 && cameras.length === 0) return state
  const values = await secrets.deliver(deviceId, names)
  const complete = (launch: DesiredLaunch): DesiredLaunch => {
    const found = secretNamesOf(launch.profile, cameras).flatMap((name) => values.get(name) ?? [])
    const asked = camerasFor(launch.profile, cameras)
    return {
      ...launch,
      ...(asked.length > 0 && { cameras: asked }),
      ...(found.length > 0 && { secrets: found }),
    }
  }
  return { ...state, launches: state.launches.map(complete) }
}

/** What secrets and cameras of a launch take in the message at most, beside what is stored of it. */
export function inputBytes(profile: Asking): number {
  const secrets = secretNamesOf(profile, []).length
  return secrets * MAX_SECRET_JSON_BYTES + cameraNamesOf(profile).length * MAX_CAMERA_JSON_BYTES
}

/** `DeliveredSecret` as JSON. */
const MAX_SECRET_JSON_BYTES = 11_200
/** `DeliveredCamera` as JSON, with its password. */
const MAX_CAMERA_JSON_BYTES = MAX_SECRET_JSON_BYTES + 1_600
