// The sample AI package as the trial deploys it: its manifest read and checked, its image found in the local engine.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LaunchProfile, normaliseText, PackageRegistration } from '@bongsu/protocol'
import { parse } from 'smol-toml'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { EngineApi } from '../setup/engine-api.ts'
import { TrialError } from '../trial-error.ts'
import type { SamplePackage } from './sample-deployment.ts'

const Manifest = Type.Object({
  package: Type.Object({
    id: PackageRegistration.properties.id,
    koreanName: PackageRegistration.properties.koreanName,
    fileName: PackageRegistration.properties.fileName,
    copyrightHolder: PackageRegistration.properties.copyrightHolder,
    description: Type.Object({ ko: Type.String(), en: Type.String() }),
  }),
  profile: LaunchProfile,
})

/**
 * Reads `bongsu.toml` of an example and finds its built image.
 * @throws TrialError TRIAL_SAMPLE_IMAGE_FAILED when the manifest is wrong or the image is gone
 */
export async function loadSamplePackage(
  example: string,
  imageReference: string,
  engine: EngineApi,
): Promise<SamplePackage> {
  const manifest = readManifest(join(example, 'bongsu.toml'))
  const imageId = await engine.imageId(imageReference)
  if (imageId === undefined) throw wrong(`${imageReference} is not in the engine`)
  const { id, koreanName, fileName, copyrightHolder, description } = manifest.package
  return {
    registration: { id, koreanName, fileName, copyrightHolder, description: description.ko },
    profile: manifest.profile,
    imageId,
    openArchive: () => engine.saveImage(imageReference),
  }
}

function readManifest(path: string): Type.Static<typeof Manifest> {
  const validator = Compile(Manifest)
  const content: unknown = normaliseText(parse(readFileSync(path, 'utf8')))
  if (validator.Check(content)) return content
  const [fault] = validator.Errors(content)
  throw wrong(`${path}: ${fault?.instancePath ?? ''} ${fault?.message ?? ''}`)
}

const wrong = (problem: string) =>
  new TrialError(
    'TRIAL_SAMPLE_IMAGE_FAILED',
    { ko: `예제 패키지를 쓸 수 없습니다: ${problem}`, en: `The sample package cannot be used: ${problem}` },
    { ko: 'npm start 를 다시 실행하세요.', en: 'Run npm start again.' },
  )
