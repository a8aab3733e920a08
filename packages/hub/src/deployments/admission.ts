// Whether a deployment can be wished of its devices: refused early where the hub knows that it cannot run. Pure.
// What is unknown is allowed: the device decides, and says why.
import { CodedError } from '@bongsu/foundation'
import type { DesiredState, PackageVersion } from '@bongsu/protocol'
import type { DeploymentTarget } from '../devices/ports.ts'
import { InvalidRequest } from '../plugins/invalid-request.ts'
import { inputBytes } from './inputs.ts'

/** One device's whole desired state is one control message of 256 KiB; some of it is left for the envelope. */
const MAX_STATE_BYTES = 240 * 1024
const MAX_LAUNCHES = 256

/** @throws CodedError HUB_EXPIRED when the deadline is no later than now */
export function requireDeadlineAhead(notAfter: string | undefined, now: Date): void {
  if (notAfter === undefined || new Date(notAfter) > now) return
  throw new CodedError('HUB_EXPIRED', { parameters: { notAfter } })
}

/** @throws CodedError HUB_DEVICE_NOT_FOUND, HUB_DEVICE_NOT_ACCEPTED, HUB_ARCHITECTURE_MISMATCH, HUB_DEVICE_WITHOUT_DISPLAY */
export function requireCanRun(
  id: string,
  target: DeploymentTarget | undefined,
  version: Pick<PackageVersion, 'profile' | 'image'>,
  ifNoDisplay: 'refuse' | 'wait',
): void {
  if (!target) throw new CodedError('HUB_DEVICE_NOT_FOUND', { parameters: { id } })
  if (target.approval !== 'accepted') throw new CodedError('HUB_DEVICE_NOT_ACCEPTED', { parameters: { id } })
  const { architecture, display } = target
  const image = version.image?.architecture
  if (architecture !== undefined && image !== undefined && architecture !== image) {
    throw new CodedError('HUB_ARCHITECTURE_MISMATCH', { parameters: { id, image, device: architecture } })
  }
  if (ifNoDisplay === 'refuse' && version.profile.display?.required && display?.state === 'no_display') {
    throw new CodedError('HUB_DEVICE_WITHOUT_DISPLAY', { parameters: { id, state: display.state } })
  }
}

/** @throws InvalidRequest when one more launch would not fit into the device's desired state */
export function requireRoom(deviceId: string, present: Omit<DesiredState, 'type'>, addedBytes: number): void {
  const values = present.launches.reduce((sum, { profile }) => sum + inputBytes(profile), 0)
  const bytes = Buffer.byteLength(JSON.stringify(present.launches)) + values + addedBytes
  if (present.launches.length < MAX_LAUNCHES && bytes <= MAX_STATE_BYTES) return
  throw new InvalidRequest([{ pointer: '/deviceIds', message: `${deviceId} cannot take any more launches` }])
}
