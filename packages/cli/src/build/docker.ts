// The caller's Docker, by its own command line: whatever context, remote engine or rights it is set up with hold here too.
import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { outputOf, runProgram, toolFailed } from './run-program.ts'

export type OnLine = (line: string) => void

export interface DockerBuild {
  readonly context: string
  readonly tag: string
  readonly target?: string | undefined
  /** `host`: Debian's packages come from where the machine gets its own; `none` proves that nothing else comes. */
  readonly network: 'host' | 'none'
  readonly arguments: Readonly<Record<string, string>>
  readonly onLine: OnLine
}

/** The classic builder: it is in every engine, and keeps time stamps of what it copies. */
const ENVIRONMENT = { DOCKER_BUILDKIT: '0' }

/** @throws CodedError CLI_TOOL_MISSING, CLI_TOOL_FAILED */
export async function buildImage({
  context,
  tag,
  target,
  network,
  onLine,
  ...build
}: DockerBuild): Promise<void> {
  const given = Object.entries(build.arguments).flatMap(([name, value]) => [
    '--build-arg',
    `${name}=${value}`,
  ])
  const staged = target === undefined ? [] : ['--target', target]
  await outputOf({
    argv: ['docker', 'build', '--force-rm', '--network', network, ...staged, ...given, '-t', tag, context],
    environment: ENVIRONMENT,
    onLine,
  })
}

export interface ImageFacts {
  readonly id: string
  readonly architecture: string
  readonly bytes: number
}

/** Undefined when the engine does not have it. @throws CodedError CLI_TOOL_MISSING, CLI_TOOL_FAILED */
export async function findImage(reference: string): Promise<ImageFacts | undefined> {
  const argv = [
    'docker',
    'image',
    'inspect',
    '--format',
    '{{.Id}} {{.Architecture}} {{.Size}}',
    reference,
  ] as const
  const { exitCode, stdout, stderr } = await runProgram({ argv })
  if (exitCode !== 0 && /no such image/i.test(stderr)) return undefined
  const [id = '', architecture = '', bytes = '0'] = (exitCode === 0 ? stdout : await outputOf({ argv }))
    .trim()
    .split(' ')
  return { id, architecture, bytes: Number(bytes) }
}

/** Whether it could be had. @throws CodedError CLI_TOOL_MISSING */
export async function pullImage(reference: string, onLine: OnLine): Promise<boolean> {
  return (await runProgram({ argv: ['docker', 'pull', reference], onLine })).exitCode === 0
}

/** Takes a name away that was only needed on the way. Its layers stay, for they are those of what was built on it. */
export const forgetImage = async (reference: string): Promise<void> =>
  void (await runProgram({ argv: ['docker', 'rmi', '--no-prune', reference] }))

/** Runs a command in the image without network, as root, and gives back what it prints. */
export const askImage = (reference: string, command: readonly string[]): Promise<string> =>
  outputOf({
    argv: [
      'docker',
      'run',
      '--rm',
      '--network',
      'none',
      '--user',
      '0:0',
      '--entrypoint',
      command[0] ?? '',
      reference,
      ...command.slice(1),
    ],
  })

/** The image as `docker save` writes it; fails with what Docker says. */
export function saveImage(reference: string): Readable {
  const argv = ['docker', 'save', reference]
  async function* bytes(): AsyncGenerator<Buffer> {
    const child = spawn('docker', argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const ended = new Promise<number>((resolve, reject) => {
      child.once('error', reject).once('close', (code) => resolve(code ?? -1))
    })
    ended.catch(() => undefined)
    try {
      yield* child.stdout as AsyncIterable<Buffer>
      if ((await ended) !== 0) throw toolFailed(argv, said)
    } finally {
      child.kill()
    }
  }
  return Readable.from(bytes(), { objectMode: false })
}
