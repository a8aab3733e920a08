// Images for tests made of one layer on a base image of this machine. The same input has the same name, so that a
// second run finds what the first one built.
import { createHash } from 'node:crypto'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngineApi, hasImage, localBaseImageName, runCommand } from '@bongsu/trial'
import { makeDir, removeDir } from './temp-dir.ts'

export interface LayeredImage {
  /** Part of its name: `bongsu/test-<name>`. */
  readonly name: string
  readonly base: { readonly kind: 'x11' | 'gui' } | { readonly reference: string }
  /** What follows `FROM` in the Dockerfile. */
  readonly instructions: readonly string[]
  /** Files that the instructions copy: name in the build context to content. */
  readonly files?: Readonly<Record<string, string>>
  /** Folders of this machine copied into the build context under a name; their names must tell their content. */
  readonly folders?: Readonly<Record<string, string>>
}

const underWay = new Map<string, Promise<string>>()

/** Builds it if the engine lacks it. @returns its reference */
export async function ensureLayeredImage(image: LayeredImage): Promise<string> {
  const base =
    'kind' in image.base ? (await localBaseImageName(image.base.kind)).reference : image.base.reference
  const dockerfile = [`FROM ${base}`, ...image.instructions, ''].join('\n')
  const inputs = JSON.stringify([dockerfile, image.files ?? {}, image.folders ?? {}])
  const hash = createHash('sha256').update(inputs).digest('hex').slice(0, 12)
  const reference = `bongsu/test-${image.name}:${hash}`
  if (await hasImage(new EngineApi(), reference)) return reference
  const building = underWay.get(reference) ?? build(reference, dockerfile, image)
  underWay.set(reference, building)
  return building
}

async function build(reference: string, dockerfile: string, image: LayeredImage): Promise<string> {
  const context = makeDir('image')
  try {
    writeFileSync(join(context, 'Dockerfile'), dockerfile)
    for (const [name, content] of Object.entries(image.files ?? {}))
      writeFileSync(join(context, name), content)
    for (const [name, folder] of Object.entries(image.folders ?? {})) {
      cpSync(folder, join(context, name), { recursive: true })
    }
    // The host's network: a container of its own may not reach the package mirror that this machine uses.
    await runCommand(['docker', 'build', '--quiet', '--network', 'host', '--tag', reference, context])
    return reference
  } finally {
    removeDir(context)
  }
}
