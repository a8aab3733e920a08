// One look into an image: the files behind its commands, then what its shell tells. Whatever was known before is kept.
import { effectiveCommand, type ImageConfiguration, type LaunchProfile } from '@bongsu/protocol'
import type { ImageInspector } from '../runtime/image-inspector.ts'
import type { ContentRecord } from './content-store.ts'
import { CONTENT_SCRIPT, parseContent } from './image-content.ts'
import { findProgram, type ProgramFile, type ProgramQuestion } from './program-file.ts'

/** As the specification of the checks says: longer, and what is told by then has to do. */
const SCRIPT_MS = 5000
/** A first line and an ELF header. */
const HEAD_BYTES = 512

export const questionKey = (question: ProgramQuestion): string => JSON.stringify(Object.values(question))

/** What would be executed in each container, as far as it lies in the image. Pure. */
export function programQuestions(image: ImageConfiguration, launch: LaunchProfile): ProgramQuestion[] {
  return launch.containers.flatMap((profile) => {
    const [program] = effectiveCommand({ image, profile, launch })
    if (!program || program.startsWith('-')) return []
    const workingDirectory = profile.workingDirectory || image.workingDirectory || '/'
    const path = image.environment?.find((entry) => entry.startsWith('PATH='))?.slice(5)
    const isInVolume = profile.volumes?.some((volume) => program.startsWith(volume.path))
    return isInVolume
      ? []
      : [{ program, workingDirectory, searchPath: profile.environment?.PATH ?? path ?? '' }]
  })
}

export interface Look {
  readonly imageId: string
  readonly questions: readonly ProgramQuestion[]
  readonly known: ContentRecord | undefined
}

/** Whether a look would tell anything new. */
export const isAnswered = ({ known, questions }: Look): boolean =>
  known !== undefined && questions.every((question) => questionKey(question) in known.programs)

/** Undefined when there is no such image. @throws CodedError of the engine */
export function lookInto(
  inspector: ImageInspector,
  { imageId, questions, known }: Look,
  signal: AbortSignal,
): Promise<ContentRecord | undefined> {
  return inspector.open(
    { imageId, script: CONTENT_SCRIPT },
    async (image) => {
      const programs: Record<string, ProgramFile> = { ...known?.programs }
      for (const question of questions) {
        const read = (path: string) => image.file(path, { headBytes: HEAD_BYTES }, signal)
        programs[questionKey(question)] ??= await findProgram(question, read)
      }
      const run = known ? undefined : await image.run({ timeoutMs: SCRIPT_MS }, signal)
      const content = run ? parseContent(run.output) : known?.content
      return { version: 1, ...(content && { content }), programs } as const
    },
    signal,
  )
}
