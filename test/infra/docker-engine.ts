// Docker engines for tests: the machine's own for whatever leaves it as it was, a private one for what breaks engines.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngineApi, MACHINE_ENGINE_SOCKET, type Processes, type RunningChild } from '@bongsu/trial'
import Docker from 'dockerode'
import { testProcesses } from './children.ts'
import { requireProgram } from './programs.ts'
import { type Cleanup, tempDir } from './temp-dir.ts'

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
  /** SIGTERM: ends its containers as a reboot would. */
  stop(): Promise<void>
  /** SIGKILL: containers keep running without it. */
  kill(): Promise<void>
  /** Starts it again on the same data. */
  start(): Promise<void>
}

/**
 * A dockerd with data root, exec root and sockets of its own. It has no bridge and leaves the machine's packet filter
 * alone, so its containers can have network `none` or `host` only.
 */
export async function startPrivateEngine(cleanup: Cleanup): Promise<PrivateEngine> {
  const dockerd = requireProgram('dockerd', 'docker.io')
  if (process.getuid?.() !== 0) throw new Error('a private dockerd needs root: sudo npm test')
  // Short, since containerd puts sockets below it and a socket path ends at 107 bytes.
  const folder = tempDir(cleanup, 'engine')
  const processes = testProcesses(cleanup, 'engine-logs')
  const socketPath = join(folder, 'docker.sock')
  const api = new EngineApi(socketPath)
  let child = await launch({ dockerd, folder, socketPath, processes, api })
  return {
    socketPath,
    api,
    folder,
    docker: new Docker({ socketPath }),
    stop: () => child.stop(),
    kill: () => child.kill(),
    async start() {
      child = await launch({ dockerd, folder, socketPath, processes, api })
    },
  }
}

interface Launch {
  readonly dockerd: string
  readonly folder: string
  readonly socketPath: string
  readonly processes: Processes
  readonly api: EngineApi
}

function launch({ dockerd, folder, socketPath, processes, api }: Launch): Promise<RunningChild> {
  mkdirSync(folder, { recursive: true })
  // A file of its own, or /etc/docker/daemon.json of the machine would be read.
  const config = join(folder, 'daemon.json')
  writeFileSync(config, '{}')
  return processes.start({
    name: 'dockerd',
    argv: [
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
    ],
    ready: async () => (await api.ping()) === 'ready',
    readyTimeoutMs: 60_000,
    stopGraceMs: 30_000,
  })
}
