// What is going to be built, and what its author should know before: everything that can be said without building.
import type { Words } from '../command.ts'
import type { RequirementsSource } from './choose-requirements.ts'
import type { ProjectFile } from './project-files.ts'
import type { RequirementLine } from './requirement.ts'

export interface ProjectPlan {
  /** Where the files lie. */
  readonly root: string
  readonly files: readonly ProjectFile[]
  /** Data that the program names, as it is packed. */
  readonly data: readonly ProjectFile[]
  readonly leftOut: readonly ProjectFile[]
  readonly command: readonly [string, ...string[]]
  /** Of Debian. */
  readonly systemPackages: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Undefined for a program that needs no Python. */
  readonly python: PythonPlan | undefined
  /** What was put right, and what may go wrong. */
  readonly notes: readonly Words[]
}

export interface PythonPlan {
  readonly source: RequirementsSource
  readonly lines: readonly RequirementLine[]
  /** Of the caller, `3.11`. */
  readonly callerVersion: string
}

export interface PlanWishes {
  /** File to start, relative to the project. */
  readonly program?: string | undefined
  /** More of PyPI. */
  readonly requirements: readonly string[]
  /** More of Debian. */
  readonly systemPackages: readonly string[]
  /** Files and folders to be packed whatever their size. */
  readonly include: readonly string[]
}
