// An image with a static busybox and nothing else, made by hand: small to load, and unique per run, so that an engine
// cannot have it already.
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ContainerProfile, ImageReference } from '@bongsu/protocol'
import type Docker from 'dockerode'
import { requireProgram } from '../../infra/programs.ts'
import type { Cleanup } from '../../infra/temp-dir.ts'
import { tarOf } from '../../support/image-archive.ts'

export interface BusyboxImage {
  readonly imageId: string
  readonly archive: Buffer
  readonly reference: ImageReference
}

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** The archive; `cleanup` removes the image from the engine if it has got there. */
export function busyboxImage(cleanup: Cleanup, docker: Docker): BusyboxImage {
  const busybox = readFileSync(requireProgram('busybox', 'busybox-static'))
  const layer = tarOf([{ name: 'bin/busybox', content: busybox, mode: 0o755 }])
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Env: ['PATH=/bin'], Labels: { 'bongsu.dev/test': randomUUID() } },
      rootfs: { type: 'layers', diff_ids: [`sha256:${digestOf(layer)}`] },
      history: [{ created_by: 'test' }],
    }),
  )
  const configName = `${digestOf(config)}.json`
  const manifest = Buffer.from(JSON.stringify([{ Config: configName, Layers: ['layer/layer.tar'] }]))
  const archive = tarOf([
    { name: 'layer/layer.tar', content: layer },
    { name: configName, content: config },
    { name: 'manifest.json', content: manifest },
  ])
  const imageId = `sha256:${digestOf(config)}`
  cleanup.after(async () => {
    const images = await docker.listImages({ all: true })
    if (images.some(({ Id }) => Id === imageId)) await docker.getImage(imageId).remove({ force: true })
  })
  return {
    imageId,
    archive,
    reference: {
      imageId,
      downloadBytes: archive.length,
      unpackedBytes: busybox.length,
    },
  }
}

/** A container that runs a line of shell. */
export const shell = (line: string): Pick<ContainerProfile, 'entrypoint' | 'command'> => ({
  entrypoint: ['/bin/busybox', 'sh', '-c'],
  command: [line],
})
