// The small image that tests launch: a few X clients and Python, from this machine's own distribution.
import { join } from 'node:path'
import {
  checkoutFolder,
  EngineApi,
  hasImage,
  localBaseImageName,
  localSampleImage,
  makeBaseImage,
  trialPaths,
} from '@bongsu/trial'

const SILENT = { progress: () => undefined }

/**
 * Reference of the image with xdpyinfo, xwininfo, xclock, xeyes, xlogo, xauth and python3, given to `engine` if it
 * lacks it. A second or two from the tar cache; about a minute the very first time on a machine.
 */
export async function ensureX11Image(engine: EngineApi = new EngineApi()): Promise<string> {
  const { reference } = await localBaseImageName('x11')
  if (await hasImage(engine, reference)) return reference
  const paths = trialPaths(checkoutFolder(), process.env)
  const options = {
    kind: 'x11',
    engine,
    isRoot: process.getuid?.() === 0,
    logPath: join(paths.logs, 'test-setup.log'),
    tarCache: join(paths.cache, 'base-images'),
  } as const
  await makeBaseImage(options, SILENT)
  return reference
}

/** Reference of the sample AI package's image. Throws with the hint when the set-up has not made it. */
export async function sampleImage(engine: EngineApi = new EngineApi()): Promise<string> {
  const reference = await localSampleImage(join(checkoutFolder(), 'examples', 'person-detector'))
  if (await hasImage(engine, reference)) return reference
  throw new Error(`${reference} is missing: npm test builds it, and so does npm start`)
}
