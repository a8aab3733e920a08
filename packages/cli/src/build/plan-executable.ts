// The plan of one self-contained Linux program.
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { CodedError, messageOf } from '@bongsu/foundation'
import type { Words } from '../command.ts'
import { APP_FOLDER } from './dockerfile.ts'
import { recognise } from './executable.ts'
import type { PlanWishes, ProjectPlan } from './project-plan.ts'
import { librariesBesideC, packageOfLibrary, systemPackagesFor } from './system-packages.ts'

const MAX_BYTES = 1024 * 1024 * 1024

/**
 * @throws CodedError CLI_BUILD_WINDOWS_PROGRAM, CLI_BUILD_NOT_A_PROGRAM, CLI_FILE_UNREADABLE
 */
export async function planExecutable(
  path: string,
  wishes: PlanWishes,
): Promise<ProjectPlan & { readonly architecture: string }> {
  const name = basename(path)
  const found = recognise(await readProgram(path))
  if (found.kind === 'windows')
    throw new CodedError('CLI_BUILD_WINDOWS_PROGRAM', { parameters: { file: name } })
  if (found.kind !== 'elf') {
    const what = found.kind === 'script' ? `a script for ${found.interpreter}` : found.kind
    throw new CodedError('CLI_BUILD_NOT_A_PROGRAM', { parameters: { file: name, what } })
  }
  const libraries = librariesBesideC(found.libraries)
  const packages = libraries.map((library) => ({ library, package: packageOfLibrary(library) }))
  const unknown = packages.filter((each) => each.package === undefined).map(({ library }) => library)
  const wanted = packages.flatMap((each) => (each.package === undefined ? [] : [each.package]))
  return {
    root: dirname(path),
    files: [{ path: name, bytes: (await stat(path)).size, isExecutable: true }],
    data: [],
    leftOut: [],
    command: [`${APP_FOLDER}/${name}`],
    systemPackages: systemPackagesFor([], [...wanted, ...wishes.systemPackages]),
    environment: { LANG: 'C.UTF-8' },
    python: undefined,
    architecture: found.architecture,
    notes: unknown.map(unknownLibraryNote),
  }
}

async function readProgram(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`)
    return await readFile(path)
  } catch (error) {
    throw new CodedError('CLI_FILE_UNREADABLE', { parameters: { path, message: messageOf(error) } })
  }
}

const unknownLibraryNote = (library: string): Words => ({
  en: `No Debian package is known for ${library}: name it by --apt PACKAGE if the program does not start.`,
  ko: `${library}을(를) 제공하는 데비안 패키지를 알 수 없습니다. 프로그램이 시작되지 않으면 --apt 패키지 로 지정하십시오.`,
})
