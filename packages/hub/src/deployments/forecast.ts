// What speaks against a deployment before it is made, from what the hub knows of device and package. Pure.
// Nothing is refused here, and what is unknown is not held against a device: the device has the last word.
import {
  checkImageConfiguration,
  type DesiredLaunch,
  type Device,
  type LaunchProfile,
  type PackageImage,
  type PackageVersion,
  type Reason,
} from '@bongsu/protocol'
import { cameraNamesOf, camerasFor, secretNamesOf } from './inputs.ts'

export interface ForecastInput {
  readonly device: Device
  readonly version: PackageVersion & { readonly image: PackageImage }
  /** What the device is to run already. */
  readonly present: readonly Pick<DesiredLaunch, 'launchId' | 'profile'>[]
  /** Of the secrets that the version names, those that exist for the device. */
  readonly presentSecrets: ReadonlySet<string>
}

export interface Forecast {
  /** As things stand it would not show. */
  readonly obstacles: readonly Reason[]
  readonly warnings: readonly Reason[]
}

/** `obstacle` or `warning`, and why. */
type Omen = readonly ['obstacle' | 'warning', Reason]

const MAX_REASONS = 16
const MEGABYTE = 1_000_000

export function forecast(input: ForecastInput): Forecast {
  const omens = [
    ...admissionOmens(input),
    ...connectionOmens(input),
    ...imageOmens(input),
    ...displayOmens(input),
    ...hardwareOmens(input),
    ...roomOmens(input),
    ...portOmens(input),
    ...secretOmens(input),
    ...cameraOmens(input),
  ]
  const of = (kind: Omen[0]) =>
    omens.flatMap(([found, reason]) => (found === kind ? [reason] : [])).slice(0, MAX_REASONS)
  return { obstacles: of('obstacle'), warnings: of('warning') }
}

const obstacle = (code: string, parameters?: Reason['parameters']): Omen => [
  'obstacle',
  { code, ...(parameters && { parameters }) },
]
const warning = (code: string, parameters?: Reason['parameters']): Omen => [
  'warning',
  { code, ...(parameters && { parameters }) },
]

function admissionOmens({ device: { id, approval, observed }, version }: ForecastInput): Omen[] {
  const architecture = observed?.facts?.architecture
  const image = version.image.architecture
  return [
    ...(approval === 'accepted' ? [] : [obstacle('HUB_DEVICE_NOT_ACCEPTED', { id })]),
    ...(architecture === undefined || architecture === image
      ? []
      : [obstacle('HUB_ARCHITECTURE_MISMATCH', { id, image, device: architecture })]),
  ]
}

function connectionOmens({ device: { connection, health } }: ForecastInput): Omen[] {
  if (connection.state !== 'online') return [warning('HUB_FORECAST_DEVICE_AWAY')]
  return health?.engine === 'unreachable' ? [warning('HUB_FORECAST_ENGINE_AWAY')] : []
}

function imageOmens({ version: { image, profile } }: ForecastInput): Omen[] {
  if (!image.configuration) return []
  return checkImageConfiguration(image.configuration, profile).map(({ severity, reason }) => [
    severity === 'fail' ? 'obstacle' : 'warning',
    reason,
  ])
}

function displayOmens({ device, version: { profile } }: ForecastInput): Omen[] {
  const { id, display } = device
  if (!profile.display || !display || display.state === 'unknown') return []
  const isRequired = profile.display.required
  if (display.state !== 'ready') {
    if (!isRequired) return []
    if (display.state === 'no_display')
      return [obstacle('HUB_DEVICE_WITHOUT_DISPLAY', { id, state: display.state })]
    return [warning('HUB_FORECAST_DISPLAY_NOT_READY', { state: display.state })]
  }
  const isDark = display.power === 'off' || display.power === 'covered'
  return [
    ...(display.isVirtual ? [warning('HUB_FORECAST_DISPLAY_VIRTUAL')] : []),
    ...(isDark ? [warning('HUB_FORECAST_SCREEN_DARK')] : []),
    ...outputOmens(profile.display, display.outputs),
  ]
}

