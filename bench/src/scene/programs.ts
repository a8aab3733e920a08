// The bundles that are measured, made anew, and their processes. Nothing here keeps anything outside its own folder.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundleAgent } from '../../../packages/agent/bundle.ts'
import type { HubEndpoint } from './hub-endpoint.ts'

export interface Programs {
  readonly agent: string
  readonly minimalAgent: string
  readonly loadedNode: string
  readonly folder: string
  remove(): void
}

/** The agent as it ships, and the floors bundled and minified alike. */
export async function bundlePrograms(): Promise<Programs> {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-bench-'))
  await bundleAgent(join(folder, 'agent'))
  const floors = join(import.meta.dirname, '..', 'floors')
  await build({
    entryPoints: [join(floors, 'minimal-agent.ts'), join(floors, 'loaded-node.ts')],
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node26',
    minify: true,
    logLevel: 'warning',
  })
  return {
    folder,
    agent: join(folder, 'agent', 'main.cjs'),
    minimalAgent: join(folder, 'minimal-agent.cjs'),
    loadedNode: join(folder, 'loaded-node.cjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Writes the configuration of a device of its own below `folder`; gives back its path. */
export function writeAgentConfig(folder: string, hub: HubEndpoint, port: number): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'agent.toml')
  const lines = [
    '[hub]',
    `url = "${hub.url}"`,
    `join_token = "${hub.joinToken}"`,
    '[paths]',
    `state_dir = "${join(folder, 'state')}"`,
    `run_dir = "${join(folder, 'run')}"`,
    '[local_api]',
    `port = ${port}`,
    '[display]',
    'number = 999',
    '[log]',
    'level = "warn"',
    '[trial]',
    'end_launches_on_exit = true',
  ]
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

/** Starts a program with this Node, in the environment that the agent's unit gives (deploy/systemd). Its stderr is shown. */
export const startProgram = (program: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, MALLOC_ARENA_MAX: '1' },
  })

/** Ends it politely and waits. */
export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** Resident memory of a process in MB (10^6 bytes), as the kernel counts it. Source: proc(5), VmRSS. */
export function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kilobytes === undefined) throw new Error(`process ${pid} has no memory`)
  return (Number(kilobytes) * 1024) / 1e6
}
