import { policyOf } from '../policy/policy.ts'
import { createMemoryEngine, MemoryRuntime, memoryArchive } from './memory-runtime.ts'
import { describeRuntimeContract } from './runtime-contract.ts'

const DIRS = { runDir: '/run/bongsu', stateDir: '/var/lib/bongsu' }
const policy = policyOf({ maximumMemoryBytes: 2 ** 39 }, DIRS)

describeRuntimeContract('in memory', async () => {
  const engine = createMemoryEngine()
  const program = (_container: unknown, { Cmd }: { readonly Cmd?: readonly string[] }) =>
    Cmd?.[0] === 'end' ? { exitCode: 3, output: 'last words\n' } : undefined
  const common = { engine, policy, ...DIRS, program }
  const imageId = `sha256:${'a'.repeat(64)}`
  return {
    runtime: new MemoryRuntime({ ...common, owner: 'one' }),
    other: new MemoryRuntime({ ...common, owner: 'two' }),
    imageId,
    archive: memoryArchive({ imageId, architecture: 'amd64', user: '' }),
    programs: { stays: { command: ['stay'] }, ends: { command: ['end'] } },
    close: async () => undefined,
  }
})
