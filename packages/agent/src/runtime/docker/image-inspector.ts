// Looks at the engine and into images for the checks before a launch. Its containers carry a label of their own, so that
// they are never taken for a launch, and pass the device's policy like every other.
import { Readable } from 'node:stream'
import Docker from 'dockerode'
import { checkContainerSpec } from '../../policy/check-container-spec.ts'
import type { ContainerPolicy } from '../../policy/policy.ts'
import type { ImageInspector, OpenImage } from '../image-inspector.ts'
import type { CreateOptions } from './create-options.ts'
import { statusOfError } from './docker-errors.ts'
import { endOf, payloadsOf } from './docker-logs.ts'
import { codedEngineCall, codedUnlessAborted, engineCall } from './engine-call.ts'
import { firstEntry } from './first-entry.ts'
import { configurationOf, traitsOf } from './image-facts.ts'

export interface DockerImageInspectorOptions {
  /** Default `/var/run/docker.sock`. */
  readonly socketPath?: string | undefined
  /** As the runtime's: containers of another agent are let be. */
  readonly owner: string
  readonly policy: ContainerPolicy
}

const PROBE_LABEL = 'dev.bongsu.preflight'
const CALL_MS = 10_000
const MAX_OUTPUT_BYTES = 256 * 1024
const MEMORY_BYTES = 256 * 1024 * 1024

/** Does no I/O until called. */
export function createDockerImageInspector({
  socketPath = '/var/run/docker.sock',
  owner,
  policy,
}: DockerImageInspectorOptions): ImageInspector {
  const docker = new Docker({ socketPath })
  const bounded = new Docker({ socketPath, timeout: CALL_MS })
  const ask = createAsk()
  let leftovers: Promise<void> | undefined
  return {
    async traits(signal) {
      return traitsOf(await codedEngineCall(CALL_MS, signal, () => bounded.info()))
    },
    async configuration(imageId, signal) {
      const inspected = await ask(signal, () => bounded.getImage(imageId).inspect())
      return inspected && configurationOf(inspected.Config)
    },
    async open({ imageId, script }, look, signal) {
      leftovers ??= removeLeftovers(docker, owner).catch(() => undefined)
      await leftovers
      const spec = probeSpec({ imageId, script, owner, policy })
      checkContainerSpec(spec, policy)
      const call = { _query: {}, _body: spec }
      const container = await ask(signal, (abortSignal) => docker.createContainer({ ...call, abortSignal }))
      if (!container) return undefined
      try {
        return await look(openImage(container, ask))
      } finally {
        await engineCall(CALL_MS, undefined, (abortSignal) =>
          container.remove({ force: true, v: true, abortSignal }),
        ).catch(() => undefined)
      }
    },
  }
}

type Ask = <T>(signal: AbortSignal, run: (abortSignal: AbortSignal) => Promise<T>) => Promise<T | undefined>

/** Not-found is a value. */
const createAsk = (): Ask => async (signal, run) => {
  try {
    return await engineCall(CALL_MS, signal, run)
  } catch (error) {
    if (statusOfError(error) === 404) return undefined
    throw codedUnlessAborted(error, signal)
  }
}

function openImage(container: Docker.Container, ask: Ask): OpenImage {
  return {
    file: (path, { headBytes }, signal) =>
      ask(signal, async (abortSignal) => {
        const stream = await container.getArchive({ path, abortSignal })
        try {
          return await firstEntry(piecesOf(stream), headBytes)
        } finally {
          // The rest of a folder may be gigabytes; the engine sends until nobody takes it.
          if (stream instanceof Readable) stream.destroy()
        }
      }),
    async run({ timeoutMs }, signal) {
      const isStarted = await ask(signal, (abortSignal) => start(container, abortSignal))
      if (!isStarted) return undefined
      const exitCode = await exitWithin(container, timeoutMs, signal)
      // The engine's init has found no shell, or one that it may not execute.
      if (exitCode === 126 || exitCode === 127) return undefined
      const framed = await ask(signal, (abortSignal) =>
        container.logs({ stdout: true, stderr: false, follow: false, abortSignal }),
      )
      return { exitCode, output: framed ? endOf(payloadsOf(framed), MAX_OUTPUT_BYTES) : '' }
    },
  }
}

const piecesOf = (stream: NodeJS.ReadableStream): AsyncIterable<Buffer | string> => stream

/** False when the engine answers that it cannot: there is no shell, or it is of another architecture. */
async function start(container: Docker.Container, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await container.start({ abortSignal })
    return true
  } catch (error) {
    if (statusOfError(error) !== undefined) return false
    throw error
  }
}

/** Undefined when it did not end in time. */
async function exitWithin(
  container: Docker.Container,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const ending = AbortSignal.any([signal, timeout])
  try {
    const { StatusCode } = await engineCall(timeoutMs + CALL_MS, ending, (abortSignal) =>
      container.wait({ abortSignal }),
    )
    return StatusCode
  } catch (error) {
    if (timeout.aborted && !signal.aborted) return undefined
    throw codedUnlessAborted(error, signal)
  }
}

/** Of an earlier life of this agent that was cut short. */
async function removeLeftovers(docker: Docker, owner: string): Promise<void> {
  const filters = { label: [`${PROBE_LABEL}=${owner}`] }
  const left = await engineCall(CALL_MS, undefined, (abortSignal) =>
    docker.listContainers({ all: true, filters, abortSignal }),
  )
  await Promise.allSettled(left.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })))
}

interface ProbeInput {
  readonly imageId: string
  readonly script: string
  readonly owner: string
  readonly policy: ContainerPolicy
}

const probeSpec = ({ imageId, script, owner, policy }: ProbeInput): CreateOptions => ({
  Image: imageId,
  User: '65534:65534',
  Env: ['LC_ALL=C', 'HOME=/tmp'],
  Entrypoint: ['/bin/sh', '-c'],
  Cmd: [script],
  WorkingDir: '/',
  Labels: { [PROBE_LABEL]: owner },
  StopTimeout: 0,
  HostConfig: {
    NetworkMode: 'none',
    RestartPolicy: { Name: 'no' },
    Init: true,
    IpcMode: 'private',
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true'],
    GroupAdd: [],
    Devices: [],
    Mounts: [],
    Tmpfs: {},
    Memory: Math.min(MEMORY_BYTES, policy.maximumMemoryBytes),
    PidsLimit: 64,
    OomScoreAdj: 1000,
    ShmSize: 1024 * 1024,
    LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
  },
})
