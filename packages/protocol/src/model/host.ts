// Facts and health of the machine that an agent runs on.
import Type, { type Static } from 'typebox'
import { Timestamp } from '../identifiers.ts'

const Text = Type.String({ maxLength: 300 })
const Bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

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
  macAddresses: Type.Optional(Type.Array(Text, { maxItems: 64 })),
  engineVersion: Type.Optional(Text),
  agentVersion: Type.Optional(Text),
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
