// A launch with its cameras turned into what every launch is made of: device requests, variables and files of secrets. Pure.
import {
  type CameraRequest,
  CONTAINER_SECRETS_DIR,
  cameraUrlFile,
  cameraVariable,
  type DeliveredCamera,
  type DeliveredSecret,
  type DesiredLaunch,
} from '@bongsu/protocol'

type Container = DesiredLaunch['profile']['containers'][number]

export interface AskedCamera {
  readonly request: CameraRequest
  /** Undefined where the device's record has none of that name. */
  readonly camera: DeliveredCamera | undefined
}

export const askedCameras = ({ profile, cameras = [] }: DesiredLaunch): AskedCamera[] =>
  profile.containers
    .flatMap((container) => container.cameras ?? [])
    .map((request) => ({ request, camera: cameras.find(({ name }) => name === request.name) }))

/** The password of a camera; undefined where none is asked for, or none came. */
export const passwordOf = (camera: DeliveredCamera, { secrets = [] }: DesiredLaunch): string | undefined => {
  if (camera.kind !== 'network' || camera.secret === undefined) return undefined
  const value = secrets.find(({ name }) => name === camera.secret)?.value ?? ''
  return value === '' ? undefined : Buffer.from(value, 'base64').toString()
}

/** Names that no secret of the hub can have. */
const inputName = (request: CameraRequest): string => `camera/${cameraUrlFile(request)}`

export function withCameras(launch: DesiredLaunch): DesiredLaunch {
  const asked = askedCameras(launch)
  if (asked.length === 0) return launch
  const made = asked.flatMap(({ request, camera }) => (camera ? urlSecret(request, camera, launch) : []))
  const containers = launch.profile.containers.map((container) =>
    withContainerCameras(container, asked, new Set(made.map(({ name }) => name))),
  )
  const secrets = [...(launch.secrets ?? []), ...made]
  return { ...launch, profile: { ...launch.profile, containers }, ...(secrets.length > 0 && { secrets }) }
}

function urlSecret(
  request: CameraRequest,
  camera: DeliveredCamera,
  launch: DesiredLaunch,
): DeliveredSecret[] {
  if (camera.kind !== 'network') return []
  const password = passwordOf(camera, launch)
  // Without its password the file is missing, and the launch waits for the secret by its name.
  if (camera.secret !== undefined && password === undefined) return []
  const url = new URL(camera.url)
  url.username = encodeURIComponent(camera.user ?? '')
  url.password = encodeURIComponent(password ?? '')
  return [{ name: inputName(request), revision: '-', value: Buffer.from(url.href).toString('base64') }]
}

function withContainerCameras(
  container: Container,
  asked: readonly AskedCamera[],
  made: ReadonlySet<string>,
): Container {
  const own = asked.filter(({ request }) => container.cameras?.includes(request))
  if (own.length === 0) return container
  const local = own.flatMap(({ camera }) =>
    camera?.kind === 'local' ? [{ kind: 'camera' as const, id: camera.id }] : [],
  )
  const network = own.flatMap(({ request, camera }) =>
    camera?.kind === 'network' ? [{ request, camera, isComplete: made.has(inputName(request)) }] : [],
  )
  const variables = network.flatMap(({ request, camera }) => [
    [cameraVariable(request), camera.url],
    [`${cameraVariable(request)}_URL_FILE`, `${CONTAINER_SECRETS_DIR}/${cameraUrlFile(request)}`],
  ])
  const files = network.map(({ request, camera, isComplete }) => ({
    // The missing password is what the launch says that it waits for.
    name: isComplete || camera.secret === undefined ? inputName(request) : camera.secret,
    file: cameraUrlFile(request),
  }))
  return {
    ...container,
    devices: [...(container.devices ?? []), ...local],
    environment: { ...container.environment, ...Object.fromEntries(variables) },
    secrets: [...(container.secrets ?? []), ...files],
  }
}
