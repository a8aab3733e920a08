// What an image's files say before it runs. Pure. Warnings alone: the engine's refusal or the program's end is the proof.
import { type LaunchProfile, type PreflightFinding, warn } from '@bongsu/protocol'
import { packageOfLibrary } from '../diagnosis/missing-libraries.ts'
import type { DeviceTraits } from './device-traits.ts'
import type { ImageContent } from './image-content.ts'
import type { ProgramFile } from './program-file.ts'

export interface ContentInput {
  readonly content: ImageContent
  readonly launch: LaunchProfile
  readonly device: Pick<DeviceTraits, 'hasAvx' | 'gpus'>
  readonly engineVersion: string
}

export function contentFindings(input: ContentInput): PreflightFinding[] {
  return [...(input.launch.display ? displayFindings(input) : []), ...computeFindings(input)]
}

/** Q1, Q2, Q3, G3, P8. */
function displayFindings({ content, launch, device }: ContentInput): PreflightFinding[] {
  const { hasCv2QtPlugins, qtBindings, qtPlugins, hasDriDrivers, hasKoreanFont, isWhole } = content
  const findings: PreflightFinding[] = []
  if (hasCv2QtPlugins && qtBindings.length > 0) findings.push(warn('AGENT_CAUSE_QT_OPENCV_CLASH'))
  const missing = [...new Set(qtPlugins.flatMap((plugin) => plugin.missing))]
  if (missing.length > 0) findings.push(missingLibraries(missing))
  if (isWhole && qtBindings.length > 0 && qtPlugins.length === 0)
    findings.push(warn('AGENT_PREFLIGHT_QT_PLUGIN'))
  const asksForGpu = launch.containers.some(({ devices }) => devices?.some(({ kind }) => kind === 'gpu'))
  const isMesa = device.gpus.some(({ driver }) => driver !== 'nvidia')
  if (isWhole && asksForGpu && isMesa && !hasDriDrivers) findings.push(warn('AGENT_PREFLIGHT_DRI_DRIVERS'))
  if (hasKoreanFont === false) findings.push(warn('AGENT_CAUSE_KOREAN_FONT'))
  return findings
}

function missingLibraries(missing: readonly string[]): PreflightFinding {
  const packages = new Set(missing.map((library) => packageOfLibrary(library) ?? library))
  return warn('AGENT_PREFLIGHT_QT_LIBRARIES', {
    libraries: listed(missing),
    packages: listed([...packages]),
  })
}

/** As many as a parameter holds. */
function listed(names: readonly string[]): string {
  const text = names.join(' ')
  return text.length <= 480 ? text : `${text.slice(0, 480).replace(/ [^ ]*$/, '')} …`
}

/** P5, P11. */
function computeFindings({ content, device, engineVersion }: ContentInput): PreflightFinding[] {
  const [library] = content.computeLibraries
  const findings: PreflightFinding[] = []
  if (device.hasAvx === false && library) findings.push(warn('AGENT_PREFLIGHT_NO_AVX', { library }))
  if (isOlder(engineVersion, [20, 10, 10]) && content.glibc && !isOlder(content.glibc, [2, 34]))
    findings.push(warn('AGENT_PREFLIGHT_ENGINE_OLD', { version: engineVersion }))
  return findings
}

/** False for a version that is no row of numbers. */
export function isOlder(version: string, than: readonly number[]): boolean {
  const parts = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.').map(Number)
  if (!parts) return false
  for (const [at, wanted] of than.entries()) {
    const part = parts[at] ?? 0
    if (part !== wanted) return part < wanted
  }
  return false
}

export interface ProgramInput {
  readonly program: string
  readonly file: ProgramFile
  /** Of the engine. */
  readonly architecture: string
  /** Whom it runs as; `session` is one whom the image does not know. */
  readonly user: 'session' | 'image'
}

/** E3, E4, E5. */
export function programFindings({ program, file, architecture, user }: ProgramInput): PreflightFinding[] {
  if (file.kind === 'missing') return [warn('AGENT_CAUSE_COMMAND_NOT_FOUND')]
  const needed = user === 'session' && file.uid !== 0 ? 0o111 : user === 'session' ? 0o001 : 0o111
  if (file.type === 'folder' || (file.mode & needed) === 0)
    return [warn('AGENT_CAUSE_COMMAND_NOT_EXECUTABLE')]
  if (file.type === 'binary') {
    const { architecture: built } = file
    return built === undefined || runsOn(built, architecture) ? [] : [warn('AGENT_CAUSE_ARCHITECTURE')]
  }
  const { interpreter } = file
  if (!interpreter) return file.type === 'unknown' ? [warn('AGENT_CAUSE_ARCHITECTURE')] : []
  const path = program.slice(0, 300)
  if (interpreter.hasReturn) return [warn('AGENT_PREFLIGHT_LINE_ENDS', { path })]
  if (interpreter.isThere) return []
  return [warn('AGENT_PREFLIGHT_INTERPRETER', { path, interpreter: interpreter.path || '#!' })]
}

/** 64-bit processors run the 32-bit programs of their family. */
const runsOn = (built: string, architecture: string): boolean =>
  built === architecture ||
  (architecture === 'amd64' && built === '386') ||
  (architecture === 'arm64' && built === 'arm')
