// Bounds on what a container may use, so that X, the agent and the disk outlive any program.
import type { HostConfig } from '../create-options.ts'
import { sharedMemoryBytes } from './shared-memory.ts'
import type { SpecInput } from './spec-input.ts'

const DEFAULT_MEMORY_SHARE = 0.8
const DEFAULT_PIDS = 2048
export const DEFAULT_STOP_GRACE_SECONDS = 10

type Limits = Pick<
  HostConfig,
  'Memory' | 'NanoCpus' | 'PidsLimit' | 'OomScoreAdj' | 'ShmSize' | 'LogConfig' | 'Init'
>

export function limits({ profile, host }: SpecInput): Limits {
  const { memoryBytes, cpus, pids, sharedMemoryBytes: wantedSharedBytes } = profile.resources ?? {}
  return {
    Memory: memoryBytes ?? Math.floor(host.memoryBytes * DEFAULT_MEMORY_SHARE),
    ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
    PidsLimit: pids ?? DEFAULT_PIDS,
    // The kernel takes a runaway program before X or the agent.
    OomScoreAdj: 500,
    ShmSize: sharedMemoryBytes(wantedSharedBytes, host.memoryBytes),
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    Init: true,
  }
}

/** Between the stop signal and the kill. */
export const stopGraceSeconds = ({ request }: SpecInput): number =>
  request.launch.profile.stopGraceSeconds ?? DEFAULT_STOP_GRACE_SECONDS
