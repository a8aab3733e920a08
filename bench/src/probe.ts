// D4: asking a display whether it lets us in, held against Xlib doing the same and against xdpyinfo.

import { readFileSync } from 'node:fs'
import { runCommand } from '@bongsu/trial'
import { probeDisplay } from '../../packages/agent/src/display/probe.ts'
import { cookiesFor, parseAuthFile } from '../../packages/agent/src/display/x11/auth-file.ts'
import { requireProgram } from '../../test/infra/programs.ts'
import { suiteCleanup } from '../../test/infra/suite-cleanup.ts'
import { startXServer } from '../../test/infra/x-server.ts'
import type { Benchmark, Stage } from './benchmark.ts'

const OURS = 'probe of the agent'
const XLIB = 'XOpenDisplay and XCloseDisplay of Xlib'
const TOOL = 'xdpyinfo, the whole process'
const TIMES = 20

/** Prints the mean of one opening and closing, in milliseconds; the library is loaded before. */
const OPEN_DISPLAY = `
import ctypes, sys, time
x = ctypes.CDLL('libX11.so.6')
x.XOpenDisplay.restype = ctypes.c_void_p
x.XOpenDisplay.argtypes = [ctypes.c_char_p]
x.XCloseDisplay.argtypes = [ctypes.c_void_p]
name = sys.argv[1].encode()
x.XCloseDisplay(x.XOpenDisplay(name))
began = time.perf_counter()
for _ in range(${TIMES}):
    display = x.XOpenDisplay(name)
    if not display: sys.exit('no display')
    x.XCloseDisplay(display)
print((time.perf_counter() - began) * 1000 / ${TIMES})
`

export const probe: Benchmark = {
  name: 'probe',
  goal: 'D4',
  what: `one probe of a display that wants a cookie, connect and connection setup, the mean of ${TIMES}; the floors are Xlib opening and closing the display within one process, the mean of ${TIMES}, and a run of xdpyinfo.`,
  unit: 'ms',
  rounds: 20,
  comparisons: [
    { ours: OURS, floor: XLIB, target: 2 },
    { ours: OURS, floor: TOOL, target: 2 },
  ],
  open: openStage,
}

async function openStage(): Promise<Stage> {
  const cleanup = suiteCleanup()
  const xdpyinfo = requireProgram('xdpyinfo', 'x11-utils')
  const { display, displayName, authFile } = await startXServer(cleanup)
  const socketPath = `/tmp/.X11-unix/X${display}`
  const entries = parseAuthFile(readFileSync(authFile)).entries
  const [cookie] = cookiesFor(entries, { number: display, hostname: '' })
  const environment = { ...process.env, DISPLAY: displayName, XAUTHORITY: authFile }

  const ours = async () => {
    const beganMs = performance.now()
    for (let time = 0; time < TIMES; time += 1) {
      const { kind } = await probeDisplay({ socketPath, cookie })
      if (kind !== 'ready') throw new Error(`the display is ${kind}`)
    }
    return (performance.now() - beganMs) / TIMES
  }
  const xlib = async () =>
    Number(await runCommand(['python3', '-c', OPEN_DISPLAY, displayName], { environment }))
  const tool = async () => {
    const beganMs = performance.now()
    await runCommand([xdpyinfo], { environment })
    return performance.now() - beganMs
  }
  return { sides: { [OURS]: ours, [XLIB]: xlib, [TOOL]: tool }, close: () => cleanup.run() }
}
