// `npm start` on the workspace's Node: sets the machine up. The only reader of the environment and of signals.

import { ProcessRecord } from './process-record.ts'
import { endTree, Processes } from './processes.ts'
import { createProgressLines } from './report.ts'
import { runSetup } from './setup/setup.ts'
import { languageOf } from './text.ts'
import { TrialError, toTrialError } from './trial-error.ts'
import { checkoutFolder, trialPaths } from './trial-paths.ts'

const LEFTOVER_GRACE_MS = 10_000

const language = languageOf(process.env)
const paths = trialPaths(checkoutFolder(), process.env)
const record = new ProcessRecord(paths.processRecord)
const processes = new Processes({ logFolder: paths.logs, record })
const lines = createProgressLines({ output: process.stdout, language, now: () => performance.now() })

async function main(): Promise<void> {
  for (const leftover of record.leftovers()) {
    lines.note({
      ko: `지난 실행이 남긴 ${leftover.name} 종료`,
      en: `ending ${leftover.name}, left by an earlier start`,
    })
    await endTree(leftover, LEFTOVER_GRACE_MS)
    record.remove(leftover.pid)
  }
  await runSetup({
    paths,
    isRoot: process.getuid?.() === 0,
    lines,
    processes,
    database: process.env.MONGODB_URI ? 'external' : 'embedded',
  })
}

/** Settles with the signal that asks for the end. */
function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () =>
        reject(
          new TrialError(
            'TRIAL_INTERRUPTED',
            { ko: `${signal} 을 받아 중단함`, en: `ended by ${signal}` },
            { ko: '다시 시작하려면 npm start', en: 'npm start continues where it was' },
          ),
        ),
      )
    }
  })
}

try {
  await Promise.race([main(), interrupted()])
} catch (thrown) {
  const error = toTrialError(thrown)
  process.stderr.write(`\n${error.code}: ${error.what[language]}\n${error.remedy[language]}\n`)
  process.exitCode = 1
} finally {
  await processes.stopAll()
  // An interrupted set-up may still wait for a command that the terminal's Ctrl-C did not reach.
  process.exit()
}
