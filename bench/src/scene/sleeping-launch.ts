// What measured agents launch: a container that does nothing, at no cost of its own.
import { join } from 'node:path'
import { type DesiredLaunch, newId } from '@bongsu/protocol'
import { EngineApi, hasImage, localBaseImageName, makeBaseImage, trialPaths } from '@bongsu/trial'

/** A launch that sleeps on the small base image, which the engine has already: nothing is downloaded. */
export async function sleepingLaunch(): Promise<DesiredLaunch> {
  const engine = new EngineApi()
  const name = await localBaseImageName('x11')
  if (!(await hasImage(engine, name.reference))) {
    const paths = trialPaths(join(import.meta.dirname, '..', '..', '..'), process.env)
    const options = {
      kind: 'x11',
      engine,
      isRoot: process.getuid?.() === 0,
      logPath: join(paths.logs, 'bench.log'),
      tarCache: join(paths.cache, 'base-images'),
    } as const
    await makeBaseImage(options, { progress: () => undefined })
  }
  const imageId = await engine.imageId(name.reference)
  if (imageId === undefined) throw new Error(`${name.reference} was made and is not there`)
  return {
    launchId: newId('lau'),
    deploymentId: newId('dep'),
    packageId: 'bench-sleep',
    version: '1',
    image: { imageId, downloadBytes: 0 },
    profile: {
      containers: [{ name: 'main', entrypoint: ['sleep'], command: ['infinity'], runAs: 'image' }],
      stopGraceSeconds: 0,
    },
  }
}
