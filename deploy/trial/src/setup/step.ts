// The shape of a set-up step, and the run over all of them. Steps know nothing of each other; their order is the list's.
import type { ProgressLines, Report } from '../report.ts'
import type { Text } from '../text.ts'
import { TrialError } from '../trial-error.ts'

export type StepState =
  | { readonly state: 'done'; readonly detail: Text }
  | { readonly state: 'missing'; readonly detail: Text }

export interface Step {
  readonly name: Text
  /** Looks, changes nothing, and takes well under a second where nothing is missing. */
  check(): Promise<StepState>
  /** Does what is missing. Safe to repeat after a failure or a kill at any point. Gives back what was done. */
  run(report: Report): Promise<Text>
  /**
   * Commands a person runs where this user may not do the step; empty when the user may.
   * Asked only after `check()` said `missing`.
   */
  manualCommands(): readonly string[]
}

/**
 * Runs what is missing, in order, one line each.
 * First asks every step whether this user may do it: with any command left to a person nothing is begun.
 * Throws TRIAL_NEEDS_ROOT with all commands at once, or the first failing step's error.
 */
export async function runSteps(steps: readonly Step[], lines: ProgressLines): Promise<void> {
  const states = await Promise.all(steps.map((step) => step.check()))
  const isMissing = (index: number) => states[index]?.state === 'missing'
  const commands = steps.flatMap((step, index) => (isMissing(index) ? step.manualCommands() : []))
  if (commands.length > 0) throw needsRoot([...new Set(commands)])
  for (const [index, step] of steps.entries()) {
    const line = lines.begin({ index: index + 1, count: steps.length }, step.name)
    // What was missing may have come with an earlier step; what was there stays.
    const before = isMissing(index) ? await step.check() : states[index]
    if (before?.state !== 'missing') {
      line.skipped(before?.detail ?? step.name)
      continue
    }
    line.progress(before.detail)
    try {
      line.done(await step.run(line))
    } catch (error) {
      line.failed({ ko: '실패', en: 'failed' })
      throw error
    }
  }
}

function needsRoot(commands: readonly string[]): TrialError {
  const list = commands.map((command) => `  ${command}`).join('\n')
  return new TrialError(
    'TRIAL_NEEDS_ROOT',
    {
      ko: '이 컴퓨터에 없는 것이 있고, 설치하려면 관리자 권한이 필요합니다. 아직 아무것도 바꾸지 않았습니다.',
      en: 'Something is missing on this machine and only root can install it. Nothing has been changed yet.',
    },
    {
      ko: `다음 명령을 실행한 뒤 npm start 를 다시 실행하세요.\n${list}`,
      en: `Run these commands, then npm start again.\n${list}`,
    },
  )
}
