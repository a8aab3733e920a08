// D1: what the agent itself adds to a launch: its time until the container is told as running, less what the engine takes
// to create and start it; held against create and start of the same container by the bare API.
import { join } from 'node:path'
import { silentLogger, systemClock } from '@bongsu/foundation'
import { type DesiredLaunch, type LaunchStatus, newId } from '@bongsu/protocol'
import { createDisplay } from '../../packages/agent/src/display/display.ts'
import { releaseOf } from '../../packages/agent/src/images/release.fixture.ts'
import { policyOf } from '../../packages/agent/src/policy/policy.ts'
import { createReconciler } from '../../packages/agent/src/reconciler/reconciler.ts'
import { createDockerRuntime } from '../../packages/agent/src/runtime/docker/docker-runtime.ts'
import { suiteCleanup } from '../../test/infra/suite-cleanup.ts'
import { tempDir } from '../../test/infra/temp-dir.ts'
import { waitFor } from '../../test/infra/wait-for.ts'
import { startXServer } from '../../test/infra/x-server.ts'
import type { Benchmark, Stage } from './benchmark.ts'
import { type EngineCall, startEngineGauge } from './scene/engine-gauge.ts'
import { createAndStart, removeContainer } from './scene/engine-http.ts'
import { sleepingLaunch } from './scene/sleeping-launch.ts'

const OURS = 'agent besides, from display access'
const WHOLE = 'agent besides, from desired state'
const BARE = 'Engine API create and start'

export const ownShare: Benchmark = {
  name: 'own-share',
  goal: 'D1',
  what: 'from the display proved and its cookie written (devices, specification, policy check, planning, reporting), or from the agent taking the desired state (that, its write to disk and the look for the display besides), to the launch told as running; less the time between the head of each create and start call and the end of its answer. The floor posts the same create options by bare HTTP while that launch runs.',
  unit: 'ms',
  rounds: 40,
  comparisons: [OURS, WHOLE].map((ours) => ({ ours, floor: BARE, target: 0.05 })),
  open: openStage,
}

async function openStage(): Promise<Stage> {
  const cleanup = suiteCleanup()
  const x = await startXServer(cleanup)
  const gauge = await startEngineGauge(cleanup)
  const device = await startDevice(cleanup, gauge.socketPath, x)
  const sample = await sleepingLaunch()
  const container = { name: 'main', entrypoint: ['sleep'], command: ['infinity'] }
  let bareMs = Number.NaN
  let wholeMs = Number.NaN
  const launch = async () => {
    const wanted: DesiredLaunch = {
      ...sample,
      launchId: newId('lau'),
      profile: {
        containers: [container],
        display: { required: true },
        network: 'bridge',
        stopGraceSeconds: 0,
      },
    }
    gauge.take()
    const beganMs = performance.now()
    const running = device.until(wanted.launchId, 'running')
    await device.want([wanted])
    await running
    const toldMs = performance.now()
    // The engine's event of the start may come before its answer to the call.
    const calls: EngineCall[] = []
    await waitFor(() => calls.push(...gauge.take()) && calls.some(isStart), {
      what: 'the start is answered',
      until: Boolean,
      intervalMs: 1,
    })
    const made = callOf(calls, isCreate)
    const started = callOf(calls, isStart)
    const endedMs = Math.max(toldMs, started.endedMs)
    bareMs = await timeBare(made.body)
    const stopped = device.until(wanted.launchId, 'stopped')
    await device.want([])
    await stopped
    const engineMs = made.tookMs + started.tookMs
    wholeMs = endedMs - beganMs - engineMs
    return endedMs - device.boundAtMs() - engineMs
  }
  const sides = { [OURS]: launch, [WHOLE]: async () => wholeMs, [BARE]: async () => bareMs }
  return { sides, close: () => cleanup.run() }
}

async function timeBare(body: string): Promise<number> {
  // Without the labels, or the agent would take it for a stray of its own.
  const spec = { ...JSON.parse(body), Labels: {} }
  const beganMs = performance.now()
  const id = await createAndStart(spec)
  const tookMs = performance.now() - beganMs
  await removeContainer(id)
  return tookMs
}

const isCreate = ({ path }: EngineCall) => path.includes('/containers/create?')
const isStart = ({ path }: EngineCall) => path.includes('/start')

function callOf(calls: readonly EngineCall[], isIt: (call: EngineCall) => boolean): EngineCall {
  const call = calls.find(isIt)
  if (!call) throw new Error('the engine was not called as expected')
  return call
}

/** Reconciler, display and Docker runtime joined as the agent joins them. */
async function startDevice(
  cleanup: ReturnType<typeof suiteCleanup>,
  socketPath: string,
  x: { readonly display: number; readonly authFile: string },
) {
  const folder = tempDir(cleanup, 'device')
  const [stateDir, runDir] = [join(folder, 'state'), join(folder, 'run')]
  const display = createDisplay({
    clock: systemClock,
    runDir,
    displayNumber: x.display,
    authFile: x.authFile,
  })
  const policy = policyOf({}, { runDir, stateDir })
  const runtime = createDockerRuntime({ owner: newId('dev'), policy, stateDir, runDir, socketPath })
  let boundAtMs = Number.NaN
  const waiters = new Map<string, { phase: LaunchStatus['phase']; resolve: () => void }>()
  const reconciler = createReconciler({
    loadRuntime: async () => runtime,
    images: {
      admit: async (launch) => releaseOf(launch),
      room: () => Promise.reject(new Error('nothing is fetched')),
      prepare: () => Promise.reject(new Error('nothing is fetched')),
    },
    display: {
      look: (signal) => display.look(signal),
      release: (launchId) => display.release(launchId),
      boundLaunches: () => display.boundLaunches(),
      lastReport: () => display.lastReport(),
      watch: (onChange) => display.watch(onChange),
      async bind(request, signal) {
        const bound = await display.bind(request, signal)
        boundAtMs = performance.now()
        return bound
      },
    },
    pictures: display,
    status: {
      publish(launches) {
        for (const { launchId, phase } of launches) {
          const waiter = waiters.get(launchId)
          if (waiter?.phase === phase) waiter.resolve()
        }
      },
    },
    stateDir,
    clock: systemClock,
    log: silentLogger(),
  })
  await reconciler.start()
  cleanup.after(async () => {
    await reconciler.stop()
    // A round that failed leaves its launch.
    for (const { containerId } of await runtime.listContainers()) await runtime.removeContainer(containerId)
  })
  let generation = 0
  return {
    boundAtMs: () => boundAtMs,
    async want(launches: DesiredLaunch[]): Promise<void> {
      generation += 1
      await reconciler.accept({ type: 'desired-state', generation, launches })
    },
    until: (launchId: string, phase: LaunchStatus['phase']) =>
      new Promise<void>((resolve) => waiters.set(launchId, { phase, resolve })),
  }
}