function outputOmens(
  { output }: NonNullable<LaunchProfile['display']>,
  outputs: NonNullable<Device['display']>['outputs'],
): Omen[] {
  if (output === undefined || !outputs || outputs.some(({ name }) => name === output)) return []
  const present =
    outputs
      .map(({ name }) => name)
      .join(', ')
      .slice(0, 300) || '-'
  return [warning('HUB_FORECAST_NO_OUTPUT', { output, present })]
}

function hardwareOmens({ device, version: { profile } }: ForecastInput): Omen[] {
  const { gpuNodes, cameras } = device.observed?.facts ?? {}
  const asked = profile.containers.flatMap(({ devices }) => devices ?? [])
  const lacksGpu = asked.some(({ kind }) => kind === 'gpu') && gpuNodes?.length === 0
  const missing = asked.flatMap((request) => {
    if (request.kind !== 'camera' || !cameras) return []
    const { id, path } = request
    const isThere = cameras.some((camera) =>
      id !== undefined ? camera.id === id : path === undefined || camera.path === path,
    )
    return isThere ? [] : [obstacle('HUB_FORECAST_NO_CAMERA', { camera: id ?? path ?? '/dev/video*' })]
  })
  return [...(lacksGpu ? [warning('HUB_FORECAST_NO_GPU')] : []), ...missing]
}

function roomOmens({ device: { health, observed }, version: { image, profile } }: ForecastInput): Omen[] {
  const freeBytes = health?.diskFreeBytes
  const neededBytes = image.downloadBytes + image.unpackedBytes
  const totalBytes = health?.memoryTotalBytes ?? observed?.facts?.memoryBytes
  const limitBytes = Math.max(0, ...profile.containers.map(({ resources }) => resources?.memoryBytes ?? 0))
  const megabytes = (bytes: number) => Math.round(bytes / MEGABYTE)
  return [
    ...(freeBytes !== undefined && freeBytes < neededBytes
      ? [
          obstacle('HUB_FORECAST_DISK', {
            neededMegabytes: megabytes(neededBytes),
            freeMegabytes: megabytes(freeBytes),
          }),
        ]
      : []),
    ...(totalBytes !== undefined && limitBytes > totalBytes
      ? [
          warning('HUB_FORECAST_MEMORY', {
            limitMegabytes: megabytes(limitBytes),
            totalMegabytes: megabytes(totalBytes),
          }),
        ]
      : []),
  ]
}

function portOmens({ version: { profile }, present }: ForecastInput): Omen[] {
  const ports = hostPorts(profile)
  const twice = new Set(ports.filter((port, index) => ports.indexOf(port) !== index))
  const clashes = [...twice].map((port) => obstacle('HUB_FORECAST_PORT_TWICE', { port }))
  const taken = [...new Set(ports)].flatMap((port) => {
    const holder = present.find((launch) => hostPorts(launch.profile).includes(port))
    return holder ? [obstacle('HUB_FORECAST_PORT_TAKEN', { port, launchId: holder.launchId })] : []
  })
  return [...clashes, ...taken]
}

function secretOmens({ device, version: { profile }, presentSecrets }: ForecastInput): Omen[] {
  const missing = secretNamesOf(profile, device.entered.cameras ?? []).filter(
    (name) => !presentSecrets.has(name),
  )
  return missing.map((name) => obstacle('HUB_FORECAST_NO_SECRET', { name }))
}

function cameraOmens({ device, version: { profile } }: ForecastInput): Omen[] {
  const entered = camerasFor(profile, device.entered.cameras ?? [])
  const names = new Set(entered.map(({ name }) => name))
  const unknown = cameraNamesOf(profile).filter((name) => !names.has(name))
  const present = device.observed?.facts?.cameras
  const unplugged = entered.flatMap((camera) =>
    camera.kind === 'local' && present && !present.some(({ id }) => id === camera.id) ? [camera.id] : [],
  )
  return [
    ...unknown.map((name) => obstacle('HUB_FORECAST_CAMERA_NOT_ENTERED', { name })),
    ...unplugged.map((camera) => obstacle('HUB_FORECAST_NO_CAMERA', { camera })),
  ]
}

/** `8080/tcp`. */
const hostPorts = ({ containers }: LaunchProfile): string[] =>
  containers.flatMap(({ ports }) =>
    (ports ?? []).flatMap(({ hostPort, protocol = 'tcp' }) =>
      hostPort === undefined ? [] : [`${hostPort}/${protocol}`],
    ),
  )
