// Finds flags of docker run among a program's arguments (a manifest's `args:`, or after the image) and moves them.
// A program's own flags of the same name stay: only values that no program would take tell them apart.

import { applyFlag, isFlag, type ReadFlag, readFlags } from './flag-reader.ts'
import { importNote } from './import-notes.ts'
import type { Target } from './profile-draft.ts'
import type { Word } from './shell-words.ts'

interface Step {
  readonly flags: readonly ReadFlag[]
  readonly words: readonly Word[]
}

const fits = ({ flag, value, lacksValue }: ReadFlag, kind: 'onlyDocker' | 'maybeDocker') =>
  !lacksValue && flag?.[kind]?.test(value.text) === true
const isCertain = ({ flags }: Step) => flags.length > 0 && flags.every((flag) => fits(flag, 'onlyDocker'))
const isPossible = ({ flags }: Step) =>
  flags.length > 0 && flags.every((flag) => fits(flag, 'onlyDocker') || fits(flag, 'maybeDocker'))

/** The arguments cut into flags with their values and other words. */
function toSteps(words: readonly Word[]): Step[] {
  const steps: Step[] = []
  for (let at = 0; at < words.length; ) {
    const word = words[at]
    if (!word) break
    const reading = isFlag(word) ? readFlags(words, at) : undefined
    // A flag is never the value of another: there the first one is the program's own.
    const isDocker = reading?.flags.every(({ flag, value }) => flag && !value.text.startsWith('-')) === true
    const next = reading && isDocker ? reading.next : at + 1
    steps.push({ flags: reading && isDocker ? reading.flags : [], words: words.slice(at, next) })
    at = next
  }
  return steps
}

/**
 * Moves stray flags into the profile and answers the arguments that are the program's. In the run of flags that the
 * arguments begin with, one certain flag makes the possible ones docker's too; behind the program only certain ones.
 */
export function takeStrayFlags(target: Omit<Target, 'source'>, words: readonly Word[]): readonly Word[] {
  const steps = toSteps(words)
  const end = steps.findIndex((step) => !isPossible(step))
  const lead = end < 0 ? steps.length : end
  const isLeadDocker = steps.slice(0, lead).some(isCertain)
  const isStray = (step: Step, index: number) => (index < lead ? isLeadDocker : isCertain(step))
  const stray = steps.filter(isStray)
  if (stray.length === 0) return words
  const source = stray.flatMap((step) => step.words.map((word) => word.source)).join(' ')
  target.draft.notes.push(importNote('moved-from-arguments', source))
  for (const flag of stray.flatMap(({ flags }) => flags)) applyFlag(target, flag)
  return steps.filter((step, index) => !isStray(step, index)).flatMap((step) => step.words)
}
