// Brings what lies in a carried folder into the engine, judged and verified exactly as if it came from the hub; a wish for
// it needs the hub no more. The agent may run meanwhile.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, CodedError, isCodedError, messageOf } from '@bongsu/foundation'
import { createImageIntake, type IntakeProgress } from '../reconciler/image-intake.ts'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import { type CarriedFolder, type CarriedRelease, readCarriedFolder } from './carried-folder.ts'
import { createLayeredImages } from './layered-images.ts'
import { createReleaseAdmission, type ReleaseAdmissionOptions } from './release-admission.ts'

export interface ImportOptions
  extends Pick<ReleaseAdmissionOptions, 'accepted' | 'agentVersion' | 'publishers' | 'unsigned'> {
  /** The folder that was brought. */
  readonly carried: string
  /** What is copied lies here until it is loaded; the import's own, removed afterwards. */
  readonly workFolder: string
  readonly runtime: ContainerRuntime
  readonly clock: Clock
  readonly onEvent: (event: ImportEvent) => void
}

export type ImportEvent =
  | { readonly kind: 'begun'; readonly subject: string }
  | { readonly kind: 'progress'; readonly subject: string; readonly progress: IntakeProgress }
  | { readonly kind: 'done'; readonly subject: string }
  | { readonly kind: 'failed'; readonly subject: string; readonly error: CodedError }

/**
 * One version after the other; one that fails keeps no other from coming.
 * @returns how many there are now, and how many could not be taken
 * @throws CodedError AGENT_FOLDER_EMPTY, AGENT_FOLDER_REFUSED, or what the engine says when it is asked first
 */
export async function importFolder(
  options: ImportOptions,
  signal: AbortSignal,
): Promise<{ readonly done: number; readonly failed: number }> {
  const { carried, workFolder, runtime, onEvent } = options
  const folder = await readCarriedFolder(carried)
  const { architecture } = await runtime.info(signal)
  for (const { path, error } of folder.faults) onEvent({ kind: 'failed', subject: path, error })
  let done = 0
  try {
    // By age, so that none of them counts as older than what has just been seen.
    for (const one of folder.releases.toSorted(byAge)) {
      if (await importOne(one, { ...options, folder, architecture }, signal)) done += 1
    }
  } finally {
    await rm(workFolder, { recursive: true, force: true })
  }
  return { done, failed: folder.faults.length + folder.releases.length - done }
}

const byAge = (a: CarriedRelease, b: CarriedRelease): number =>
  Date.parse(a.release.createdAt) - Date.parse(b.release.createdAt)

async function importOne(
  { release, signed }: CarriedRelease,
  options: ImportOptions & { readonly folder: CarriedFolder; readonly architecture: string },
  signal: AbortSignal,
): Promise<boolean> {
  const { clock, folder, runtime, workFolder, architecture, onEvent } = options
  const { packageId, version, imageId, configurationBytes, layers } = release
  const subject = `${packageId} ${version}`
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
  const image = {
    imageId,
    downloadBytes: configurationBytes + sum(layers.map(({ bytes }) => bytes)),
    unpackedBytes: sum(layers.map(({ unpackedBytes }) => unpackedBytes)),
  }
  const source = createLayeredImages({
    folder: join(workFolder, 'blobs'),
    clock,
    admission: createReleaseAdmission({ ...options, fetchRelease: async () => signed }),
    fetchBlob: (_ordered, { digest, offset }) => folder.openBlob(digest, offset),
  })
  onEvent({ kind: 'begun', subject })
  try {
    const onProgress = (progress: IntakeProgress) => onEvent({ kind: 'progress', subject, progress })
    const intake = createImageIntake({ runtime, source })
    await intake.obtain({ packageId, version, image }, { architecture, onProgress }, signal)
    onEvent({ kind: 'done', subject })
    return true
  } catch (error) {
    signal.throwIfAborted()
    const coded = isCodedError(error)
      ? error
      : new CodedError('AGENT_IMAGE_FETCH_FAILED', { parameters: { message: messageOf(error) } })
    onEvent({ kind: 'failed', subject, error: coded })
    return false
  }
}
