// The set-up of a trial as a whole: which steps there are, in which order, and what they leave behind.
import { join } from 'node:path'
import type { Processes } from '../processes.ts'
import type { ProgressLines } from '../report.ts'
import type { TrialPaths } from '../trial-paths.ts'
import { aptPackagesStep, type ProgramNeed } from './apt-packages.ts'
import { baseImageNeeds, baseImageStep, hasImage, localBaseImageName } from './base-image.ts'
import { dockerEngineStep, engineNeeds } from './docker-engine.ts'
import { databaseNeeds, embeddedDatabaseStep } from './embedded-database.ts'
import { EngineApi } from './engine-api.ts'
import { localSampleImage, sampleImageStep } from './sample-image.ts'
import { runSteps } from './step.ts'
import { workspaceBuildStep } from './workspace-build.ts'
import { displayStep, findAttachedDisplay, type TrialDisplay, virtualDisplayNeeds } from './x-display.ts'

export interface SetupOptions {
  readonly paths: TrialPaths
  readonly isRoot: boolean
  readonly lines: ProgressLines
  /** Gets what is started: the daemon and the virtual display, where the machine has none. */
  readonly processes: Processes
  /** `external`: MONGODB_URI names one, so none is installed. */
  readonly database: 'embedded' | 'external'
}

export interface SetupResult {
  readonly display: TrialDisplay
  /** Reference of the sample's image in the machine's engine. */
  readonly sampleImage: string
}

/** Does everything that is missing on this machine, one line each. Throws TrialError. */
export async function runSetup(options: SetupOptions): Promise<SetupResult> {
  const { paths, isRoot, lines, processes } = options
  const logPath = join(paths.logs, 'setup.log')
  const engine = new EngineApi()
  const example = join(paths.checkout, 'examples', 'person-detector')
  const sampleImage = await localSampleImage(example)
  const display = displayStep({ processes, folder: paths.display })
  await runSteps(
    [
      aptPackagesStep({ needs: await needs(options, engine), isRoot, logPath }),
      dockerEngineStep({ isRoot, processes, logPath }),
      ...(options.database === 'embedded'
        ? [
            embeddedDatabaseStep({
              venv: paths.databaseVenv,
              wheelCache: join(paths.cache, 'wheels'),
              logPath,
            }),
          ]
        : []),
      workspaceBuildStep({ checkout: paths.checkout, record: join(paths.state, 'build.json'), logPath }),
      display,
      baseImageStep({ kind: 'gui', engine, isRoot, logPath }),
      sampleImageStep({ engine, example, videoCache: join(paths.cache, 'video'), isRoot, logPath }),
    ],
    lines,
  )
  const found = display.result()
  if (!found) throw new Error('the display step ended without a display')
  return { display: found, sampleImage }
}

/** Only what this run will really use: a machine with the base image needs nothing to make one. */
async function needs(options: SetupOptions, engine: EngineApi): Promise<readonly ProgramNeed[]> {
  const answer = await engine.ping()
  const base = await localBaseImageName('gui')
  return [
    // An engine that answers may be another one than the distribution's.
    ...(answer === 'ready' ? [] : engineNeeds),
    ...(options.database === 'embedded' ? databaseNeeds : []),
    ...((await findAttachedDisplay()) === undefined ? virtualDisplayNeeds : []),
    ...((await hasImage(engine, base.reference)) ? [] : baseImageNeeds(options)),
  ]
}
