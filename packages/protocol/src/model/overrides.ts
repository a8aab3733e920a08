// What a deployment changes of its version's launch profile, everywhere, at a site, for labels or on one device; and what
// a launch was given in the end, with where each of it came from.
import Type, { type Static } from 'typebox'
import { DeviceId } from '../identifiers.ts'
import { DeviceLabels, SiteName } from './device.ts'
import { ContainerName, EnvironmentName, EnvironmentValue, PortMapping } from './launch-profile.ts'
import { SecretName } from './secret.ts'

const closed = { additionalProperties: false } as const
const { containerPort, protocol, hostPort } = PortMapping.properties

/** Where none of site, labels and device is named it holds everywhere. Of several the more special one counts, then the later. */
export const LaunchOverride = Type.Object(
  {
    site: Type.Optional(SiteName),
    labels: Type.Optional(DeviceLabels),
    deviceId: Type.Optional(DeviceId),
    /** Default: the profile's first. */
    container: Type.Optional(ContainerName),
    /** `null` takes a variable away. */
    environment: Type.Optional(
      Type.Record(EnvironmentName, Type.Union([EnvironmentValue, Type.Null()]), {
        maxProperties: 256,
        additionalProperties: false,
      }),
    ),
    /** By the container's port; `null` no longer publishes it. */
    ports: Type.Optional(
      Type.Array(
        Type.Object(
          {
            containerPort,
            protocol,
            hostPort: Type.Union([hostPort, Type.Null()]),
          },
          closed,
        ),
        { maxItems: 64 },
      ),
    ),
  },
  closed,
)
export type LaunchOverride = Static<typeof LaunchOverride>

export const LaunchOverrides = Type.Array(LaunchOverride, { maxItems: 64 })
export type LaunchOverrides = Static<typeof LaunchOverrides>

/** `everywhere` to `device`: an override of the deployment that names nothing, a site, labels or the device. */
export const InputOrigin = Type.Union([
  Type.Literal('profile'),
  Type.Literal('everywhere'),
  Type.Literal('site'),
  Type.Literal('labels'),
  Type.Literal('device'),
])
export type InputOrigin = Static<typeof InputOrigin>

/** What one launch is given. Of secrets the names. */
export const LaunchInputs = Type.Object({
  environment: Type.Array(
    Type.Object({
      container: ContainerName,
      name: EnvironmentName,
      value: EnvironmentValue,
      from: InputOrigin,
    }),
  ),
  ports: Type.Array(Type.Object({ container: ContainerName, ...PortMapping.properties, from: InputOrigin })),
  secrets: Type.Array(Type.Object({ container: ContainerName, name: SecretName, file: SecretName })),
})
export type LaunchInputs = Static<typeof LaunchInputs>
