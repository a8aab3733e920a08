// Names why a program failed, from its log, its exit and the engine's answer. Pure; reads nothing by itself.
import type { KnownErrorCode, Reason } from '@bongsu/protocol'
import type { ProbeResult } from '../display/probe.ts'
import { ENGINE_SIGNATURES } from './engine-signatures.ts'
import { type ExitVerdict, exitVerdict } from './exit-codes.ts'
import { GRAPHICS_SIGNATURES } from './graphics-signatures.ts'
import { packageOfLibrary } from './missing-libraries.ts'
import { PROGRAM_SIGNATURES } from './program-signatures.ts'
import { QT_SIGNATURES } from './qt-signatures.ts'
import { quotable, searchableLines } from './quotable.ts'
import type { Signature } from './signature.ts'
import { X_CONNECTION_SIGNATURES } from './x-connection-signatures.ts'

export interface DiagnosisInput {
  readonly exitCode?: number | undefined
  readonly outOfMemory?: boolean | undefined
  /** The engine's words when create or start failed. */
  readonly engineError?: string | undefined
  readonly logTail?: string | undefined
  /** The display at the time of the end; only for a launch that needs one. */
  readonly probe?: Pick<ProbeResult, 'kind'> & { readonly reason?: string | undefined }
  /** Of a program that still runs. */
  readonly window?: 'shown' | 'no_window' | undefined
  readonly image?:
    | {
        readonly hasCv2QtPlugins?: boolean
        readonly hasPyQt?: boolean
        readonly hasKoreanFont?: boolean
      }
    | undefined
  readonly engineStorageRoot?: string | undefined
}

export interface Finding {
  readonly code: KnownErrorCode
  /** The line it was seen in, redacted, at most 300 characters. */
  readonly quote?: string
  readonly parameters?: NonNullable<Reason['parameters']>
  /** Environment for one more run. */
  readonly retryWith?: Readonly<Record<string, string>>
}

interface Ranked {
  readonly finding: Finding
  readonly id: string
  readonly role: ExitVerdict['role']
  readonly specificity: number
  /** The first of the same rank comes first. */
  readonly position: number
}

export const SIGNATURES: readonly Signature[] = [
  ...X_CONNECTION_SIGNATURES,
  ...QT_SIGNATURES,
  ...GRAPHICS_SIGNATURES,
  ...PROGRAM_SIGNATURES,
  ...ENGINE_SIGNATURES,
]

const MAX_FINDINGS = 3
const ROLE_ORDER: Readonly<Record<Ranked['role'], number>> = {
  cause: 0,
  consequence: 1,
  fallback: 2,
  noise: 3,
}

/** At most three findings, the best first; empty when nothing at all can be said. */
export function diagnose(input: DiagnosisInput): Finding[] {
  // What kept the container from starting comes before whatever an earlier run has printed.
  const refused = input.engineError ? search(input.engineError, 'engine') : []
  const seen = search(`${input.logTail ?? ''}\n${factLines(input)}`, 'log')
  const ids = new Set([...refused, ...seen].map(({ id }) => id))
  const told = seen.filter(({ id }) => !isExplained(id, ids))
  const inferred = [...byProbe(input, ids), ...byExit(input), ...byWindow(input)]
  const ranked = [
    ...refused.filter(({ id }) => !isExplained(id, ids)).sort(compare),
    ...[...told, ...inferred].sort(compare),
  ]
  const distinct = ranked.filter(
    ({ finding }, index) => ranked.findIndex((other) => other.finding.code === finding.code) === index,
  )
  if (distinct.every(({ role }) => role === 'noise')) return []
  return distinct.slice(0, MAX_FINDINGS).map(({ finding }) => finding)
}

const compare = (a: Ranked, b: Ranked): number =>
  ROLE_ORDER[a.role] - ROLE_ORDER[b.role] || b.specificity - a.specificity || a.position - b.position

const isExplained = (id: string, ids: ReadonlySet<string>): boolean =>
  SIGNATURES.some((signature) => signature.id === id && signature.unless?.some((other) => ids.has(other)))

