// Docker engines for tests: the machine's own for whatever leaves it as it was, a private one for what breaks engines.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  EngineApi,
  endTree,
  MACHINE_ENGINE_SOCKET,
  type Processes,
  type RunningChild,
  readProcesses,
  runCommand,
} from '@bongsu/trial'
import Docker from 'dockerode'
import { testChildren } from './children.ts'
import { requireProgram } from './programs.ts'
import type { Cleanup } from './temp-dir.ts'
import { waitFor } from './wait-for.ts'

/** The machine's engine. Throws with the start hint when it does not answer. */
export async function machineEngine(): Promise<Docker> {
  requireProgram('dockerd', 'docker.io')
  const answer = await new EngineApi().ping()
  if (answer !== 'ready') {
    throw new Error(
      `the Docker Engine at ${MACHINE_ENGINE_SOCKET} is ${answer}: npm test starts it; by hand: sudo dockerd`,
    )
  }
  return new Docker({ socketPath: MACHINE_ENGINE_SOCKET })
}

export interface PrivateEngine {
  readonly socketPath: string
  readonly docker: Docker
  readonly api: EngineApi
  /** Data, sockets and logs of this engine. */
  readonly folder: string
  /** SIGTERM: ends its containers as a reboot would, unless it was started to leave them running. */
  stop(): Promise<void>
  /** SIGKILL: containers keep running without it. */
  kill(): Promise<void>
  /** Starts it again on the same data. */
  start(): Promise<void>
}

/**
 * A dockerd with data root, exec root and sockets of its own, in a network namespace of its own: one started with
 * `--bridge none` would otherwise delete the machine's docker0. Its containers can have network `none` or `host` only.
 */
export async function startPrivateEngine(
  cleanup: Cleanup,
  options: { readonly containers?: 'end-with-it' | 'outlive-it' } = {},
): Promise<PrivateEngine> {
  const dockerd = requireProgram('dockerd', 'docker.io')
  requireProgram('unshare', 'util-linux')
  if (process.getuid?.() !== 0) throw new Error('a private dockerd needs root: sudo npm test')
  // Its name is short: containerd puts sockets below it, and a socket path ends at 107 bytes.
  const { processes, folder } = testChildren(cleanup, { name: 'engine', afterStop: removeRemains })
  const socketPath = join(folder, 'docker.sock')
  const api = new EngineApi(socketPath)
  const isLiveRestoring = options.containers === 'outlive-it'
  const engine: Launch = { dockerd, folder, socketPath, processes, api, isLiveRestoring }
  let child = await launch(engine)
  return {
    socketPath,
    api,
    folder,
    docker: new Docker({ socketPath }),
    stop: () => child.stop(),
    async kill() {
      await child.kill()
      await forgetContainerd(folder)
    },
    async start() {
      child = await launch(engine)
    },
  }
}

interface Launch {
  readonly dockerd: string
  readonly folder: string
  readonly socketPath: string
  readonly processes: Processes
  readonly api: EngineApi
  readonly isLiveRestoring: boolean
}

function launch({
  dockerd,
  folder,
  socketPath,
  processes,
  api,
  isLiveRestoring,
}: Launch): Promise<RunningChild> {
  // A file of its own, or /etc/docker/daemon.json of the machine would be read.
  const config = join(folder, 'daemon.json')
  writeFileSync(config, '{}')
  return processes.start({
    name: 'dockerd',
    argv: [
      'unshare',
      '--net',
      dockerd,
      ...['--config-file', config, '--host', `unix://${socketPath}`, '--pidfile', join(folder, 'docker.pid')],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...[
        '--bridge',
        'none',
        '--iptables=false',
        '--ip6tables=false',
        '--ip-forward=false',
        '--ip-masq=false',
      ],
      ...['--cgroup-parent', '/bongsu-test'],
      ...(isLiveRestoring ? ['--live-restore'] : []),
    ],
    ready: async () => (await api.ping()) === 'ready',
    readyTimeoutMs: 60_000,
    stopGraceMs: 30_000,
  })
}

/**
 * containerd dies with its dockerd, but stays a zombie where init does not collect orphans at once; the next dockerd
 * takes the pid in this file for a running containerd and waits for it in vain.
 */
async function forgetContainerd(folder: string): Promise<void> {
  const config = `${folder}/exec/containerd/containerd.toml`
  const isRunning = () => readProcesses().some(({ pid }) => commandLineOf(pid).includes(config))
  await waitFor(() => !isRunning(), { what: 'containerd ended with its dockerd', timeoutMs: 10_000 })
  rmSync(`${folder}/exec/containerd/containerd.pid`, { force: true })
}

/** What a killed engine leaves: shims with their containers, and mounts. Only those below its own folder. */
async function removeRemains(folder: string): Promise<void> {
  for (const row of readProcesses()) {
    if (commandLineOf(row.pid).includes(`${folder}/exec/`)) await endTree(row, 1000)
  }
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  for (const mount of mounts.filter((path) => path.startsWith(`${folder}/`)).toReversed()) {
    await runCommand(['umount', '--lazy', mount])
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
