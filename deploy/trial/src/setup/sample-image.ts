// Set-up step: the image of the sample AI package, built by the local engine from the base image. The video it
// watches comes out of the distribution's opencv-doc. What the sample is and shows: examples/person-detector.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeCommand, runCommand } from '../command.ts'
import type { Report } from '../report.ts'
import { TrialError } from '../trial-error.ts'
import { hasImage, localBaseImageName } from './base-image.ts'
import type { EngineApi } from './engine-api.ts'
import type { Step } from './step.ts'

export interface SampleImageOptions {
  readonly engine: EngineApi
  /** `examples/person-detector` of the checkout. */
  readonly example: string
  /** Keeps the video between builds. */
  readonly videoCache: string
  readonly isRoot: boolean
  readonly logPath: string
}

/** Surveillance clip of pedestrians, 768x576, 80 s, that OpenCV's own samples use. */
const VIDEO = { file: 'vtest.avi', package: 'opencv-doc' } as const

/** What of the folder goes into the image; anything else (notes, caches) must not change its name. */
const CONTEXT_FILES = ['Dockerfile', 'bongsu.toml', 'main.py'] as const

/** The image's name: the same sources on the same base have the same name. */
export function sampleImageReference(files: ReadonlyMap<string, Buffer>, baseReference: string): string {
  const hash = createHash('sha256').update(baseReference)
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`\0${name}\0${content.length}\0`).update(content)
  }
  return `bongsu/person-detector:${hash.digest('hex').slice(0, 12)}`
}

/** The name this machine's sample image has. */
export async function localSampleImage(example: string): Promise<string> {
  const files = new Map(CONTEXT_FILES.map((name) => [name, readFileSync(join(example, name))]))
  return sampleImageReference(files, (await localBaseImageName('gui')).reference)
}

export function sampleImageStep(options: SampleImageOptions): Step {
  const { engine, example } = options
  return {
    name: { ko: '예제 AI 패키지 이미지', en: 'Image of the sample AI package' },
    async check() {
      const reference = await localSampleImage(example)
      return (await hasImage(engine, reference))
        ? { state: 'done', detail: { ko: `${reference} 이미 있음`, en: `${reference} is there` } }
        : { state: 'missing', detail: { ko: `${reference} 만드는 중`, en: `building ${reference}` } }
    },
    async run(report) {
      const reference = await buildSample(options, report)
      return { ko: `${reference} 만듦`, en: `built ${reference}` }
    },
    manualCommands: () => [],
  }
}

async function buildSample(options: SampleImageOptions, report: Report): Promise<string> {
  const { engine, example, videoCache, logPath } = options
  try {
    const tag = await localSampleImage(example)
    const base = await localBaseImageName('gui')
    if (!existsSync(join(videoCache, VIDEO.file))) await fetchVideo(options, report)
    const context = ['tar', '-c', '-C', example, ...CONTEXT_FILES, '-C', videoCache, VIDEO.file]
    const onLine = (line: string) => report.progress({ ko: line, en: line })
    const build = { tag, buildArguments: { BASE: base.reference }, onLine }
    await pipeCommand(context, (tar) => engine.buildImage(tar, build), { logPath })
    return tag
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n').at(-1) ?? ''
    throw new TrialError(
      'TRIAL_SAMPLE_IMAGE_FAILED',
      {
        ko: `예제 이미지를 만들지 못했습니다: ${reason}`,
        en: `The sample image could not be built: ${reason}`,
      },
      {
        ko: `apt 저장소 연결과 디스크 여유 공간을 확인하세요. 기록: ${logPath}`,
        en: `Check that the apt mirror is reachable and that the disk has room. Log: ${logPath}`,
      },
      { cause: error },
    )
  }
}

/** Takes one file out of a 95 MB package without installing it. */
async function fetchVideo(
  { videoCache, isRoot, logPath }: SampleImageOptions,
  report: Report,
): Promise<void> {
  report.progress({
    ko: `${VIDEO.package} 에서 ${VIDEO.file} 받는 중`,
    en: `fetching ${VIDEO.file} from ${VIDEO.package}`,
  })
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-video-'))
  // apt fetches as its own user, which must be able to write here.
  chmodSync(folder, 0o755)
  const sandbox = isRoot ? ['-o', 'APT::Sandbox::User=root'] : []
  const download = ['apt-get', ...sandbox, 'download', VIDEO.package]
  try {
    await runCommand(download, { cwd: folder, logPath }).catch(async (error: unknown) => {
      if (!isRoot) throw error
      // A machine whose package lists were never fetched, or are too old to name what the mirror still has.
      await runCommand(['apt-get', 'update'], { logPath })
      await runCommand(download, { cwd: folder, logPath })
    })
    const archive = readdirSync(folder).find((name) => name.endsWith('.deb')) ?? ''
    const script =
      'dpkg-deb --fsys-tarfile "$0" | tar -x --wildcards --no-anchored --transform "s,.*/,," "$1"'
    await runCommand(['sh', '-c', script, archive, VIDEO.file], { cwd: folder, logPath })
    mkdirSync(videoCache, { recursive: true })
    // Into the cache's own file system first, so that the rename is one step.
    const partial = join(videoCache, `${VIDEO.file}.${basename(folder)}`)
    await runCommand(['cp', join(folder, VIDEO.file), partial])
    renameSync(partial, join(videoCache, VIDEO.file))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
