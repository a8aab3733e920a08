// What the project's Python files import and name: asked of the caller's Python, whose parser knows its own language.
import { join } from 'node:path'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { outputOf, toolFailed } from './run-program.ts'

const ScannedImport = Type.Object({ name: Type.String(), optional: Type.Boolean() })
const ScannedFile = Type.Union([
  Type.Object({
    imports: Type.Array(ScannedImport),
    /** Short texts without line breaks. */
    texts: Type.Array(Type.String()),
    /** Dotted names that are called, or imported by name. */
    calls: Type.Array(Type.String()),
    /** Asks whether `__name__` is `__main__`. */
    isProgram: Type.Boolean(),
  }),
  Type.Object({ fault: Type.String() }),
])
const PythonScan = Type.Object({
  /** Of the Python that looked, `3.11`. */
  version: Type.String(),
  stdlib: Type.Array(Type.String()),
  files: Type.Record(Type.String(), ScannedFile),
})

export type ScannedFile = Type.Static<typeof ScannedFile>
export type PythonScan = Type.Static<typeof PythonScan>

const SCRIPT = join(import.meta.dirname, 'scan_project.py')

/**
 * @param paths relative to the project
 * @throws CodedError CLI_TOOL_MISSING, CLI_TOOL_FAILED
 */
export async function scanPython(root: string, paths: readonly string[]): Promise<PythonScan> {
  const argv = ['python3', '-I', SCRIPT] as const
  const text = await outputOf({ argv, cwd: root, input: JSON.stringify(paths) })
  const scan: unknown = JSON.parse(text)
  if (!Check(PythonScan, scan)) throw toolFailed(argv, 'its answer is none')
  return scan
}
