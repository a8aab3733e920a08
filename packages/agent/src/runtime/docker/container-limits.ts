// A change of limits in the Engine API's words. Pure. Source: API 1.41, POST /containers/{id}/update.
import type { ContainerLimits } from '../container-runtime.ts'
import type { HostConfig } from './create-options.ts'

export type LimitChange = Partial<Pick<HostConfig, 'Memory' | 'NanoCpus' | 'PidsLimit'>>

export const limitChange = ({ memoryBytes, cpus, pids }: ContainerLimits): LimitChange => ({
  ...(memoryBytes !== undefined && { Memory: memoryBytes }),
  ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
  ...(pids !== undefined && { PidsLimit: pids }),
})

/** Swap is counted with memory: without a word on it the engine refuses more memory than there was of both. */
export const withSwap = (change: LimitChange): LimitChange & { readonly MemorySwap?: number } => ({
  ...change,
  ...(change.Memory !== undefined && { MemorySwap: 2 * change.Memory }),
})
