// `npm start` as a stranger runs it: in a fresh copy of the checkout, to the visible window, twice, and ended by a signal.
// What it began is gone afterwards, and nothing else is: process lists are compared.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { checkoutFolder, type ProcessRow, readProcesses } from '@bongsu/trial'
import { machineEngine } from '../infra/docker-engine.ts'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { tempDir } from '../infra/temp-dir.ts'
import { waitFor } from '../infra/wait-for.ts'
import { startXServer } from '../infra/x-server.ts'
import { readPng } from '../support/png.ts'

interface Ended {
  exitCode: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

type Environment = Readonly<Record<string, string>>

/** `npm start` in a folder; `pid` is npm's. */
function npmStart(folder: string, args: readonly string[], environment: Environment = {}) {
  const child = spawn('npm', ['start', '--', ...args], {
    cwd: folder,
    detached: true,
    // Not the test runner's own: its children would take themselves for test files.
    env: { ...process.env, NODE_TEST_CONTEXT: '', LANG: 'C.UTF-8', ...environment },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }))
  })
  return { pid: child.pid ?? 0, ended, said: () => stdout + stderr }
}

/** The processes that belong to a start in this folder: named after it in arguments, or working in it. */
function processesOf(folder: string): string[] {
  const belongs = ({ pid }: ProcessRow) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return line.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
    } catch {
      // Ended meanwhile.
      return false
    }
  }
  return readProcesses()
    .filter(belongs)
    .map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
}

const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')

describe('npm start', () => {
  const cleanup = suiteCleanup()
  let copy: string

  before(() => {
    copy = join(tempDir(cleanup, 'start'), 'checkout')
    const files = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
    const listed = execFileSync('git', files, { cwd: checkoutFolder() })
      .toString()
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(checkoutFolder(), path)))
    execFileSync('mkdir', ['-p', copy])
    const tar = execFileSync('tar', ['-c', '--null', '-T', '-'], {
      cwd: checkoutFolder(),
      input: listed.join('\0'),
      maxBuffer: 512 * 1024 * 1024,
    })
    execFileSync('tar', ['-x', '-C', copy], { input: tar })
  })
  after(() => cleanup.run())

  test('--once ends with the proof of a visible window as one line of JSON', async () => {
    const { exitCode, stdout, stderr } = await npmStart(copy, ['--once']).ended
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`)
    const summary = lastLine(stdout)
    assert.equal(summary.visible, true)
    assert.match(summary.hubUrl, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.match(summary.deviceId, /^dev-/)
    assert.match(summary.launchId, /^lau-/)
    assert.ok(summary.seconds.total > 0)
    const picture = readPng(readFileSync(summary.screenshot))
    assert.ok(picture.colours > 1000, `only ${picture.colours} colours on the screen`)
    assert.equal(statSync(join(copy, '.bongsu/admin-token')).mode & 0o777, 0o600)
    assert.deepEqual(processesOf(copy), [])
  })

  test('a second start continues with the same device, and Ctrl-C ends what it began and nothing else', async () => {
    const engine = await machineEngine()
    const bystander = await startXServer(cleanup)
    const before = new Set(readProcesses().map(({ pid }) => pid))
    const start = npmStart(copy, [])
    await waitFor(() => /Ctrl-C/.test(start.said()), { what: 'the closing words', timeoutMs: 240_000 })
    const launchId = /lau-[a-z2-7]{16}/.exec(start.said())?.[0] ?? ''
    const label = { label: [`bongsu.dev/launch=${launchId}`] }
    const launched = await engine.listContainers({ filters: JSON.stringify(label) })
    assert.equal(launched.length, 1)
    assert.ok(processesOf(copy).length >= 4, processesOf(copy).join('\n'))

    // As a terminal does: the whole foreground group.
    process.kill(-start.pid, 'SIGINT')
    // npm passes the signal on, waits, and then ends by it itself.
    const { exitCode, signal } = await start.ended
    assert.ok(exitCode === 0 || signal === 'SIGINT', `${exitCode} ${signal}: ${start.said()}`)
    await waitFor(() => processesOf(copy).length === 0, { what: 'nothing of the start is left' })
    const containers = await engine.listContainers({ filters: JSON.stringify(label) })
    assert.deepEqual(containers, [])
    assert.ok(before.has(bystander.pid))
    assert.ok(
      readProcesses().some(({ pid }) => pid === bystander.pid),
      'another X server was ended',
    )
  })

  test('SIGTERM to npm alone ends all of it too', async () => {
    const start = npmStart(copy, [])
    await waitFor(() => /Ctrl-C/.test(start.said()), { what: 'the closing words', timeoutMs: 240_000 })
    process.kill(start.pid, 'SIGTERM')
    await start.ended
    await waitFor(() => processesOf(copy).length === 0, { what: 'nothing of the start is left' })
  })

  test('a trial that cannot build its package says what failed and what to do, and ends non-zero', async () => {
    const broken = join(copy, 'examples/person-detector/Dockerfile')
    const text = readFileSync(broken, 'utf8')
    execFileSync('sh', ['-c', 'printf "FROM nowhere/no-such-image:0\\n" > "$0"', broken])
    const { exitCode, stdout } = await npmStart(copy, ['--once']).ended
    execFileSync('sh', ['-c', 'cat > "$0"', broken], { input: text })
    assert.notEqual(exitCode, 0)
    const summary = lastLine(stdout)
    assert.equal(summary.visible, false)
    assert.equal(summary.error.code, 'TRIAL_SAMPLE_IMAGE_FAILED')
    assert.ok(summary.error.message.length > 10)
    assert.ok(summary.error.remedy.length > 10)
    assert.deepEqual(processesOf(copy), [])
  })
})
