// Image archives for upload tests: a plain ustar writer (POSIX.1-1988) and what `docker save` puts into one.
import { createHash } from 'node:crypto'

export interface TarEntry {
  readonly name: string
  readonly content?: Buffer
  /** '0' file, '1' hard link, '2' symbolic link, '5' folder. */
  readonly type?: '0' | '1' | '2' | '5'
  readonly linkName?: string
}

const BLOCK = 512

function header({ name, content = Buffer.alloc(0), type = '0', linkName = '' }: TarEntry): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name.slice(0, 100), 0)
  block.write('0000644\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  block.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write(type, 156)
  block.write(linkName, 157)
  block.write('ustar\0', 257)
  block.write('00', 263)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

export function tar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = entry.content ?? Buffer.alloc(0)
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)
    return [header(entry), content, padding]
  })
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])
}

export const sha256 = (content: Buffer): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`

export interface ImageOptions {
  readonly architecture?: string
  /** Makes images differ. */
  readonly seed?: string
  readonly layers?: readonly Buffer[]
}

/** A layer of one file. */
export const layerOf = (text: string): Buffer => tar([{ name: 'etc/text', content: Buffer.from(text) }])

/** The entries of an image archive, manifest last as some writers put it. */
export function imageEntries({ architecture = 'amd64', seed = 'a', layers }: ImageOptions = {}): TarEntry[] {
  const contents = layers ?? [layerOf(`one ${seed}`), layerOf(`two ${seed}`)]
  const rootfs = { type: 'layers', diff_ids: contents.map(sha256) }
  const config = Buffer.from(
    JSON.stringify({ architecture, os: 'linux', config: { Cmd: ['/program'], Labels: { seed } }, rootfs }),
  )
  const configName = `${sha256(config).slice(7)}.json`
  const layerNames = contents.map((content) => `${sha256(content).slice(7)}/layer.tar`)
  const manifest = [{ Config: configName, RepoTags: ['예제:1'], Layers: layerNames }]
  return [
    ...contents.map((content, index) => ({ name: layerNames[index] ?? '', content })),
    { name: configName, content: config },
    { name: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) },
  ]
}

export const image = (options?: ImageOptions): Buffer => tar(imageEntries(options))

export const imageIdOf = (entries: readonly TarEntry[]): string => {
  const config = entries.find(({ name }) => /^[0-9a-f]{64}\.json$/.test(name))
  return sha256(config?.content ?? Buffer.alloc(0))
}
