// How the engine is set up, as far as a container's specification depends on it. Pure: from its answer to `GET /info`,
// in which an old engine leaves out what it does not know.
import { field } from './json-lines.ts'

export interface EngineConfiguration {
  /** Names of the OCI runtimes it knows. */
  readonly runtimes: readonly string[]
  readonly defaultRuntime: string
  readonly cgroupVersion: '1' | '2'
  /** It can limit swap; otherwise it notes -1 for each container. */
  readonly hasSwapLimit: boolean
  /** Where it looks for CDI specifications; empty when CDI is off, or it is older than that. */
  readonly cdiFolders: readonly string[]
  /** `remapped`: users in containers are others on the device; `rootless`: the engine is not root. */
  readonly users: 'host' | 'remapped' | 'rootless'
}

export const PLAIN_ENGINE: EngineConfiguration = {
  runtimes: ['runc'],
  defaultRuntime: 'runc',
  cgroupVersion: '2',
  hasSwapLimit: true,
  cdiFolders: [],
  users: 'host',
}

/** @param info answer of `GET /info` */
export function engineConfigurationOf(info: unknown): EngineConfiguration {
  const securityOptions = texts(field(info, 'SecurityOptions'))
  const has = (name: string) => securityOptions.some((option) => option.split(',')[0] === `name=${name}`)
  const [runtimes, defaultRuntime] = [field(info, 'Runtimes'), field(info, 'DefaultRuntime')]
  return {
    runtimes: typeof runtimes === 'object' && runtimes !== null ? Object.keys(runtimes) : [],
    defaultRuntime: typeof defaultRuntime === 'string' ? defaultRuntime : PLAIN_ENGINE.defaultRuntime,
    // Only an engine that knows the second version names one.
    cgroupVersion: field(info, 'CgroupVersion') === '2' ? '2' : '1',
    hasSwapLimit: field(info, 'SwapLimit') !== false,
    cdiFolders: texts(field(info, 'CDISpecDirs')),
    users: has('rootless') ? 'rootless' : has('userns') ? 'remapped' : 'host',
  }
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
