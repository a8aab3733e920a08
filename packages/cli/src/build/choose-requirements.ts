// Where a project's requirements come from: what its author wrote, else what is installed for it, else what it imports. Pure.
import { normalName, sourceOfModule } from './distributions.ts'
import type { ScannedFile } from './python-scan.ts'
import type { RequirementLine } from './requirement.ts'

/** `imports` are a guess, and have to be confirmed. */
export type RequirementsSource = 'requirements.txt' | 'pyproject.toml' | 'environment' | 'imports'

export interface ChosenRequirements {
  readonly source: RequirementsSource
  readonly lines: readonly RequirementLine[]
  /** For what Debian brings. */
  readonly systemPackages: readonly string[]
  /** Imported, but named nowhere: the program may fail there. */
  readonly undeclared: readonly string[]
}

export interface RequirementInputs {
  readonly written?:
    | { readonly source: 'requirements.txt' | 'pyproject.toml'; readonly lines: readonly RequirementLine[] }
    | undefined
  /** `name==version` of what the virtual environment holds. */
  readonly installed?: readonly RequirementLine[] | undefined
  readonly imported: readonly ImportedModule[]
}

export interface ImportedModule {
  /** Top-level name. */
  readonly name: string
  readonly isOptional: boolean
}

/** Python's own tools, which every environment holds. */
const TOOLS = new Set(['pip', 'setuptools', 'wheel', 'pkg-resources'])

export function chooseRequirements({ written, installed, imported }: RequirementInputs): ChosenRequirements {
  const needed = imported.filter(({ isOptional }) => !isOptional)
  const sources = needed.map(({ name }) => ({ name, source: sourceOfModule(name) }))
  const systemPackages = [
    ...new Set(sources.flatMap(({ source }) => (source.kind === 'debian' ? source.packages : []))),
  ]
  const found =
    written ??
    (installed && { source: 'environment' as const, lines: installed.filter((line) => !isTool(line)) })
  if (!found) {
    const names = sources.flatMap(({ source }) => (source.kind === 'distribution' ? [source.name] : []))
    const lines = [...new Set(names)]
      .toSorted((a, b) => a.localeCompare(b, 'en'))
      .map((text) => ({ kind: 'requirement', name: normalName(text), text }) as const)
    return { source: 'imports', lines, systemPackages, undeclared: [] }
  }
  const named = found.lines.flatMap((line) => (line.kind === 'requirement' ? [line.name] : []))
  // Files that are included and direct addresses may bring anything.
  const isWhole = found.lines.every(({ kind }) => kind === 'requirement' || kind === 'option')
  const undeclared = isWhole
    ? sources
        .filter(({ source }) => source.kind === 'distribution' && !isNamed(source.name, named))
        .map(({ name }) => name)
    : []
  return { source: found.source, lines: found.lines, systemPackages, undeclared }
}

const isTool = (line: RequirementLine): boolean => line.kind === 'requirement' && TOOLS.has(line.name)

/** `opencv-contrib-python` brings cv2 as well as `opencv-python` does, and so on. */
function isNamed(distribution: string, named: readonly string[]): boolean {
  const wanted = normalName(distribution)
  return named.some(
    (name) =>
      name === wanted || (wanted === 'opencv-python' && /^opencv-(contrib-)?python(-headless)?$/.test(name)),
  )
}

/**
 * Top-level names that the project does not bring itself and Python does not have.
 * @param files by path; those that could not be read say nothing
 */
export function importedModules(
  files: Readonly<Record<string, ScannedFile>>,
  stdlib: readonly string[],
): ImportedModule[] {
  const own = new Set(
    Object.keys(files).flatMap((path) => {
      const parts = path.split('/')
      return [parts[0] ?? '', ...parts.slice(-2, -1), parts.at(-1) ?? ''].map((part) =>
        part.replace(/\.py$/, ''),
      )
    }),
  )
  // Of Python, but not of Debian's: it comes as a package of its own.
  const builtIn = new Set(stdlib.filter((name) => name !== 'tkinter'))
  const found = new Map<string, boolean>()
  for (const file of Object.values(files)) {
    if ('fault' in file) continue
    for (const { name, optional } of file.imports) {
      const top = name.split('.')[0] ?? ''
      if (top === '' || builtIn.has(top) || own.has(top)) continue
      found.set(top, (found.get(top) ?? true) && optional)
    }
  }
  return [...found]
    .map(([name, isOptional]) => ({ name, isOptional }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
