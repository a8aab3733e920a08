// P7: from the API's acceptance of a deployment to the launch reported running, held against the same container made by
// the bare Engine API (create and start) and by `docker run -d`. Real database, hub, agent and engine.
import { execFile } from 'node:child_process'
import { type IncomingMessage, request } from 'node:http'
import { promisify } from 'node:util'
import type { Deployment, Launch, LaunchProfile } from '@bongsu/protocol'
import { ensureRegistered, readAdminToken } from '@bongsu/trial'
import { suiteCleanup } from '../../test/infra/suite-cleanup.ts'
import { waitFor } from '../../test/infra/wait-for.ts'
import { xPackage } from '../../test/support/image-archive.ts'
import { NO_DISPLAY, type Stack, startStack } from '../../test/support/stack.ts'
import type { Benchmark, Stage } from './benchmark.ts'
import { createAndStart, removeContainer, specOf } from './scene/engine-http.ts'
import { type ContainerSpec, runOptions } from './scene/run-options.ts'

const OURS = 'deployment accepted to running reported'
const API = 'Engine API create and start'
const CLI = 'docker run -d'

const run = promisify(execFile)

export const launchLatency = (network: 'none' | 'bridge'): Benchmark => ({
  name: `launch-latency-${network}`,
  goal: 'P7',
  what: `from the answer to POST /deployments to the hub's report of a running container (network ${network}, no display); the floors make the same container without hub, agent, durable state or report.`,
  unit: 'ms',
  rounds: 20,
  comparisons: [
    { ours: OURS, floor: API, target: 1.05 },
    { ours: OURS, floor: CLI, target: 1.0 },
  ],
  open: () => openStage(network),
})

async function openStage(network: 'none' | 'bridge'): Promise<Stage> {
  const cleanup = suiteCleanup()
  const stack = await startStack(cleanup)
  await stack.startAgent({ display: NO_DISPLAY })
  await stack.waitForDevice(({ display }) => display?.state === 'no_display', 'the agent has looked around')
  const profile: Omit<LaunchProfile, 'containers'> = {
    display: { required: false },
    network,
    stopGraceSeconds: 0,
  }
  const sample = await xPackage('sleeper', ['sleep', '100000'], profile)
  const version = await ensureRegistered(stack.hub, sample, stack.publisher)
  const wish = { packageId: 'sleeper', version, deviceIds: [await stack.deviceId()] }
  const changes = await followChanges(stack)
  cleanup.after(() => changes.close())
  let spec: ContainerSpec | undefined

  const launch = async () => {
    const { id, launchIds } = await stack.hub.post<Deployment>('/api/v1/deployments', wish)
    const acceptedMs = performance.now()
    const [launchId = ''] = launchIds
    const running = await changes.until(launchId, async () => {
      const seen = await stack.hub.get<Launch>(`/api/v1/launches/${launchId}`)
      return seen.status?.phase === 'running' ? seen : undefined
    })
    const tookMs = performance.now() - acceptedMs
    spec ??= await specOf(running.status?.containers[0]?.containerId ?? '')
    await stack.hub.post(`/api/v1/deployments/${id}/stop`, {})
    const isStopped = async () =>
      (await stack.hub.get<Launch>(`/api/v1/launches/${launchId}`)).status?.phase === 'stopped'
    await waitFor(isStopped, { what: 'the launch is stopped' })
    return tookMs
  }

  const bare = async () => {
    spec ??= await launch().then(() => spec)
    if (!spec) throw new Error('no launch has shown its specification')
    const beganMs = performance.now()
    const id = await createAndStart(spec)
    const tookMs = performance.now() - beganMs
    await removeContainer(id)
    return tookMs
  }

  const cli = async () => {
    spec ??= await launch().then(() => spec)
    if (!spec) throw new Error('no launch has shown its specification')
    const options = ['run', '-d', ...runOptions(spec), sample.imageId]
    const beganMs = performance.now()
    const { stdout } = await run('docker', options)
    const tookMs = performance.now() - beganMs
    await removeContainer(stdout.trim())
    return tookMs
  }
  return { sides: { [OURS]: launch, [API]: bare, [CLI]: cli }, close: () => cleanup.run() }
}

/** The hub's change feed as a wake-up: what is asked of a resource is asked again when the feed names it. */
async function followChanges(stack: Stack) {
  const wakers = new Map<string, () => void>()
  const token = readAdminToken(stack.paths)
  const answered = Promise.withResolvers<IncomingMessage>()
  const call = request(
    `${stack.hub.url}/api/v1/changes`,
    { headers: { authorization: `Bearer ${token}` } },
    answered.resolve,
  )
  call.once('error', () => undefined)
  call.end()
  const feed = await answered.promise
  feed.setEncoding('utf8').on('data', (text: string) => {
    for (const [id, wake] of wakers) if (text.includes(id)) wake()
  })
  feed.once('error', () => undefined)
  return {
    close: () => void call.destroy(),
    async until<Value>(id: string, ask: () => Promise<Value | undefined>): Promise<Value> {
      for (;;) {
        const woken = Promise.withResolvers<void>()
        wakers.set(id, woken.resolve)
        const value = await ask()
        if (value === undefined) await woken.promise
        wakers.delete(id)
        if (value !== undefined) return value
      }
    },
  }
}
