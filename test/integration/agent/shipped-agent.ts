// The agent as it ships, in a folder that holds nothing else, and its configuration for one test.
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildSpec } from '@bongsu/trial'
import { bundleAgent } from '../../../packages/agent/bundle.ts'
import { freePort } from '../../infra/free-port.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { ABSENT_DISPLAY } from '../../infra/x-server.ts'

export interface Shipped {
  readonly program: string
  /** What esbuild says of its inputs and outputs. */
  readonly metafile: Awaited<ReturnType<typeof bundleAgent>>
}

export async function shipAgent(cleanup: Cleanup): Promise<Shipped> {
  const folder = tempDir(cleanup, 'shipped')
  const metafile = await bundleAgent(join(folder, 'agent'))
  return { program: join(folder, 'agent', 'main.cjs'), metafile }
}

export interface ShippedDevice {
  readonly configPath: string
  readonly localApi: string
  readonly spec: ChildSpec
  status(): Promise<{ deviceId?: string; session: string; acceptedGeneration: number; launches: unknown[] }>
}

/** A device without display and engine, whose agent talks to this hub. */
export async function shippedDevice(
  cleanup: Cleanup,
  { program, hubPort, joinToken }: { program: string; hubPort: number; joinToken: string },
): Promise<ShippedDevice> {
  const folder = tempDir(cleanup, 'device')
  const port = await freePort()
  const configPath = join(folder, 'agent.toml')
  mkdirSync(folder, { recursive: true })
  const config = `
    [hub]
    url = "http://127.0.0.1:${hubPort}"
    join_token = "${joinToken}"
    [paths]
    state_dir = "${join(folder, 'state')}"
    run_dir = "${join(folder, 'run')}"
    [local_api]
    port = ${port}
    [docker]
    socket = "${join(folder, 'no-engine.sock')}"
    [display]
    number = ${ABSENT_DISPLAY}`
  writeFileSync(configPath, config, { mode: 0o600 })
  const localApi = `http://127.0.0.1:${port}`
  const ready = async () => (await fetch(`${localApi}/livez`).catch(() => undefined))?.status === 200
  return {
    configPath,
    localApi,
    spec: { name: 'agent', argv: [process.execPath, program, '--config', configPath], ready },
    status: async () => (await (await fetch(`${localApi}/v1/status`)).json()) as never,
  }
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of Node to its end, in an environment of nothing but these variables. */
export const runToEnd = (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, args, { env: environment, cwd: '/' }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
