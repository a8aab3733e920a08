// D2: an X server that was killed and started again until the window is back, held against the program's own cold start.

import { systemClock } from '@bongsu/foundation'
import { newId } from '@bongsu/protocol'
import { EngineApi, localBaseImageName } from '@bongsu/trial'
import { createDisplay, type Display } from '../../packages/agent/src/display/display.ts'
import { restartableX } from '../../test/infra/restartable-x.ts'
import { suiteCleanup } from '../../test/infra/suite-cleanup.ts'
import { tempDir } from '../../test/infra/temp-dir.ts'
import { waitFor } from '../../test/infra/wait-for.ts'
import { launchOf, presentImage, RealDevice } from '../../test/integration/runtime/real-device.ts'
import type { Benchmark, Stage } from './benchmark.ts'
import { createAndStart, removeContainer, specOf } from './scene/engine-http.ts'

const OURS = 'X server started again to visible'
const COLD = 'Engine API create and start to visible'

/** A window of the toolkit that most of the programs use. */
const WINDOW = `
from PyQt5 import QtWidgets
application = QtWidgets.QApplication([])
label = QtWidgets.QLabel('bongsu')
label.setGeometry(20, 20, 300, 200)
label.show()
application.exec()
`

export const xRestart: Benchmark = {
  name: 'x-restart',
  goal: 'D2',
  what: 'from the spawn of the X server that follows a killed one (alternately by SIGTERM and SIGKILL, with another cookie) until the window of the program (PyQt5) is visible again, the server’s own start included; the floor is the same container made by the bare Engine API on a server that runs, until its window is visible. Both are looked for every 20 ms.',
  unit: 'ms',
  rounds: 20,
  comparisons: [{ ours: OURS, floor: COLD, target: 1.5 }],
  open: openStage,
}

async function openStage(): Promise<Stage> {
  const cleanup = suiteCleanup()
  const x = restartableX(cleanup)
  await x.start()
  const { reference } = await localBaseImageName('gui')
  const imageId = await new EngineApi().imageId(reference)
  if (imageId === undefined) throw new Error(`${reference} is missing: npm start makes it`)
  const at = { authFile: x.authFile, displayNumber: x.number() }
  const device = new RealDevice(cleanup, at)
  const eye = createDisplay({ clock: systemClock, runDir: tempDir(cleanup, 'eye'), ...at })
  await device.startAgent()
  const launch = launchOf(presentImage(imageId), {
    containers: [{ name: 'main', command: ['python3', '-c', WINDOW] }],
    display: { required: true },
  })
  await device.want(launch)
  await untilVisible(eye, launch.launchId)
  let rounds = 0

  const restart = async () => {
    rounds += 1
    await x.end(rounds % 2 === 0 ? 'SIGTERM' : 'SIGKILL')
    const beganMs = performance.now()
    await x.start()
    await untilVisible(eye, launch.launchId)
    return performance.now() - beganMs
  }

  const coldStart = async () => {
    const { containers } = await device.until(
      launch.launchId,
      'running',
      ({ phase, picture }) => phase === 'running' && picture?.verdict === 'visible',
    )
    const hostname = newId('lau')
    const spec = { ...(await specOf(containers[0]?.containerId ?? '')), Hostname: hostname }
    const beganMs = performance.now()
    const id = await createAndStart(spec)
    await untilVisible(eye, hostname)
    const tookMs = performance.now() - beganMs
    await removeContainer(id)
    return tookMs
  }
  return { sides: { [OURS]: restart, [COLD]: coldStart }, close: () => cleanup.run() }
}

async function untilVisible(eye: Display, hostname: string): Promise<void> {
  await waitFor(() => eye.check({ hostname, motion: 'still' }), {
    what: 'the window',
    until: ({ verdict }) => verdict === 'visible',
    intervalMs: 20,
  })
}