function search(text: string, source: 'engine' | 'log'): Ranked[] {
  const lines = searchableLines(text)
  const whole = lines.join('\n')
  return SIGNATURES.flatMap((signature) => {
    if (signature.scope === 'engine' && source !== 'engine') return []
    const match = signature.pattern.exec(whole)
    if (!match) return []
    const { id, role, specificity } = signature
    return [{ finding: toFinding(signature, match, whole), id, role, specificity, position: match.index }]
  })
}

function toFinding({ code, retryWith }: Signature, match: RegExpExecArray, whole: string): Finding {
  const start = whole.lastIndexOf('\n', match.index - 1) + 1
  const end = whole.indexOf('\n', match.index)
  const quote = quotable(whole.slice(match.index === 0 ? 0 : start, end === -1 ? undefined : end))
  const groups = Object.entries(match.groups ?? {}).map(([name, value]) => [name, quotable(value)] as const)
  const parameters: Record<string, string> = Object.fromEntries(groups)
  const rest = { ...(quote && { quote }), ...(retryWith && { retryWith }) }
  if (code === 'AGENT_CAUSE_LIBRARY_MISSING') {
    const holder = packageOfLibrary(parameters.library ?? '')
    if (!holder) return { code: 'AGENT_CAUSE_LIBRARY_MISSING_OTHER', parameters, ...rest }
    return { code, parameters: { ...parameters, package: holder }, ...rest }
  }
  return { code, ...(groups.length > 0 && { parameters }), ...rest }
}

/** Facts in the words of the tools that would print them, so that the same patterns name and quote them. */
function factLines({ probe, image, engineStorageRoot }: DiagnosisInput): string {
  const lines: string[] = []
  if (probe?.kind === 'refused' && probe.reason) lines.push(probe.reason)
  if (image?.hasKoreanFont === false) lines.push('fc-list :lang=ko: none')
  if (engineStorageRoot) lines.push(`Docker Root Dir: ${engineStorageRoot}/`)
  return lines.join('\n')
}

/** Qt that fails with its xcb plugin while no X server answers has failed for that. */
function byProbe({ probe }: DiagnosisInput, ids: ReadonlySet<string>): Ranked[] {
  if (!ids.has('Q1') || !probe || probe.kind === 'ready' || probe.kind === 'refused') return []
  const finding: Finding = { code: 'AGENT_CAUSE_X_UNREACHABLE', parameters: { display: '$DISPLAY' } }
  return [{ finding, id: 'X6', role: 'cause', specificity: 89, position: 0 }]
}

function byExit({ exitCode, outOfMemory, image, logTail }: DiagnosisInput): Ranked[] {
  const verdict = exitVerdict(exitCode, outOfMemory)
  if (!verdict) return []
  const lastLine = searchableLines(logTail ?? '').findLast((line) => line.trim() !== '')
  const quote = lastLine && quotable(lastLine)
  const parameters = verdict.code === 'AGENT_CONTAINER_EXITED' ? { exitCode: exitCode ?? '?' } : undefined
  const finding = { code: verdict.code, ...(quote && { quote }), ...(parameters && { parameters }) }
  const own: Ranked = { ...verdict, finding, id: 'exit', position: Number.MAX_SAFE_INTEGER }
  // Two Qt libraries in one process end in a crash with no word about it.
  const isClash =
    (exitCode === 139 || exitCode === 134) && image?.hasCv2QtPlugins === true && image.hasPyQt === true
  if (!isClash) return [own]
  const clash: Finding = { code: 'AGENT_CAUSE_QT_OPENCV_CLASH', ...(quote && { quote }) }
  return [{ ...own, finding: clash, id: 'Q3', role: 'cause', specificity: 50 }, own]
}

function byWindow({ exitCode, window }: DiagnosisInput): Ranked[] {
  if (exitCode !== undefined || window !== 'no_window') return []
  return [
    { finding: { code: 'AGENT_NO_WINDOW' }, id: 'window', role: 'fallback', specificity: 0, position: 0 },
  ]
}
