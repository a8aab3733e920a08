// What a container would execute, and what is wrong with that by its words alone (E2, Q9).
import type { ConfiguredContainer } from './configured-container.ts'
import { fail, type PreflightFinding, warn } from './preflight-finding.ts'

/**
 * Entrypoint and command as the engine joins them: an entrypoint of the profile takes the image's command away too.
 * Source: moby daemon/commit.go `merge`.
 */
export function effectiveCommand({ image, profile }: ConfiguredContainer): readonly string[] {
  const { entrypoint, command = [] } = profile
  if (entrypoint && entrypoint.length > 0) return [...entrypoint, ...command]
  const words = command.length > 0 ? command : (image.command ?? [])
  return [...(entrypoint ?? image.entrypoint ?? []), ...words]
}

// Flags of `docker run` that no program takes for its own in this form.
const ENGINE_FLAGS = [
  /^--(?:ipc|net|network|pid|uts|userns)=host$/,
  /^--device=\/dev\/dri\b/,
  /^--(?:privileged|shm-size|group-add|cap-add|cap-drop|security-opt|gpus=all|runtime=nvidia)(?:=|$)/,
  /^--(?:volume|mount|env)=(?:\/\S+:\/|type=|DISPLAY)/,
]
// … and those that only their value gives away.
const FLAGS_WITH_VALUE: readonly (readonly [RegExp, RegExp])[] = [
  [/^--device$/, /^\/dev\/dri\b/],
  [/^--gpus$/, /^all$/],
  [/^--(?:ipc|net|network|pid)$/, /^host$/],
  [/^(?:-v|--volume)$/, /^\/[^:]*:\/./],
  [/^(?:-e|--env)$/, /^(?:DISPLAY|XAUTHORITY|QT_X11_NO_MITSHM)\b/],
]

export function commandFindings(container: ConfiguredContainer): PreflightFinding[] {
  const words = effectiveCommand(container)
  const [program] = words
  if (program === undefined || program === '') return [fail('AGENT_PREFLIGHT_NO_COMMAND')]
  if (program.startsWith('-')) return [flagFinding(program, fail)]
  const misplaced = words.find((word, at) => isEngineFlag(word, words[at + 1] ?? ''))
  return [...(misplaced ? [flagFinding(misplaced, warn)] : []), ...browserFindings(container, words)]
}

const isEngineFlag = (word: string, next: string): boolean =>
  ENGINE_FLAGS.some((flag) => flag.test(word)) ||
  FLAGS_WITH_VALUE.some(([flag, value]) => flag.test(word) && value.test(next))

const flagFinding = (flag: string, severity: typeof warn): PreflightFinding =>
  severity('AGENT_CAUSE_ENGINE_FLAG_AS_COMMAND', { flag: flag.slice(0, 80) })

const BROWSER = /(?:^|\/)(?:chromium(?:-browser)?|google-chrome(?:-stable)?|chrome|electron|microsoft-edge)$/

function browserFindings(
  { image, profile, launch }: ConfiguredContainer,
  words: readonly string[],
): PreflightFinding[] {
  const isSession = launch.display !== undefined && profile.runAs !== 'image'
  const isRoot = !isSession && /^(?:0|root)?(?::|$)/.test(image.user ?? '')
  const isBrowser = words.some((word) => BROWSER.test(word)) && !words.includes('--no-sandbox')
  return isRoot && isBrowser ? [warn('AGENT_CAUSE_BROWSER_AS_ROOT')] : []
}
