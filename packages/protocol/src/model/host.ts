// Facts and health of the machine that an agent runs on.
import Type, { type Static } from 'typebox'
import { Timestamp } from '../identifiers.ts'

const Text = Type.String({ maxLength: 300 })
const Bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** A GPU by its nodes below `/dev/dri`. */
export const GpuNode = Type.Object({
  /** Kernel driver: `i915`, `xe`, `amdgpu`, `nvidia`, … */
  driver: Type.Optional(Text),
  /** `/dev/dri/renderD128`; absent for a card that only shows. */
  renderPath: Type.Optional(Text),
  /** `/dev/dri/card0`. */
  cardPath: Type.Optional(Text),
  /** `0000:00:02.0`; absent where it is not on a PCI bus. */
  pciPath: Type.Optional(Text),
  /** `8086:46d1`: vendor and device. */
  pciId: Type.Optional(Text),
})
export type GpuNode = Static<typeof GpuNode>

/** A camera by what stays the same over reboots and other plugs. */
export const CameraNode = Type.Object({
  /** Name below `/dev/v4l/by-id`; absent when the kernel gives none. */
  id: Type.Optional(Text),
  /** The capture node now: `/dev/video0`. */
  path: Text,
  name: Type.Optional(Text),
})
export type CameraNode = Static<typeof CameraNode>

/** What does not change between boots; every field may be unknown. */
export const HostFacts = Type.Object({
  hostname: Type.Optional(Text),
  operatingSystem: Type.Optional(Text),
  kernel: Type.Optional(Text),
  /** As Docker names it: `amd64`, `arm64`. */
  architecture: Type.Optional(Text),
  cpuModel: Type.Optional(Text),
  cpuCores: Type.Optional(Type.Integer({ minimum: 1 })),
  memoryBytes: Type.Optional(Bytes),
  manufacturer: Type.Optional(Text),
  model: Type.Optional(Text),
  gpus: Type.Optional(Type.Array(Text, { maxItems: 16 })),
  gpuNodes: Type.Optional(Type.Array(GpuNode, { maxItems: 16 })),
  cameras: Type.Optional(Type.Array(CameraNode, { maxItems: 64 })),
  macAddresses: Type.Optional(Type.Array(Text, { maxItems: 64 })),
  engineVersion: Type.Optional(Text),
  agentVersion: Type.Optional(Text),
  /** It offers itself for smoke runs of versions that nobody vouches for. */
  isVerifier: Type.Optional(Type.Boolean()),
})
export type HostFacts = Static<typeof HostFacts>

/** One sample of the machine's state; an unreadable value is absent, never zero. */
export const HostHealth = Type.Object({
  measuredAt: Timestamp,
  uptimeSeconds: Type.Optional(Type.Number({ minimum: 0 })),
  loadAverage1m: Type.Optional(Type.Number({ minimum: 0 })),
  /** 0 to 1 over the time since the previous sample. */
  cpuUsedRatio: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  memoryTotalBytes: Type.Optional(Bytes),
  memoryAvailableBytes: Type.Optional(Bytes),
  diskTotalBytes: Type.Optional(Bytes),
  diskFreeBytes: Type.Optional(Bytes),
  temperatureCelsius: Type.Optional(Type.Number()),
  agentMemoryBytes: Type.Optional(Bytes),
  engine: Type.Optional(Type.Union([Type.Literal('ready'), Type.Literal('unreachable')])),
})
export type HostHealth = Static<typeof HostHealth>
