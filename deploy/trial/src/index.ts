// What the tests and the benchmarks use of the trial: starters of real things, and the set-up's steps.
export { CommandFailed, findProgram, pipeCommand, runCommand } from './command.ts'
export { HubApi, HubRefusal } from './main-job/hub-api.ts'
export { writeJoinToken } from './main-job/join-token-file.ts'
export { ensurePublisher, signVersion } from './main-job/publisher.ts'
export { ensureDeployed, ensureRegistered, type SamplePackage } from './main-job/sample-deployment.ts'
export { loadSamplePackage } from './main-job/sample-package.ts'
export { trialFiles } from './main-job/trial-files.ts'
export { chooseTrialPorts, type TrialPorts } from './main-job/trial-ports.ts'
export {
  HUB_NODE_OPTIONS,
  hubUrl,
  readAdminToken,
  startAgent,
  startDatabase,
  startHub,
  type TrialProcessesOptions,
} from './main-job/trial-processes.ts'
export { ProcessRecord } from './process-record.ts'
export { descendantsOf, isAlive, type ProcessRow, readProcess, readProcesses } from './process-table.ts'
export { type ChildSpec, endTree, Processes, type RunningChild } from './processes.ts'
export { createProgressLines, type ProgressLines, type Report } from './report.ts'
export { aptPackagesStep, type ProgramNeed } from './setup/apt-packages.ts'
export {
  type BaseImageOptions,
  baseImageNeeds,
  baseImageStep,
  hasImage,
  localBaseImageName,
  makeBaseImage,
} from './setup/base-image.ts'
export { dockerEngineStep, engineNeeds } from './setup/docker-engine.ts'
export {
  acceptsConnection,
  databaseChild,
  databaseNeeds,
  databaseProgram,
  databaseUri,
  embeddedDatabaseStep,
} from './setup/embedded-database.ts'
export { EngineApi, MACHINE_ENGINE_SOCKET } from './setup/engine-api.ts'
export { localSampleImage, sampleImageStep } from './setup/sample-image.ts'
export { runSetup, type SetupOptions, type SetupResult } from './setup/setup.ts'
export { runSteps, type Step, type StepState } from './setup/step.ts'
export { workspaceBuildStep } from './setup/workspace-build.ts'
export type { TrialDisplay } from './setup/x-display.ts'
export {
  encodeAuthFile,
  startVirtualDisplay,
  type VirtualDisplay,
  virtualDisplayNeeds,
} from './setup/x-display.ts'
export { type Language, languageOf, type Text } from './text.ts'
export { TrialError, type TrialErrorCode, toTrialError } from './trial-error.ts'
export { checkoutFolder, type TrialPaths, trialPaths } from './trial-paths.ts'
