// One container that fails, made as somebody without the recipe would make it; and what the diagnosis says of it.
import { setTimeout as pause } from 'node:timers/promises'
import type Docker from 'dockerode'
import {
  type DiagnosisInput,
  diagnose,
  type Finding,
} from '../../../packages/agent/src/diagnosis/diagnose.ts'
import { engineMessage } from '../../../packages/agent/src/runtime/docker/docker-errors.ts'
import { endOf, payloadsOf } from '../../../packages/agent/src/runtime/docker/docker-logs.ts'
import { waitFor } from '../../infra/wait-for.ts'

export interface FailingRun {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment?: readonly string[]
  readonly options?: Docker.ContainerCreateOptions
  /** What happens to it while it runs: waits for a word of its log first. */
  readonly meanwhile?: { readonly after: string; readonly act: () => Promise<void> }
  /** It never ends by itself; judged when its log has this. */
  readonly endsNot?: RegExp
  /** What the agent knows besides. */
  readonly facts?: Partial<DiagnosisInput>
}

export interface Failure {
  readonly findings: readonly Finding[]
  readonly exitCode: number | undefined
  readonly log: string
}

/** Runs it to its end and removes it. */
export async function failureOf(docker: Docker, run: FailingRun): Promise<Failure> {
  const { image, command, environment = [], options, facts } = run
  let container: Docker.Container | undefined
  try {
    container = await docker.createContainer({
      Image: image,
      ...(command && { Cmd: [...command] }),
      Env: ['LANG=C.UTF-8', ...environment],
      ...options,
      HostConfig: { NetworkMode: 'none', Init: true, ...options?.HostConfig },
    })
    await container.start()
  } catch (error) {
    const engineError = engineMessage(error)
    await container?.remove({ force: true }).catch(() => undefined)
    return { findings: diagnose({ engineError, ...facts }), exitCode: undefined, log: engineError }
  }
  try {
    const log = await ended(container, run)
    const { State } = await container.inspect()
    const exitCode = State.Running ? undefined : State.ExitCode
    const input = { exitCode, outOfMemory: State.OOMKilled, logTail: log, ...facts }
    return { findings: diagnose(input), exitCode, log }
  } finally {
    await container.remove({ force: true })
  }
}

async function ended(container: Docker.Container, { meanwhile, endsNot }: FailingRun): Promise<string> {
  const log = () => logOf(container)
  if (meanwhile) {
    await waitFor(log, { what: meanwhile.after, until: (text) => text.includes(meanwhile.after) })
    await meanwhile.act()
  }
  if (endsNot) return waitFor(log, { what: String(endsNot), until: (text) => endsNot.test(text) })
  await Promise.race([
    container.wait(),
    pause(25_000, undefined, { ref: false }).then(async () => {
      throw new Error(`it still runs; its log:\n${await log()}`)
    }),
  ])
  return log()
}

async function logOf(container: Docker.Container): Promise<string> {
  const framed = await container.logs({ stdout: true, stderr: true, tail: 300, follow: false })
  return endOf(payloadsOf(framed), 64 * 1024)
}
