// The options of `docker run` that make the same container as a specification of the Engine API. Pure.

/** The part of an inspected container that the agent sets (Engine API 1.41). */
export interface ContainerSpec {
  readonly Hostname: string
  readonly User?: string
  readonly Env: readonly string[]
  readonly Labels: Readonly<Record<string, string>>
  readonly HostConfig: {
    readonly NetworkMode: string
    readonly Memory: number
    readonly PidsLimit: number
    readonly ShmSize: number
    readonly OomScoreAdj: number
    readonly IpcMode: string
    readonly Init: boolean
    readonly CapDrop: readonly string[]
    readonly SecurityOpt: readonly string[]
    readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> }
    readonly Mounts?: readonly {
      readonly Source: string
      readonly Target: string
      readonly ReadOnly: boolean
    }[]
  }
}

/** Without the image and its command, and without labels, which only the agent's own containers carry. */
export function runOptions({ Hostname, User, Env, HostConfig }: ContainerSpec): string[] {
  const { Memory, PidsLimit, ShmSize, OomScoreAdj, LogConfig } = HostConfig
  const { NetworkMode, IpcMode, Init, CapDrop, SecurityOpt, Mounts } = HostConfig
  const each = (option: string, values: readonly string[]) => values.flatMap((value) => [option, value])
  return [
    ...['--hostname', Hostname, '--network', NetworkMode, '--ipc', IpcMode],
    ...(User ? ['--user', User] : []),
    ...(Init ? ['--init'] : []),
    ...['--memory', String(Memory), '--pids-limit', String(PidsLimit)],
    ...['--shm-size', String(ShmSize), '--oom-score-adj', String(OomScoreAdj)],
    ...each('--env', Env),
    ...each('--cap-drop', CapDrop),
    ...each('--security-opt', SecurityOpt),
    ...['--log-driver', LogConfig.Type],
    ...each(
      '--log-opt',
      Object.entries(LogConfig.Config).map(([name, value]) => `${name}=${value}`),
    ),
    ...each('--mount', (Mounts ?? []).map(mountOption)),
  ]
}

const mountOption = (mount: NonNullable<ContainerSpec['HostConfig']['Mounts']>[number]): string =>
  `type=bind,source=${mount.Source},target=${mount.Target}${mount.ReadOnly ? ',readonly' : ''}`
