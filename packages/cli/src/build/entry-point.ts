// What is started: the program of a project. Pure.
import { CodedError } from '@bongsu/foundation'
import type { ScannedFile } from './python-scan.ts'

const USUAL = ['main.py', '__main__.py', 'app.py', 'run.py', 'gui.py']

/**
 * @param files Python files by path
 * @param chosen by the caller, relative to the project
 * @returns path of the file to start
 * @throws CodedError CLI_BUILD_NO_PROGRAM, CLI_BUILD_MANY_PROGRAMS
 */
export function findEntryPoint(
  files: Readonly<Record<string, ScannedFile>>,
  chosen?: string | undefined,
): string {
  const paths = Object.keys(files)
  if (chosen !== undefined) {
    const path = chosen.replace(/^\.\//, '')
    if (paths.includes(path)) return path
    throw new CodedError('CLI_BUILD_NO_PROGRAM', { parameters: { wanted: chosen } })
  }
  const usual = USUAL.find((name) => paths.includes(name))
  if (usual !== undefined) return usual
  const atTop = paths.filter((path) => !path.includes('/'))
  const programs = atTop.filter((path) => {
    const file = files[path]
    return file !== undefined && !('fault' in file) && file.isProgram
  })
  const [only, ...others] = programs.length > 0 ? programs : atTop.length === 1 ? atTop : []
  if (only !== undefined && others.length === 0) return only
  if (only !== undefined) {
    throw new CodedError('CLI_BUILD_MANY_PROGRAMS', { parameters: { files: programs.join(', ') } })
  }
  throw new CodedError('CLI_BUILD_NO_PROGRAM', { parameters: { wanted: USUAL.join(', ') } })
}
