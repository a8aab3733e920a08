// How a roll-out is told to people. Pure.
import type { Deployment, Rollout, RolloutState } from '@bongsu/protocol'
import type { Status } from '../layout/status-badge.tsx'
import type { TextKey } from '../locales/translation.ts'

export const ROLLOUT_STATUS: Record<RolloutState, Status> = {
  running: { tone: 'busy', icon: 'play', text: 'rollout.state.running' },
  paused: { tone: 'warning', icon: 'clock', text: 'rollout.state.paused' },
  halted: { tone: 'bad', icon: 'alert', text: 'rollout.state.halted' },
  done: { tone: 'good', icon: 'check', text: 'rollout.state.done' },
  undoing: { tone: 'busy', icon: 'swap', text: 'rollout.state.undoing' },
  undone: { tone: 'neutral', icon: 'swap', text: 'rollout.state.undone' },
  stopped: { tone: 'neutral', icon: 'stop', text: 'rollout.state.stopped' },
}

export type RolloutAction = 'pause' | 'resume' | 'undo'

export const ACTION_TEXT: Record<RolloutAction, TextKey> = {
  pause: 'rollout.action.pause',
  resume: 'rollout.action.resume',
  undo: 'rollout.action.undo',
}

/** What an operator can do now, the likeliest first. */
export function actionsOf({ state }: Pick<Rollout, 'state'>): readonly RolloutAction[] {
  switch (state) {
    case 'running':
      return ['pause', 'undo']
    case 'paused':
    case 'halted':
      return ['resume', 'undo']
    case 'done':
      return ['undo']
    default:
      return []
  }
}

/** Of concern now: under way, or waiting for somebody; and what was done lately can still be undone. */
export const isOfConcern = ({ rollout, createdAt }: Deployment, now: Date): boolean =>
  rollout !== undefined &&
  (['running', 'paused', 'halted', 'undoing'].includes(rollout.state) ||
    (rollout.state === 'done' && now.getTime() - Date.parse(createdAt) < 24 * 3_600_000))

/** `1, 10%, 100%` as a list; `undefined` when a part of it is no wave. */
export function readWaves(text: string): string[] | undefined {
  const waves = text
    .split(/[,\s→>]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const isWave = (part: string) => /^([1-9]\d{0,4}|[1-9]\d?%|100%)$/.test(part)
  return waves.length > 0 && waves.length <= 20 && waves.every(isWave) ? waves : undefined
}
