// The files of a project, without what never belongs into an image: version control, virtual environments, caches.
import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { CodedError, messageOf } from '@bongsu/foundation'
import { createIgnore } from './ignore-file.ts'

export interface ProjectFile {
  /** Relative to the project, with `/`. */
  readonly path: string
  readonly bytes: number
  readonly isExecutable: boolean
}

export interface ProjectFiles {
  readonly files: readonly ProjectFile[]
  /** Relative path of the virtual environment in it, if there is one. */
  readonly environment: string | undefined
  /** Links that point out of the project: they are not followed. */
  readonly foreignLinks: readonly string[]
}

const NEVER = new Set([
  '.git',
  '.hg',
  '.svn',
  '.idea',
  '.vscode',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.tox',
  '.ipynb_checkpoints',
  '__pycache__',
  'node_modules',
  '.DS_Store',
  '.env',
  'Dockerfile',
  '.dockerignore',
])

const MAX_FILES = 50_000

/** @throws CodedError CLI_FILE_UNREADABLE, CLI_BUILD_TOO_MANY_FILES */
export async function listProject(root: string): Promise<ProjectFiles> {
  const isIgnored = createIgnore(await readIgnoreFile(root))
  const files: ProjectFile[] = []
  const foreignLinks: string[] = []
  let environment: string | undefined
  const walk = async (folder: string): Promise<void> => {
    for (const name of (await readdir(folder)).toSorted()) {
      const path = join(folder, name)
      const shown = relative(root, path).split(sep).join('/')
      if (NEVER.has(name) || name.endsWith('.pyc') || name.endsWith('.egg-info') || isIgnored(shown)) continue
      const own = await lstat(path)
      if (own.isDirectory()) {
        if (await isVirtualEnvironment(path)) environment ??= shown
        else await walk(path)
        continue
      }
      // A link to a file is packed as that file, wherever it lies; one to a folder may lead anywhere.
      const target = own.isSymbolicLink() ? await stat(path).catch(() => undefined) : own
      if (!target?.isFile()) {
        if (own.isSymbolicLink()) foreignLinks.push(shown)
        continue
      }
      files.push({ path: shown, bytes: target.size, isExecutable: (target.mode & 0o111) !== 0 })
      if (files.length > MAX_FILES)
        throw new CodedError('CLI_BUILD_TOO_MANY_FILES', { parameters: { limit: MAX_FILES } })
    }
  }
  try {
    await walk(root)
  } catch (error) {
    if (error instanceof CodedError) throw error
    throw new CodedError('CLI_FILE_UNREADABLE', { parameters: { path: root, message: messageOf(error) } })
  }
  return { files, environment, foreignLinks }
}

const readIgnoreFile = (root: string): Promise<string> =>
  readFile(join(root, '.dockerignore'), 'utf8').catch(() => '')

const isVirtualEnvironment = (path: string): Promise<boolean> =>
  stat(join(path, 'pyvenv.cfg')).then(
    (found) => found.isFile(),
    () => false,
  )
