// How a launch is told to people: where it stands, whether its picture is on the glass, and how fresh that is. Pure.
// A container that runs is not a window that shows: the two are never merged into one word.
import type { Launch, LaunchPhase, LaunchStep, PictureVerdict, Reason } from '@bongsu/protocol'
import type { Status } from '../layout/status-badge.tsx'

const PHASE_STATUS: Record<LaunchPhase, Status> = {
  queued: { tone: 'neutral', icon: 'clock', text: 'launches.phase.queued' },
  waiting: { tone: 'warning', icon: 'clock', text: 'launches.phase.waiting' },
  fetching: { tone: 'busy', icon: 'upload', text: 'launches.phase.fetching' },
  loading: { tone: 'busy', icon: 'box', text: 'launches.phase.loading' },
  starting: { tone: 'busy', icon: 'play', text: 'launches.phase.starting' },
  running: { tone: 'busy', icon: 'play', text: 'launches.phase.running' },
  stopping: { tone: 'busy', icon: 'stop', text: 'launches.phase.stopping' },
  stopped: { tone: 'neutral', icon: 'stop', text: 'launches.phase.stopped' },
  failed: { tone: 'bad', icon: 'cross', text: 'launches.phase.failed' },
  expired: { tone: 'bad', icon: 'clock', text: 'launches.phase.expired' },
}

const PICTURE_STATUS: Record<PictureVerdict, Status> = {
  unknown: { tone: 'neutral', icon: 'question', text: 'launches.picture.unknown' },
  no_window: { tone: 'warning', icon: 'eyeOff', text: 'launches.picture.noWindow' },
  unmapped: { tone: 'warning', icon: 'eyeOff', text: 'launches.picture.unmapped' },
  black: { tone: 'warning', icon: 'eyeOff', text: 'launches.picture.black' },
  frozen: { tone: 'warning', icon: 'alert', text: 'launches.picture.frozen' },
  visible: { tone: 'good', icon: 'eye', text: 'launches.picture.visible' },
}

const UNREPORTED: Status = { tone: 'neutral', icon: 'clock', text: 'launches.phase.unreported' }
const PLANNED: Status = { tone: 'neutral', icon: 'clock', text: 'launches.phase.planned' }
const OVERTAKEN: Status = { tone: 'busy', icon: 'stop', text: 'launches.phase.stopWanted' }

const WISHED: Status = { tone: 'neutral', icon: 'clock', text: 'launches.timelineWished' }

/** A step of a launch's history. */
export function stepStatus(step: LaunchStep): Status {
  if (step === 'wished') return WISHED
  return step === 'visible' ? PICTURE_STATUS.visible : PHASE_STATUS[step]
}

const ENDED: readonly LaunchPhase[] = ['stopped', 'failed', 'expired']

const hasEnded = ({ status }: Launch) => status !== undefined && ENDED.includes(status.phase)

/** Whether it is of concern now: wanted, or still on its way out. */
export const isCurrent = (launch: Launch): boolean =>
  launch.wanted !== 'stopped' || (launch.status !== undefined && !hasEnded(launch))

/** Whether a deployment still wants it to run. */
export const isStoppable = (launch: Launch): boolean => launch.wanted === 'running'

/** Nothing starts again by itself that was given up or stopped alone; the hub refuses it when the deployment is stopped. */
export const isRestartable = (launch: Launch): boolean =>
  launch.wanted === 'running' || launch.stoppedAlone === true

export function phaseStatus(launch: Launch): Status {
  if (launch.wanted === 'planned') return PLANNED
  if (!launch.status) return UNREPORTED
  const { phase } = launch.status
  return launch.wanted === 'stopped' && !hasEnded(launch) && phase !== 'stopping'
    ? OVERTAKEN
    : PHASE_STATUS[phase]
}

/** Only a running launch has a picture to speak of. */
export function pictureStatus(launch: Launch): Status | undefined {
  if (launch.status?.phase !== 'running') return undefined
  return PICTURE_STATUS[launch.status.picture?.verdict ?? 'unknown']
}

/** What is shown is what was true then, because the device is not connected now. */
export const isStale = (launch: Launch): boolean => launch.freshness === 'stale'

/** The device has not answered the wish that this launch came with, or its end. */
export const isUnanswered = (launch: Launch): boolean => launch.reportedGeneration < launch.desiredGeneration

/** Whether there is more to say than its state: a reason, or that it had to be started again. */
export const isExplained = ({ status }: Launch): boolean =>
  status !== undefined && (reasonsOf({ status }).length > 0 || status.restarts > 0)

/** Why it is not further, what else was seen when it ended last, and what the checks before it warned of. Each once. */
export function reasonsOf({ status }: Pick<Launch, 'status'>): Reason[] {
  const { reason, findings = [], warnings = [] } = status ?? {}
  const all = [...(reason ? [reason] : []), ...findings, ...warnings]
  return [...new Map(all.map((one) => [one.code, one])).values()]
}

/** The processor draws because the GPU could not be used. */
export const SOFTWARE_RENDERED: Status = { tone: 'warning', icon: 'alert', text: 'launches.softwareRendered' }
