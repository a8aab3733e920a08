// What is wrong with a device, from what was seen of it: the rules of the checks before a launch, and those that only
// somebody before the device asks for. Pure.
import type { LaunchProfile, LaunchStatus, PreflightFinding, Reason } from '@bongsu/protocol'
import { engineFindings, gpuFindings, roomFindings } from '../preflight/device-rules.ts'
import type { DoctorFacts, DoctorFinding } from './doctor-facts.ts'

/** As a launch that wants all that a device can give. */
const ANY_LAUNCH: LaunchProfile = {
  containers: [{ name: 'any', devices: [{ kind: 'gpu' }] }],
  display: { required: true },
}

type Area = DoctorFinding['area']

/** In the order of the report. */
export function judge(facts: DoctorFacts): DoctorFinding[] {
  return [
    ...(facts.configuration ? [warning('configuration', facts.configuration)] : []),
    ...engineJudgement(facts),
    ...roomFindings(facts.device, ANY_LAUNCH).map(of('room')),
    ...displayJudgement(facts),
    ...gpuJudgement(facts),
    ...agentJudgement(facts),
  ]
}

const warning = (area: Area, reason: Reason): DoctorFinding => ({ severity: 'warning', area, reason })
const fault = (area: Area, reason: Reason): DoctorFinding => ({ severity: 'fault', area, reason })

const of =
  (area: Area) =>
  ({ severity, reason }: PreflightFinding): DoctorFinding =>
    severity === 'fail' ? fault(area, reason) : warning(area, reason)

function engineJudgement({ engine }: DoctorFacts): DoctorFinding[] {
  if (engine.kind === 'failed') return [fault('engine', engine.reason)]
  return engineFindings(engine.traits, ANY_LAUNCH).map(of('engine'))
}

/** X13, X14 besides what the probe says. */
function displayJudgement(facts: DoctorFacts): DoctorFinding[] {
  const { display, displayReason, socketFolder, staleLocks } = facts
  const { number = 0 } = display
  const isFolderWrong = socketFolder && (socketFolder.uid !== 0 || (socketFolder.mode & 0o7777) !== 0o1777)
  return [
    ...(displayReason ? [fault('display', displayReason)] : []),
    ...(display.isUnprotected
      ? [warning('display', { code: 'AGENT_PREFLIGHT_DISPLAY_OPEN', parameters: { number } })]
      : []),
    ...(display.power === 'off' || display.power === 'covered'
      ? [warning('display', { code: 'AGENT_SCREEN_DARK' })]
      : []),
    ...(isFolderWrong ? [warning('display', { code: 'AGENT_CAUSE_X_SOCKET_FOLDER' })] : []),
    ...(staleLocks.length > 0
      ? [
          warning('display', {
            code: 'AGENT_CAUSE_X_STALE_LOCK',
            quote: staleLocks.map((stale) => `/tmp/.X${stale}-lock`).join(' '),
          }),
        ]
      : []),
  ]
}

/** A device without GPU is none of its faults; a node that nobody but root may open is. */
function gpuJudgement({ device, engine, gpuNodes }: DoctorFacts): DoctorFinding[] {
  const closed = gpuNodes.find(
    ({ mode, gid }) => (mode & 0o006) !== 0o006 && (gid === 0 || (mode & 0o060) !== 0o060),
  )
  const known = engine.kind === 'ready' ? gpuFindings(device, engine.traits, ANY_LAUNCH) : []
  return [
    ...known.filter(({ reason }) => reason.code !== 'AGENT_PREFLIGHT_NO_GPU').map(of('gpu')),
    ...(closed ? [warning('gpu', { code: 'AGENT_CAUSE_GPU_NODE_CLOSED', quote: closed.path })] : []),
  ]
}

function agentJudgement({ agent }: DoctorFacts): DoctorFinding[] {
  if (agent.kind === 'away') return [warning('agent', { code: 'AGENT_PREFLIGHT_AGENT_AWAY' })]
  return [
    ...(agent.sessionReason ? [warning('agent', agent.sessionReason)] : []),
    ...agent.launches.flatMap(launchJudgement),
  ]
}

function launchJudgement({
  launchId,
  phase,
  reason,
  findings = [],
  warnings = [],
  picture,
}: LaunchStatus): DoctorFinding[] {
  const isEnded = phase === 'failed' || phase === 'expired'
  const others = [...findings, ...warnings, ...(picture?.notes ?? [])]
  const told = [
    ...(reason ? [isEnded ? fault('launch', reason) : warning('launch', reason)] : []),
    ...others.map((other) => warning('launch', other)),
  ]
  const distinct = told.filter(
    (finding, at) => told.findIndex((other) => other.reason.code === finding.reason.code) === at,
  )
  return distinct.map((finding) => ({ ...finding, launchId }))
}
