// How a package version wants to be run: 1 to n containers that share network, volumes and lifetime.
// What the device adds (display socket, cookie, device nodes, groups, environment) is not said here.
import Type, { type Static } from 'typebox'
import { line } from '../text.ts'
import { CameraRequest } from './camera.ts'
import { SecretRequest } from './secret.ts'

const Name = Type.String({ pattern: '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$', maxLength: 32 })
export const ContainerName = Name
export const EnvironmentName = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 256 })
export const EnvironmentValue = Type.String({ maxLength: 4096 })
const Argument = Type.String({ maxLength: 4096 })
const AbsolutePath = Type.String({ pattern: '^/[^\\u0000]*$', maxLength: 1024 })
const closed = { additionalProperties: false } as const

export const PortMapping = Type.Object(
  {
    containerPort: Type.Integer({ minimum: 1, maximum: 65535 }),
    /** Absent: not published on the device. */
    hostPort: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
    protocol: Type.Optional(Type.Union([Type.Literal('tcp'), Type.Literal('udp')])),
  },
  closed,
)
export type PortMapping = Static<typeof PortMapping>

/** A device of the machine, by kind; `path` names one node and must be on the device-local policy's list. */
export const DeviceRequest = Type.Union([
  Type.Object({ kind: Type.Literal('gpu') }, closed),
  Type.Object(
    {
      kind: Type.Literal('camera'),
      path: Type.Optional(AbsolutePath),
      /** Stable name, as below `/dev/v4l/by-id`: the same camera in whatever plug. Wins over `path`. */
      id: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._:+-]{1,200}$' })),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('path'), path: AbsolutePath }, closed),
])
export type DeviceRequest = Static<typeof DeviceRequest>

export const Resources = Type.Object(
  {
    memoryBytes: Type.Optional(Type.Integer({ minimum: 16 * 1024 * 1024 })),
    cpus: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1024 })),
    sharedMemoryBytes: Type.Optional(Type.Integer({ minimum: 1024 * 1024 })),
    pids: Type.Optional(Type.Integer({ minimum: 1, maximum: 65536 })),
  },
  closed,
)
export type Resources = Static<typeof Resources>

export const ContainerProfile = Type.Object(
  {
    name: Name,
    /** Replaces the image's entrypoint; leave out unless the image's own is wrong. */
    entrypoint: Type.Optional(Type.Array(Argument, { maxItems: 256 })),
    command: Type.Optional(Type.Array(Argument, { maxItems: 256 })),
    /** Left out by default: an override hides the application's own folder. */
    workingDirectory: Type.Optional(AbsolutePath),
    environment: Type.Optional(
      Type.Record(EnvironmentName, EnvironmentValue, {
        maxProperties: 256,
        additionalProperties: false,
      }),
    ),
    ports: Type.Optional(Type.Array(PortMapping, { maxItems: 64 })),
    devices: Type.Optional(Type.Array(DeviceRequest, { maxItems: 64 })),
    resources: Type.Optional(Resources),
    volumes: Type.Optional(
      Type.Array(Type.Object({ volume: Name, path: AbsolutePath }, closed), { maxItems: 32 }),
    ),
    /** Cameras of the device's record, by their names there. */
    cameras: Type.Optional(Type.Array(CameraRequest, { maxItems: 16 })),
    /** Files below `/run/secrets` that the container's user alone can read. */
    secrets: Type.Optional(Type.Array(SecretRequest, { maxItems: 16 })),
    /** `session`: the display session's user (default); `image`: as the image says. */
    runAs: Type.Optional(Type.Union([Type.Literal('session'), Type.Literal('image')])),
  },
  closed,
)
export type ContainerProfile = Static<typeof ContainerProfile>

/** Share of the window's width or height, 0 to 1. */
const Share = Type.Number({ minimum: 0, maximum: 1 })

/** A part of the program's window that no picture may show to anyone but those before the screen. */
export const PictureMask = Type.Object({ x: Share, y: Share, width: Share, height: Share }, closed)
export type PictureMask = Static<typeof PictureMask>

/** `fullscreen`, `tile:COLUMNSxROWS` (the next free tile), or `WIDTHxHEIGHT+X+Y` in pixels on the output. */
export const WindowPlacement = Type.String({
  pattern: '^(fullscreen|tile:[1-8]x[1-8]|[1-9]\\d{0,4}x[1-9]\\d{0,4}\\+\\d{1,5}\\+\\d{1,5})$',
})
export type WindowPlacement = Static<typeof WindowPlacement>

/** Launches of one group on one device share a private network and a folder for sockets. */
export const GroupName = Name
export type GroupName = Static<typeof GroupName>

export const LaunchProfile = Type.Object(
  {
    /** The first container leads: it owns the network and its end is the launch's end. */
    containers: Type.Array(ContainerProfile, { minItems: 1, maxItems: 16 }),
    /** Kept on the device between runs of the same deployment. */
    volumes: Type.Optional(Type.Array(Type.Object({ name: Name }, closed), { maxItems: 32 })),
    display: Type.Optional(
      Type.Object(
        {
          required: Type.Boolean(),
          /** The picture changes by itself, so two equal frames mean it hangs. */
          animates: Type.Optional(Type.Boolean()),
          /** RANDR name of a monitor's connector, `HDMI-1`. Default: the primary one. */
          output: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' })),
          /** Default: where the program puts its window. */
          placement: Type.Optional(WindowPlacement),
          /** Blackened in every screenshot, thumbnail and live view. */
          masks: Type.Optional(Type.Array(PictureMask, { maxItems: 16 })),
        },
        closed,
      ),
    ),
    network: Type.Optional(Type.Union([Type.Literal('bridge'), Type.Literal('none')])),
    /** Joined by default; a deployment may name another one. */
    group: Type.Optional(GroupName),
    /** Seconds between the stop signal and the kill. */
    stopGraceSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 600 })),
    note: Type.Optional(line(300)),
  },
  closed,
)
export type LaunchProfile = Static<typeof LaunchProfile>
