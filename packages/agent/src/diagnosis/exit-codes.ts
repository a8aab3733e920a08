// What an exit code alone tells of an end, and how much that weighs beside what the log says.
import type { KnownErrorCode } from '@bongsu/protocol'
import type { SignatureRole } from './signature.ts'

export interface ExitVerdict {
  readonly code: KnownErrorCode
  /** `fallback` comes after every cause and consequence seen in the log, before noise. */
  readonly role: SignatureRole | 'fallback'
  readonly specificity: number
}

const verdict = (
  code: KnownErrorCode,
  role: ExitVerdict['role'] = 'fallback',
  specificity = 0,
): ExitVerdict => ({ code, role, specificity })

const VERDICTS: ReadonlyMap<number, ExitVerdict> = new Map([
  // Graphics warnings of a program that then ended well are no cause: only what hinders any start stands above.
  [0, verdict('AGENT_CAUSE_ENDED_NORMALLY', 'cause', 65)],
  [126, verdict('AGENT_CAUSE_COMMAND_NOT_EXECUTABLE', 'cause', 20)],
  [127, verdict('AGENT_CAUSE_COMMAND_NOT_FOUND', 'cause', 20)],
  [132, verdict('AGENT_CAUSE_ILLEGAL_INSTRUCTION', 'cause', 50)],
  [134, verdict('AGENT_CAUSE_ABORTED')],
  [135, verdict('AGENT_CAUSE_SHARED_MEMORY', 'cause', 50)],
  [137, verdict('AGENT_CAUSE_KILLED')],
  [139, verdict('AGENT_CAUSE_SEGMENTATION_FAULT')],
  [143, verdict('AGENT_CAUSE_TERMINATED')],
])

/** @param outOfMemory as the engine says: the kernel killed it for its memory limit */
export function exitVerdict(
  exitCode: number | undefined,
  outOfMemory: boolean | undefined,
): ExitVerdict | undefined {
  // Also set when only a child was killed: then the program's own words may tell more.
  if (outOfMemory) return verdict('AGENT_CAUSE_OUT_OF_MEMORY', 'cause', exitCode === 137 ? 100 : 84)
  if (exitCode === undefined) return undefined
  return VERDICTS.get(exitCode) ?? verdict('AGENT_CONTAINER_EXITED')
}
