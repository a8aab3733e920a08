// `npm test` on the workspace's Node: static checks, what the tests need, then all tests in one node:test run whose
// counts are the last lines. With arguments: only those test files, without the static checks.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import {
  checkoutFolder,
  createProgressLines,
  languageOf,
  Processes,
  ProcessRecord,
  toTrialError,
  trialPaths,
} from '@bongsu/trial'
import { setUpTests } from './setup.ts'

const CHECKS: readonly (readonly [string, ...string[]])[] = [
  ['tsc', '--noEmit', '-p', 'tsconfig.json'],
  ['tsc', '--noEmit', '-p', 'packages/web/tsconfig.json'],
  ['biome', 'check', '.'],
  ['depcruise', '--config', '.dependency-cruiser.cjs', 'packages', 'deploy', 'test', 'bench'],
]
const TEST_FILES = ['packages/*/src/**/*.test.ts', 'deploy/trial/src/**/*.test.ts', 'test/**/*.test.ts']
const CONCURRENT_FILES = 2

const checkout = checkoutFolder()
const paths = trialPaths(checkout, process.env)
const language = languageOf(process.env)
const lines = createProgressLines({ output: process.stdout, language, now: () => performance.now() })
const record = new ProcessRecord(join(paths.state, 'test-processes.json'))
const processes = new Processes({ logFolder: paths.logs, record })
let running: ReturnType<typeof spawn> | undefined

/** Runs a program of the workspace with our output; gives its exit code. */
function run(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(join(checkout, 'node_modules', '.bin', program), args, {
    cwd: checkout,
    stdio: 'inherit',
  })
  running = child
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

async function check(): Promise<number> {
  for (const [program, ...args] of CHECKS) {
    const code = await run(program, args)
    if (code !== 0) return code
  }
  return 0
}

async function main(files: readonly string[]): Promise<number> {
  const checked = files.length === 0 ? await check() : 0
  if (checked !== 0) return checked
  await setUpTests({ paths, lines, processes })
  const options = ['--test', `--test-concurrency=${CONCURRENT_FILES}`, '--test-reporter=spec']
  return run('node', [...options, ...(files.length === 0 ? TEST_FILES : files)])
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => running?.kill(signal))
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (thrown) {
  const error = toTrialError(thrown)
  process.stderr.write(`\n${error.code}: ${error.what[language]}\n${error.remedy[language]}\n`)
  process.exitCode = 1
} finally {
  await processes.stopAll()
}
