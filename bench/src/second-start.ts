// The second `npm start` to the visible window, held against the sum of its parts measured alone: database ready, hub
// ready, and the sample run by `docker run` until its window is visible. Everything is installed and built beforehand.
import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '@bongsu/foundation'
import {
  checkoutFolder,
  localSampleImage,
  Processes,
  startDatabase,
  startHub,
  startVirtualDisplay,
  trialPaths,
} from '@bongsu/trial'
import { createDisplay } from '../../packages/agent/src/display/display.ts'
import { testChildren } from '../../test/infra/children.ts'
import { suiteCleanup } from '../../test/infra/suite-cleanup.ts'
import { waitFor } from '../../test/infra/wait-for.ts'
import type { Benchmark } from './benchmark.ts'
import { freePort } from './scene/free-port.ts'

const OURS = 'npm start to visible'
const FLOOR = 'database ready + hub ready + docker run to visible'

const run = promisify(execFile)

export const secondStart: Benchmark = {
  name: 'second-start',
  goal: 'second start',
  what: 'from the spawn of npm to its line that the window is visible; the floor registers no device, deploys and proves nothing.',
  unit: 'ms',
  rounds: 5,
  comparisons: [{ ours: OURS, floor: FLOOR, target: 1.5 }],
  async open() {
    return { sides: { [OURS]: npmStart, [FLOOR]: sumOfParts }, close: async () => undefined }
  },
}

/** One whole start; it ends by itself afterwards, unmeasured. */
async function npmStart(): Promise<number> {
  const beganMs = performance.now()
  const child = spawn('npm', ['start', '--', '--once'], {
    cwd: checkoutFolder(),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LANG: 'C.UTF-8' },
  })
  let visibleMs = Number.NaN
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (/✔ .*Deployed and visible/.test(text)) visibleMs = performance.now() - beganMs
  })
  await new Promise((resolve) => child.once('close', resolve))
  return visibleMs
}

async function sumOfParts(): Promise<number> {
  const cleanup = suiteCleanup()
  try {
    const { processes, folder } = testChildren(cleanup, { name: 'parts' })
    const base = trialPaths(checkoutFolder(), process.env)
    const paths = { ...trialPaths(checkoutFolder(), process.env, folder), databaseVenv: base.databaseVenv }
    const ports = { hub: await freePort(), agent: await freePort(), database: await freePort() }
    const options = { paths, ports, processes, mongodbUri: undefined }
    // Both have their files already, as at a second start.
    const once = new Processes({ logFolder: join(folder, 'first-logs') })
    await startDatabase({ ...options, processes: once })
    await startHub({ ...options, processes: once })
    await once.stopAll()
    const databaseMs = await timed(() => startDatabase(options))
    const hubMs = await timed(() => startHub(options))
    await processes.stopAll()
    return databaseMs + hubMs + (await dockerRunToVisible(folder))
  } finally {
    await cleanup.run()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now()
  await work()
  return performance.now() - beganMs
}

/** The recipe by hand on a display that stands already. */
async function dockerRunToVisible(folder: string): Promise<number> {
  const processes = new Processes({ logFolder: join(folder, 'x-logs') })
  const x = await startVirtualDisplay({ processes, folder: join(folder, 'x') })
  const image = await localSampleImage(join(checkoutFolder(), 'examples', 'person-detector'))
  const display = createDisplay({
    clock: systemClock,
    runDir: join(folder, 'run'),
    displayNumber: x.display,
    authFile: x.authFile,
  })
  const hostname = 'bench-detector'
  const mounts = [
    'type=bind,source=/tmp/.X11-unix,target=/tmp/.X11-unix,readonly',
    `type=bind,source=${x.authFile},target=/run/xauth/Xauthority,readonly`,
  ].flatMap((mount) => ['--mount', mount])
  const environment = [`DISPLAY=:${x.display}`, 'XAUTHORITY=/run/xauth/Xauthority', 'QT_X11_NO_MITSHM=1']
  const rights = [
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges:true',
    '--network',
    'none',
    '--init',
  ]
  try {
    const beganMs = performance.now()
    const { stdout } = await run('docker', [
      ...['run', '-d', '--hostname', hostname, ...rights, ...mounts],
      ...environment.flatMap((line) => ['--env', line]),
      image,
    ])
    await waitFor(() => display.check({ hostname, motion: 'animates' }), {
      what: 'the window is visible',
      until: ({ verdict }) => verdict === 'visible',
    })
    const tookMs = performance.now() - beganMs
    await run('docker', ['rm', '-f', stdout.trim()])
    return tookMs
  } finally {
    await processes.stopAll()
  }
}
