// `npm start` on the workspace's Node: sets the machine up, runs the main job, and ends what it began when told to.
// The only reader of the environment, the arguments and signals.
import { trialFiles } from './main-job/trial-files.ts'
import { ProcessRecord } from './process-record.ts'
import { endTree, Processes } from './processes.ts'
import { createProgressLines } from './report.ts'
import { runSetup } from './setup/setup.ts'
import { closingWords, failureSummary, type Summary, successSummary } from './summary.ts'
import { languageOf } from './text.ts'
import { TrialError, toTrialError } from './trial-error.ts'
import { claimTrial } from './trial-lock.ts'
import { checkoutFolder, trialPaths } from './trial-paths.ts'

const LEFTOVER_GRACE_MS = 10_000

const mode = process.argv.includes('--once') ? 'once' : 'until-stopped'
const language = languageOf(process.env)
const paths = trialPaths(checkoutFolder(), process.env)
const record = new ProcessRecord(paths.processRecord)
const processes = new Processes({ logFolder: paths.logs, record })
const lines = createProgressLines({ output: process.stdout, language, now: () => performance.now() })
const stopping = new AbortController()
const startedMs = performance.now()

async function endLeftovers(): Promise<void> {
  for (const leftover of record.leftovers()) {
    lines.note({
      ko: `지난 실행이 남긴 ${leftover.name} 종료`,
      en: `ending ${leftover.name}, left by an earlier start`,
    })
    await endTree(leftover, LEFTOVER_GRACE_MS)
    record.remove(leftover.pid)
  }
}

async function start(): Promise<Summary> {
  claimTrial(paths.lock)
  await endLeftovers()
  // Read while the set-up waits for programs: it takes a good part of a second start.
  const mainJob = import('./main-job/main-job.ts')
  const mongodbUri = process.env.MONGODB_URI || undefined
  const setup = await runSetup({
    paths,
    isRoot: process.getuid?.() === 0,
    lines,
    processes,
    database: mongodbUri ? 'external' : 'embedded',
  })
  const job = { paths, processes, lines, language, setup, mongodbUri, signal: stopping.signal }
  const { runMainJob } = await mainJob
  const result = await runMainJob(job)
  if (mode === 'until-stopped') {
    lines.note(closingWords(result, trialFiles(paths).adminToken))
    await Promise.race(result.children.map(async (child) => unexpectedEnd(child.name, await child.ended)))
  }
  return successSummary(result, Math.round(performance.now() - startedMs) / 1000)
}

function unexpectedEnd(name: string, end: { exitCode: number | null; signal: string | null }): never {
  const how = end.exitCode ?? end.signal
  throw new TrialError(
    'TRIAL_PROCESS_ENDED',
    { ko: `${name} 프로세스가 예기치 않게 끝났습니다 (${how})`, en: `${name} ended unexpectedly (${how})` },
    { ko: `기록을 확인하세요: ${paths.logs}/${name}.log`, en: `Look at ${paths.logs}/${name}.log` },
  )
}

/** Rejects with the signal that asks for the end. */
function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        const error = new TrialError(
          'TRIAL_INTERRUPTED',
          { ko: `${signal} 을 받아 중단함`, en: `ended by ${signal}` },
          { ko: '다시 시작하려면 npm start', en: 'npm start continues where it was' },
        )
        stopping.abort(error)
        reject(error)
      })
    }
  })
}

/** Until the window shows an interruption is a failure; afterwards it is how a trial ends. */
function isOrderlyEnd(error: TrialError): boolean {
  return error.code === 'TRIAL_INTERRUPTED' && mode === 'until-stopped'
}

let summary: Summary
try {
  summary = await Promise.race([start(), interrupted()])
} catch (thrown) {
  const error = toTrialError(thrown)
  summary = failureSummary(error, language)
  if (!isOrderlyEnd(error)) {
    process.stderr.write(`\n${error.code}: ${error.what[language]}\n${error.remedy[language]}\n`)
    process.exitCode = 1
  }
} finally {
  await processes.stopAll()
}
if (mode === 'once') process.stdout.write(`${JSON.stringify(summary)}\n`)
// An interrupted set-up may still wait for a command that the terminal's Ctrl-C did not reach.
process.exit()
