// The device-local policy: what any container on this device may ask for, whoever commands the agent.
// Its file belongs to root; reading it is `load-policy.ts`, applying it `check-container-spec.ts`.
import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const Path = Type.String({ pattern: '^/[^\\u0000]*$', maxLength: 1024 })

export const BindMountRule = Type.Object(
  {
    /** This folder or file and everything below it. */
    path: Path,
    mode: Type.Union([Type.Literal('ro'), Type.Literal('rw')]),
  },
  closed,
)
export type BindMountRule = Static<typeof BindMountRule>

export const PolicyFile = Type.Object(
  {
    /** Added to what the recipe itself mounts. */
    bindMounts: Type.Optional(Type.Array(BindMountRule, { maxItems: 256 })),
    /** Device nodes; a `*` stands for any characters but `/`. Replaces the default list. */
    devices: Type.Optional(Type.Array(Path, { maxItems: 256 })),
    /** Capabilities that may be added, without `CAP_`. Default none. */
    capabilities: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Z_]{1,40}$' }), { maxItems: 64 })),
    network: Type.Optional(
      Type.Array(Type.Union([Type.Literal('none'), Type.Literal('bridge'), Type.Literal('host')])),
    ),
    /** Lowest port of the device that a package may publish. Default 1024. */
    lowestHostPort: Type.Optional(Type.Integer({ minimum: 1, maximum: 65536 })),
    /** Most memory of one container. Default: all of the device's. */
    maximumMemoryBytes: Type.Optional(Type.Integer({ minimum: 16 * 1024 * 1024 })),
    maximumPids: Type.Optional(Type.Integer({ minimum: 1, maximum: 4_194_304 })),
    /** GPUs that the engine hands out by request (NVIDIA, CDI); others are device nodes. Default true. */
    gpu: Type.Optional(Type.Boolean()),
    /** Running a command in a container that runs, for its diagnosis. Default true. */
    exec: Type.Optional(Type.Boolean()),
    /** Versions that no publisher vouches for may run. Default false. */
    allow_unsigned: Type.Optional(Type.Boolean()),
    /** The device takes smoke runs of packages that nobody vouches for, sealed off. Default false. */
    verifier: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type PolicyFile = Static<typeof PolicyFile>

/** The file with its defaults filled in. */
export type ContainerPolicy = { readonly [K in keyof PolicyFile]-?: NonNullable<PolicyFile[K]> } & {
  /** Among the mountable ones: each holds a folder per launch or deployment, and nobody gets another's. */
  readonly dividedFolders: readonly string[]
}

export interface PolicyDefaults {
  /** The agent's run-time folder: cookies of launches lie in `x/` below it. */
  readonly runDir: string
  /** The agent's durable folder: volumes of deployments lie in `volumes/` below it. */
  readonly stateDir: string
}

export const DEFAULT_DEVICES: readonly string[] = ['/dev/dri/*', '/dev/video*']

/** What the GUI recipe needs and nothing more. */
export function policyOf(file: PolicyFile, { runDir, stateDir }: PolicyDefaults): ContainerPolicy {
  const recipe: BindMountRule[] = [
    { path: '/tmp/.X11-unix', mode: 'ro' },
    { path: `${runDir}/x`, mode: 'ro' },
    { path: '/etc/localtime', mode: 'ro' },
    // What kinds of camera there are; programs that list cameras read it.
    { path: '/run/udev/data', mode: 'ro' },
    { path: `${stateDir}/volumes`, mode: 'rw' },
  ]
  return {
    bindMounts: [...recipe, ...(file.bindMounts ?? [])],
    devices: file.devices ?? [...DEFAULT_DEVICES],
    capabilities: file.capabilities ?? [],
    network: file.network ?? ['none', 'bridge'],
    lowestHostPort: file.lowestHostPort ?? 1024,
    maximumMemoryBytes: file.maximumMemoryBytes ?? Number.MAX_SAFE_INTEGER,
    maximumPids: file.maximumPids ?? 65_536,
    gpu: file.gpu ?? true,
    exec: file.exec ?? true,
    allow_unsigned: file.allow_unsigned ?? false,
    verifier: file.verifier ?? false,
    dividedFolders: [`${runDir}/x`, `${stateDir}/volumes`],
  }
}
