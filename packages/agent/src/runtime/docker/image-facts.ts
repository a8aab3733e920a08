// The engine's answers about itself and an image as facts for the checks before a launch. Pure; what an engine leaves out
// or names otherwise is absent, never a fault.
import type { ImageConfiguration } from '@bongsu/protocol'
import type { EngineTraits } from '../image-inspector.ts'

/** @param info answer of `GET /info` */
export function traitsOf(info: unknown): EngineTraits {
  const given = record(info)
  return {
    version: text(given.ServerVersion) ?? '',
    architecture: architectureOf(text(given.Architecture) ?? ''),
    storageRoot: text(given.DockerRootDir) ?? '/var/lib/docker',
    securityOptions: texts(given.SecurityOptions) ?? [],
    runtimes: Object.keys(record(given.Runtimes)),
  }
}

/** `docker info` has the kernel's name for it, images have the compiler's. */
function architectureOf(machine: string): string {
  const names: Readonly<Record<string, string>> = {
    x86_64: 'amd64',
    aarch64: 'arm64',
    armv7l: 'arm',
    i686: '386',
  }
  return names[machine] ?? machine
}

/** @param config `Config` of `GET /images/{name}/json` */
export function configurationOf(config: unknown): ImageConfiguration {
  const given = record(config)
  const fields = {
    entrypoint: texts(given.Entrypoint),
    command: texts(given.Cmd),
    workingDirectory: text(given.WorkingDir),
    user: text(given.User),
    environment: texts(given.Env),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** What the image runs, and where. @param config as above */
export function wordsOf(config: unknown): string[] {
  const { entrypoint = [], command = [], workingDirectory = '' } = configurationOf(config)
  return [workingDirectory, ...entrypoint, ...command]
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined
