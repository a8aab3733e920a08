// What Node 20 and npm must do before anything else can run: install the workspace, which brings Node 26.
// Plain JavaScript without dependencies, shared by `npm start` and `npm test`.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

// npx already chose the pnpm; without `ignore` it would look up the `packageManager` pin again in the registry, and
// where a mirror does not carry that, a frozen install refuses.
const INSTALL = ['-y', 'pnpm@12', 'install', '--frozen-lockfile', '--pm-on-fail=ignore']
const ATTEMPTS = 4

/** The checkout this file lies in. */
export const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

const isKorean = /^ko([_.@-]|$)/i.test(
  process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '',
)
const say = (ko, en) => process.stdout.write(`${isKorean ? ko : en}\n`)

/** The workspace's own Node, once {@link installWorkspace} has run. */
export const workspaceNode = () => join(checkout, 'node_modules', '.bin', 'node')

/**
 * Installs what pnpm-lock.yaml says unless it is there already. Ends the process with 1 and a remedy if it cannot.
 */
export async function installWorkspace() {
  const stamp = join(checkout, 'node_modules', '.bongsu-installed')
  const wanted = fingerprint()
  if (existsSync(workspaceNode()) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const logPath = join(checkout, '.bongsu', 'logs', 'install.log')
  mkdirSync(dirname(logPath), { recursive: true })
  const startedMs = performance.now()
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    say(
      `… 워크스페이스 의존성 설치 중 (pnpm, Node 26)${attempt > 1 ? `, ${attempt}번째 시도` : ''}`,
      `… installing the workspace's dependencies (pnpm, Node 26)${attempt > 1 ? `, attempt ${attempt}` : ''}`,
    )
    const code = await run('npx', INSTALL, logPath)
    if (code === 0 && existsSync(workspaceNode())) {
      await provideLibatomic(logPath)
      writeFileSync(stamp, wanted)
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
      say(
        `✔ 워크스페이스 의존성 설치함 (${seconds} s)`,
        `✔ installed the workspace's dependencies (${seconds} s)`,
      )
      return
    }
  }
  say(
    `✘ TRIAL_WORKSPACE_NOT_INSTALLED: 의존성을 설치하지 못했습니다. npm 레지스트리 연결을 확인하세요. 기록: ${logPath}`,
    `✘ TRIAL_WORKSPACE_NOT_INSTALLED: the dependencies could not be installed. Check that the npm registry is reachable. Log: ${logPath}`,
  )
  giveUp(logPath)
}

/** Node 26 needs libatomic, which a machine without a compiler may lack. Ends the process with the command for it. */
async function provideLibatomic(logPath) {
  const { status, stderr } = spawnSync(workspaceNode(), ['--version'], { encoding: 'utf8' })
  if (status === 0) return
  const isRoot = process.getuid?.() === 0
  if (isRoot && /libatomic/.test(stderr)) {
    say('… libatomic1 설치 중 (Node 26에 필요)', '… installing libatomic1, which Node 26 needs')
    await run('apt-get', ['update'], logPath)
    if ((await run('apt-get', ['install', '-y', 'libatomic1'], logPath)) === 0) return
  }
  say(
    `✘ TRIAL_NODE_DOES_NOT_START: ${stderr.trim()}\n다음 명령을 실행한 뒤 다시 시도하세요: sudo apt-get install -y libatomic1`,
    `✘ TRIAL_NODE_DOES_NOT_START: ${stderr.trim()}\nRun this command, then try again: sudo apt-get install -y libatomic1`,
  )
  giveUp(logPath)
}

function giveUp(logPath) {
  if (process.argv.includes('--once')) say(failureSummary(logPath), failureSummary(logPath))
  process.exit(1)
}

const failureSummary = (logPath) =>
  JSON.stringify({
    visible: false,
    error: {
      code: 'TRIAL_WORKSPACE_NOT_INSTALLED',
      message: 'the dependencies could not be installed',
      remedy: `check that the npm registry is reachable; log: ${logPath}`,
    },
  })

/** Of everything that decides what an install leaves behind. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) {
    hash.update(readFileSync(join(checkout, name)))
  }
  return hash.digest('hex')
}

function run(program, args, logPath) {
  const log = openSync(logPath, 'a')
  return new Promise((settle) => {
    const child = spawn(program, args, {
      cwd: checkout,
      stdio: ['ignore', log, log],
      // Without a terminal pnpm would ask before it replaces a node_modules of another version.
      env: { ...process.env, CI: 'true' },
    })
    child.once('error', () => settle(-1))
    child.once('exit', (code) => settle(code ?? -1))
  })
}

/** Runs a program of the workspace on its Node in place of this process: its output, signals and exit code are ours. */
export function becomeWorkspaceProgram(script, args) {
  const bin = join(checkout, 'node_modules', '.bin')
  const child = spawn(workspaceNode(), [join(checkout, script), ...args], {
    cwd: checkout,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // Ctrl-C reaches the child from the terminal too; it counts signals once.
    process.on(signal, () => child.kill(signal))
  }
  child.once('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  })
  child.once('exit', (code, signal) => {
    process.exit(code ?? (signal === null ? 1 : 128))
  })
}
