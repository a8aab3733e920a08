// What the caller points at: a folder of Python, or one program.
import { open, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CodedError, messageOf } from '@bongsu/foundation'
import { isCompiled, MAGIC_BYTES } from './executable.ts'
import { planExecutable } from './plan-executable.ts'
import { planPython } from './plan-python.ts'
import type { PlanWishes, ProjectPlan } from './project-plan.ts'

/** @throws CodedError CLI_BUILD_…, CLI_TOOL_…, CLI_FILE_UNREADABLE */
export async function planProject(given: string, wishes: PlanWishes): Promise<ProjectPlan> {
  const path = resolve(given)
  const found = await stat(path).catch((error: unknown) => {
    throw new CodedError('CLI_FILE_UNREADABLE', { parameters: { path, message: messageOf(error) } })
  })
  if (found.isFile() && path.endsWith('.py')) {
    throw new CodedError('CLI_BUILD_NOT_A_FOLDER', { parameters: { file: given } })
  }
  if (found.isFile()) return planExecutable(path, wishes)
  const program = await onlyProgramIn(path)
  return program === undefined ? planPython(path, wishes) : planExecutable(program, wishes)
}

/** A folder without Python that holds one program, be it for Windows: that is what is meant. */
async function onlyProgramIn(folder: string): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true })
  if (entries.some(({ name }) => name.endsWith('.py'))) return undefined
  const programs: string[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (!entry.isFile()) continue
    if (isCompiled(await headOf(path))) programs.push(path)
  }
  return programs.length === 1 ? programs[0] : undefined
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
