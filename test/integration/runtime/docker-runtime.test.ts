// The Docker runtime against the machine's real engine: the contract that the in-memory one passes too.
import { join } from 'node:path'
import { newId } from '@bongsu/protocol'
import { policyOf } from '../../../packages/agent/src/policy/policy.ts'
import { createDockerRuntime } from '../../../packages/agent/src/runtime/docker/docker-runtime.ts'
import { describeRuntimeContract } from '../../../packages/agent/src/runtime/runtime-contract.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { busyboxImage, shell } from './busybox-image.ts'

describeRuntimeContract('Docker Engine', async () => {
  const cleanup = suiteCleanup()
  const docker = await machineEngine()
  const folder = tempDir(cleanup, 'runtime')
  const stateDir = join(folder, 'state')
  const runDir = join(folder, 'run')
  const policy = policyOf({ maximumMemoryBytes: 2 ** 39 }, { runDir, stateDir })
  const { imageId, archive } = busyboxImage(cleanup, docker)
  const ownedBy = (owner: string, dir: string) =>
    createDockerRuntime({ owner, policy, stateDir, runDir: dir })
  const runtime = ownedBy(newId('dev'), runDir)
  cleanup.after(async () => {
    for (const { containerId } of await runtime.listContainers()) await runtime.removeContainer(containerId)
    for (const group of await runtime.listGroups()) await runtime.removeGroup(group)
  })
  return {
    runtime,
    other: ownedBy(newId('dev'), join(folder, 'other')),
    imageId,
    archive,
    programs: { stays: shell('sleep 600'), ends: shell('echo last words; exit 3') },
    close: () => cleanup.run(),
  }
})
