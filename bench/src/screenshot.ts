// D3: a picture of a whole 1920x1080 screen as a PNG, held against ImageMagick's `import` of the same screen.
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@bongsu/foundation'
import { runCommand } from '@bongsu/trial'
import { createDisplay } from '../../packages/agent/src/display/display.ts'
import { requireProgram } from '../../test/infra/programs.ts'
import { suiteCleanup } from '../../test/infra/suite-cleanup.ts'
import { tempDir } from '../../test/infra/temp-dir.ts'
import { waitFor } from '../../test/infra/wait-for.ts'
import { startXServer } from '../../test/infra/x-server.ts'
import type { Benchmark, Stage } from './benchmark.ts'

const OURS = 'screenshot of the agent'
const IMPORT = 'import -window root'

export const screenshot: Benchmark = {
  name: 'screenshot',
  goal: 'D3',
  what: 'a screen of 1920x1080 with windows and a picture of 768x576 as noisy as video, from asking to the PNG in memory (discovery done before, connecting included); the floor is `import` of ImageMagick writing the same screen as PNG, process start included.',
  unit: 'ms',
  rounds: 20,
  comparisons: [{ ours: OURS, floor: IMPORT, target: 1 }],
  open: openStage,
}

async function openStage(): Promise<Stage> {
  const cleanup = suiteCleanup()
  const program = requireProgram('import', 'imagemagick')
  const {
    display: displayNumber,
    displayName,
    authFile,
  } = await startXServer(cleanup, {
    screen: '1920x1080x24',
  })
  const folder = tempDir(cleanup, 'screenshot')
  const environment = { ...process.env, DISPLAY: displayName, XAUTHORITY: authFile }
  const noise = ['-seed', '1', '-size', '768x576', 'plasma:']
  const scene = [
    ['display', '-geometry', '+40+40', ...noise],
    ['xclock', '-geometry', '400x400+900+100'],
    ['xcalc', '-geometry', '+1400+500'],
  ]
  for (const [name = '', ...args] of scene) {
    const child = spawn(name, args, { env: environment, stdio: 'ignore' })
    cleanup.after(() => void child.kill())
  }
  const eye = createDisplay({ clock: systemClock, runDir: folder, displayNumber, authFile })
  const path = join(folder, 'floor.png')

  const ours = async () => {
    const beganMs = performance.now()
    const shot = await eye.screenshot({})
    if (shot.kind !== 'taken' || shot.widthPixels !== 1920) throw new Error('no picture of the whole screen')
    return performance.now() - beganMs
  }
  const floor = async () => {
    const beganMs = performance.now()
    await runCommand([program, '-window', 'root', `png:${path}`], { environment })
    const tookMs = performance.now() - beganMs
    if (statSync(path).size === 0) throw new Error('import wrote nothing')
    return tookMs
  }
  await waitFor(() => runCommand(['xwininfo', '-root', '-tree'], { environment }), {
    what: 'three windows',
    until: (tree) => ['ImageMagick', 'xclock', 'xcalc'].every((word) => tree.includes(word)),
  })
  return { sides: { [OURS]: ours, [IMPORT]: floor }, close: () => cleanup.run() }
}
