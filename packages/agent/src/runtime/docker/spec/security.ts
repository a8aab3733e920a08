// What keeps a program inside its container. X, GL and cameras need no capability at all.
import type { HostConfig } from '../create-options.ts'

export const security = (): Pick<HostConfig, 'CapDrop' | 'SecurityOpt' | 'IpcMode' | 'RestartPolicy'> => ({
  CapDrop: ['ALL'],
  // Leaves the engine's default seccomp and AppArmor profiles in force.
  SecurityOpt: ['no-new-privileges:true'],
  IpcMode: 'private',
  // The engine would start it at boot before X, with a dead cookie.
  RestartPolicy: { Name: 'no' },
})
