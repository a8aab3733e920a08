// The hub as a process: what it says when it cannot start, the TLS it makes for itself, and an end that is clean.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { checkoutFolder } from '@bongsu/trial'
import { startDatabase } from '../../infra/database.ts'
import { freePort } from '../../infra/free-port.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startStandaloneMongod } from './standalone-mongod.ts'

interface HubProcess {
  readonly output: () => string
  /** Exit code, once it has ended. */
  readonly ended: Promise<number | null>
  stop(signal?: NodeJS.Signals): void
}

function startHub(cleanup: Cleanup, environment: Readonly<Record<string, string>>): HubProcess {
  const child = spawn(process.execPath, [join(checkoutFolder(), 'packages/hub/src/main.ts')], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  cleanup.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { output: () => output, ended, stop: (signal = 'SIGTERM') => void child.kill(signal) }
}

describe('hub process', () => {
  test('refuses a setting by name, in both languages', async (t) => {
    const hub = startHub(t, { MONGODB_URI: 'mongodb://x', BONGSU_HUB_TLS: 'off', BONGSU_HUB_HOST: '0.0.0.0' })
    assert.equal(await hub.ended, 1)
    assert.match(hub.output(), /HUB_CONFIG_INVALID/)
    assert.match(hub.output(), /BONGSU_HUB_TLS cannot be off while the hub listens on 0\.0\.0\.0/)
    assert.match(hub.output(), /설정 BONGSU_HUB_TLS/)
  })

  test('refuses a MongoDB that stands alone, with the command that cures it', async (t) => {
    const hub = startHub(t, {
      MONGODB_URI: await startStandaloneMongod(t),
      BONGSU_HUB_DATA_DIR: tempDir(t, 'hub'),
      BONGSU_HUB_TLS: 'off',
      BONGSU_HUB_PORT: '0',
    })
    assert.equal(await hub.ended, 1)
    assert.match(hub.output(), /HUB_DATABASE_STANDALONE/)
    assert.match(hub.output(), /rs\.initiate\(\)/)
  })

  test('makes its own TLS, tells readiness, refuses a taken port, and ends cleanly on SIGTERM', async (t) => {
    const database = await startDatabase(t)
    const dataDir = tempDir(t, 'hub')
    const port = await freePort()
    const environment = {
      MONGODB_URI: database.uri,
      BONGSU_HUB_DATA_DIR: dataDir,
      BONGSU_HUB_PORT: String(port),
      BONGSU_HUB_TLS: 'auto',
    }
    const hub = startHub(t, environment)
    const ask = (path: string, ca?: string) =>
      new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        const trust = ca === undefined ? { rejectUnauthorized: false } : { ca }
        request({ host: '127.0.0.1', port, path, agent: false, ...trust }, (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk
          })
          response.once('end', () => resolve({ status: response.statusCode, text }))
        })
          .once('error', reject)
          .end()
      })
    await waitFor(async () => (await ask('/readyz')).status === 200, { what: 'the hub is ready' })
    const { text: authority } = await ask('/authority.pem')
    assert.equal((await ask('/livez', authority)).status, 200)
    const second = startHub(t, { ...environment, BONGSU_HUB_DATA_DIR: tempDir(t, 'hub') })
    assert.equal(await second.ended, 1)
    assert.match(second.output(), /BONGSU_HUB_PORT/)
    hub.stop()
    assert.equal(await hub.ended, 0, hub.output())
    assert.ok(existsSync(join(dataDir, 'admin-token')))
    assert.ok(!hub.output().includes('bat1.'), 'no token is written to the log')
  })
})
