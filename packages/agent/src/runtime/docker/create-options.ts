// The part of the Engine API's container specification that we ever use (API 1.41, POST /containers/create).
// Deliberately closed: what is not here cannot be asked for, and the policy check refuses it.

export interface CreateOptions {
  readonly Image: string
  readonly Hostname?: string
  readonly User?: string
  readonly Env: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly WorkingDir?: string
  readonly Labels: Readonly<Record<string, string>>
  /** Seconds. */
  readonly StopTimeout: number
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>
  readonly NetworkingConfig?: {
    readonly EndpointsConfig: Readonly<Record<string, { readonly Aliases: readonly string[] }>>
  }
  readonly HostConfig: HostConfig
}

export interface HostConfig {
  readonly NetworkMode: string
  readonly PortBindings?: Readonly<Record<string, readonly { readonly HostPort: string }[]>>
  readonly RestartPolicy: { readonly Name: string }
  readonly Init: boolean
  readonly IpcMode: string
  /** Only where the engine shifts users. */
  readonly UsernsMode?: 'host'
  readonly CapDrop: readonly string[]
  readonly CapAdd?: readonly string[]
  readonly SecurityOpt: readonly string[]
  readonly GroupAdd: readonly string[]
  readonly Devices: readonly DeviceMapping[]
  readonly DeviceRequests?: readonly GpuRequest[]
  readonly Mounts: readonly BindMount[]
  /** Path in the container to mount options. */
  readonly Tmpfs: Readonly<Record<string, string>>
  /** Bytes. */
  readonly Memory: number
  readonly NanoCpus?: number
  readonly PidsLimit: number
  readonly OomScoreAdj: number
  /** Bytes. */
  readonly ShmSize: number
  readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> }
}

export interface DeviceMapping {
  readonly PathOnHost: string
  readonly PathInContainer: string
  readonly CgroupPermissions: string
}

/** A GPU that the engine hands out; how depends on its driver. */
export interface GpuRequest {
  readonly Driver: 'nvidia' | 'cdi'
  /** -1 is all. */
  readonly Count?: number
  readonly DeviceIDs?: readonly string[]
  /** One of these sets must be offered. */
  readonly Capabilities?: readonly (readonly string[])[]
}

/** Always the long form: `Binds` would let the engine invent a missing source folder. */
export interface BindMount {
  readonly Type: 'bind'
  readonly Source: string
  readonly Target: string
  readonly ReadOnly: boolean
}
