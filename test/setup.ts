// What the tests need beyond the trial: a browser with a Korean font, tools for pictures, the small image, Compose.
// Extend `TEST_PROGRAMS` with the test that first uses a program.
import { join } from 'node:path'
import {
  aptPackagesStep,
  baseImageNeeds,
  baseImageStep,
  databaseNeeds,
  dockerEngineStep,
  EngineApi,
  embeddedDatabaseStep,
  engineNeeds,
  type Processes,
  type ProgramNeed,
  type ProgressLines,
  runSteps,
  sampleImageStep,
  type TrialPaths,
  virtualDisplayNeeds,
  workspaceBuildStep,
} from '@bongsu/trial'
import { s3ServerStep } from './infra/s3-server.ts'

/** Plug-ins and bindings have no program of their own to look for. */
function gstreamerNeeds(): ProgramNeed[] {
  const library = (path: string) => ['x86_64', 'aarch64'].map((one) => `/usr/lib/${one}-linux-gnu/${path}`)
  const plugin = (name: string) => library(`gstreamer-1.0/libgst${name}.so`)
  return [
    { package: 'python3-gi', anyOf: ['/usr/lib/python3/dist-packages/gi'] },
    { package: 'gir1.2-gst-rtsp-server-1.0', anyOf: library('girepository-1.0/GstRtspServer-1.0.typelib') },
    { package: 'gstreamer1.0-plugins-base', anyOf: plugin('videoconvertscale') },
    { package: 'gstreamer1.0-plugins-good', anyOf: plugin('rtp') },
    { package: 'gstreamer1.0-plugins-ugly', anyOf: plugin('x264') },
    { package: 'gstreamer1.0-libav', anyOf: plugin('libav') },
  ]
}

/** Programs that only tests use. */
const TEST_PROGRAMS: readonly ProgramNeed[] = [
  { package: 'chromium', anyOf: ['chromium', 'google-chrome'] },
  { package: 'docker-compose', anyOf: ['docker-compose'] },
  { package: 'fonts-nanum', anyOf: ['/usr/share/fonts/truetype/nanum'] },
  { package: 'busybox-static', anyOf: ['busybox'] },
  { package: 'xauth', anyOf: ['xauth'] },
  { package: 'x11-apps', anyOf: ['xclock'] },
  { package: 'x11-utils', anyOf: ['xdpyinfo'] },
  { package: 'x11-xserver-utils', anyOf: ['xsetroot'] },
  { package: 'imagemagick', anyOf: ['import'] },
  { package: 'twm', anyOf: ['twm'] },
  // twm ends at once where no font of the server's own is there.
  { package: 'xfonts-base', anyOf: ['/usr/share/fonts/X11/misc/fonts.dir'] },
  { package: 'xdotool', anyOf: ['xdotool'] },
  { package: 'openbox', anyOf: ['openbox'] },
  { package: 'minisign', anyOf: ['minisign'] },
  { package: 'xserver-xorg-core', anyOf: ['Xorg'] },
  { package: 'xserver-xorg-video-dummy', anyOf: ['/usr/lib/xorg/modules/drivers/dummy_drv.so'] },
  { package: 'xserver-xephyr', anyOf: ['Xephyr'] },
  { package: 'weston', anyOf: ['weston'] },
  { package: 'xwayland', anyOf: ['Xwayland'] },
  // A network camera: test/infra/rtsp-server.py.
  ...gstreamerNeeds(),
]

export interface TestSetupOptions {
  readonly paths: TrialPaths
  readonly lines: ProgressLines
  /** Gets the engine's daemon where this run has to start it. */
  readonly processes: Processes
}

/** Installs, starts and builds whatever the tests use and this machine lacks. Throws TrialError with the remedy. */
export async function setUpTests({ paths, lines, processes }: TestSetupOptions): Promise<void> {
  const isRoot = process.getuid?.() === 0
  const logPath = join(paths.logs, 'test-setup.log')
  const engine = new EngineApi()
  const example = join(paths.checkout, 'examples', 'person-detector')
  const tarCache = join(paths.cache, 'base-images')
  const needs = [
    ...engineNeeds,
    ...databaseNeeds,
    ...virtualDisplayNeeds,
    ...baseImageNeeds({ isRoot }),
    ...TEST_PROGRAMS,
  ]
  await runSteps(
    [
      aptPackagesStep({ needs, isRoot, logPath }),
      dockerEngineStep({ isRoot, processes, logPath }),
      workspaceBuildStep({ checkout: paths.checkout, record: join(paths.state, 'build.json'), logPath }),
      embeddedDatabaseStep({ venv: paths.databaseVenv, wheelCache: join(paths.cache, 'wheels'), logPath }),
      s3ServerStep({ cache: paths.cache, logPath }),
      baseImageStep({ kind: 'x11', engine, isRoot, logPath, tarCache }),
      baseImageStep({ kind: 'gui', engine, isRoot, logPath }),
      sampleImageStep({ engine, example, videoCache: join(paths.cache, 'video'), isRoot, logPath }),
    ],
    lines,
  )
}
