// Cameras of a device's record, and how a launch asks for one by its name there.
import Type, { type Static } from 'typebox'
import { SecretName } from './secret.ts'

const closed = { additionalProperties: false } as const

/** What a place calls its camera: `entrance`. Part of a variable's and a file's name in the container. */
export const CameraName = Type.String({ pattern: '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$' })
export type CameraName = Static<typeof CameraName>

/** Stable name, as below `/dev/v4l/by-id`: the same camera in whatever plug. */
export const CameraId = Type.String({ pattern: '^[A-Za-z0-9._:+-]{1,200}$' })

const LocalCamera = { name: CameraName, kind: Type.Literal('local'), id: CameraId }
const NetworkCamera = {
  name: CameraName,
  kind: Type.Literal('network'),
  /** `rtsp://HOST[:PORT]/PATH`, without user and password. */
  url: Type.String({ pattern: '^rtsp://[\\u0021-\\u007e]+$', maxLength: 1024 }),
  user: Type.Optional(Type.String({ pattern: '^[\\u0020-\\u007e]{1,128}$' })),
  /** Name of the secret that holds the password. */
  secret: Type.Optional(SecretName),
}

export const DeviceCamera = Type.Union([Type.Object(LocalCamera, closed), Type.Object(NetworkCamera, closed)])
export type DeviceCamera = Static<typeof DeviceCamera>

/** The same on its way to the device: fields of a newer hub are no fault. */
export const DeliveredCamera = Type.Union([Type.Object(LocalCamera), Type.Object(NetworkCamera)])
export type DeliveredCamera = Static<typeof DeliveredCamera>

/**
 * A camera that a container asks for. It gets `BONGSU_CAMERA_<AS>`: the device node, or the address without password. For
 * a network camera `BONGSU_CAMERA_<AS>_URL_FILE` names the file that holds the whole address.
 */
export const CameraRequest = Type.Object(
  {
    name: CameraName,
    /** What the program calls it. Default: the same. */
    as: Type.Optional(CameraName),
    /** Not started before a network camera shows a picture. Default: started, with a warning. */
    required: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type CameraRequest = Static<typeof CameraRequest>

/** `loading-dock` is `BONGSU_CAMERA_LOADING_DOCK`. */
export const cameraVariable = ({ name, as = name }: CameraRequest): string =>
  `BONGSU_CAMERA_${as.toUpperCase().replaceAll('-', '_')}`

/** Below the folder of secrets. */
export const cameraUrlFile = ({ name, as = name }: CameraRequest): string => `camera-${as}.url`
