// Images whose programs fail in the ways that the diagnosis knows: real libraries, each with exactly one thing wrong.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkoutFolder, runCommand, trialPaths } from '@bongsu/trial'
import { ensureLayeredImage } from './layered-image.ts'
import { programImage } from './program-image.ts'

const PACKAGES = ['qtwayland5', 'gstreamer1.0-tools', 'vainfo', 'alsa-utils']

/** Everything that needs no defect in the image: what is wrong is how the container is made. */
export async function diagnosisImage(): Promise<string> {
  return ensureLayeredImage({
    name: 'diagnosis',
    base: { reference: await programImage() },
    instructions: [
      'ENV DEBIAN_FRONTEND=noninteractive',
      `RUN apt-get update && apt-get install -y --no-install-recommends ${PACKAGES.join(' ')} && rm -rf /var/lib/apt/lists/*`,
    ],
  })
}

/** The diagnosis image with one thing taken away or broken by a command. */
export async function defectImage(name: string, command: string): Promise<string> {
  return ensureLayeredImage({
    name: `defect-${name}`,
    base: { reference: await diagnosisImage() },
    instructions: [`RUN ${command}`],
  })
}

export interface WheelImage {
  readonly name: string
  readonly wheels: readonly string[]
  /** Debian packages beside Python: what a slim image has by luck. */
  readonly packages: readonly string[]
}

/** A small base with Python wheels of PyPI at /opt/wheels, as somebody has them who never heard of Debian's packages. */
export async function wheelImage({ name, wheels, packages }: WheelImage): Promise<string> {
  return ensureLayeredImage({
    name: `wheels-${name}`,
    base: { kind: 'x11' },
    folders: { wheels: await fetchWheels(name, wheels) },
    instructions: [
      'ENV DEBIAN_FRONTEND=noninteractive',
      `RUN apt-get update && apt-get install -y --no-install-recommends python3 ${packages.join(' ')} && rm -rf /var/lib/apt/lists/*`,
      'COPY wheels /opt/wheels',
      'ENV PYTHONPATH=/opt/wheels',
    ],
  })
}

/** Fetched on this machine: a container may not reach PyPI. The folder's name holds the versions. */
async function fetchWheels(name: string, wheels: readonly string[]): Promise<string> {
  const { cache } = trialPaths(checkoutFolder(), process.env)
  const folder = join(cache, 'test-wheels', `${name}-${wheels.join('-').replace(/[^\w.-]+/g, '-')}`)
  if (existsSync(folder)) return folder
  const partial = `${folder}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  try {
    const where = ['--target', partial, '--no-deps', '--only-binary=:all:', '--disable-pip-version-check']
    await runCommand(['python3', '-m', 'pip', 'install', '--quiet', ...where, ...wheels])
    renameSync(partial, folder)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}
