// Image archives for tests: the engine's own of a small X program, and hand-made ones that no engine would write.
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { LaunchProfile } from '@bongsu/protocol'
import { EngineApi, type SamplePackage } from '@bongsu/trial'
import { ensureX11Image } from '../infra/base-image.ts'

interface TarEntry {
  readonly name: string
  readonly content: Buffer
  /** Permission bits, by default 0644. */
  readonly mode?: number
}

/** A ustar archive of regular files (POSIX.1-1988, the fields that readers look at). */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ name, content, mode = 0o644 }) => {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
    header.write('0000000\0', 108)
    header.write('0000000\0', 116)
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0', 136)
    header.write('        0', 148)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** A complete docker-archive of one empty layer for an architecture of choice. */
export function tinyImageArchive(architecture: string): { archive: Buffer; imageId: string } {
  const layer = tarOf([])
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: { Cmd: ['/nothing'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
      history: [{ created_by: 'test' }],
    }),
  )
  const configName = `${sha256(config)}.json`
  const manifest = Buffer.from(
    JSON.stringify([{ Config: configName, RepoTags: ['bongsu/test:tiny'], Layers: ['layer/layer.tar'] }]),
  )
  const archive = tarOf([
    { name: 'layer/layer.tar', content: layer },
    { name: configName, content: config },
    { name: 'manifest.json', content: manifest },
  ])
  return { archive, imageId: `sha256:${sha256(config)}` }
}

/** An AI package whose program is one command line on the small X image. */
export async function xPackage(
  id: string,
  command: readonly string[],
  profile: Omit<LaunchProfile, 'containers'> = { display: { required: true } },
  engine: EngineApi = new EngineApi(),
): Promise<SamplePackage> {
  const base = await ensureX11Image(engine)
  const tag = `bongsu/test-x:${sha256(Buffer.from(JSON.stringify([base, command]))).slice(0, 12)}`
  if ((await engine.imageId(tag)) === undefined) {
    const dockerfile = `ARG BASE\nFROM \${BASE}\nCMD ${JSON.stringify(command)}\n`
    const context = tarOf([{ name: 'Dockerfile', content: Buffer.from(dockerfile) }])
    await engine.buildImage(Readable.from([context]), { tag, buildArguments: { BASE: base } })
  }
  const imageId = await engine.imageId(tag)
  if (imageId === undefined) throw new Error(`${tag} was built and is not there`)
  return {
    registration: {
      id,
      koreanName: '시험 패키지',
      fileName: `${id}.tar`,
      copyrightHolder: 'Bongsu contributors',
    },
    profile: { ...profile, containers: [{ name: 'main' }] },
    imageId,
    openArchive: () => engine.saveImage(tag),
  }
}
