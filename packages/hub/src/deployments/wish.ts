// From a request and the version it names to what is written: the deployment and one wish for each device. Pure.
import type { DeploymentRequest, DesiredLaunch, PackageImage, PackageVersion } from '@bongsu/protocol'
import type { Origin } from '../plugins/origin.ts'
import { effectiveProfile, type OverriddenDevice } from './effective-profile.ts'
import type { DeploymentRecord, NewDeployment } from './repository.ts'
import { newRollout, waveOf } from './rollout/waves.ts'

/** A request whose devices are known one by one. */
export type ResolvedRequest = Omit<DeploymentRequest, 'deviceIds'> & {
  readonly devices: readonly OverriddenDevice[]
}

export interface WishTerms {
  readonly origin: Origin
  readonly createdAt: Date
  readonly purpose?: DesiredLaunch['purpose']
}

export function toWish(
  {
    packageId,
    version: name,
    devices,
    notAfter,
    group: named,
    selector,
    overrides,
    replaces = 'same-package',
    rollout,
  }: ResolvedRequest,
  { profile, image }: PackageVersion & { image: PackageImage },
  { origin, createdAt, purpose }: WishTerms,
): NewDeployment {
  const id = origin.newId('dep')
  const { imageId, downloadBytes, unpackedBytes } = image
  const group = named ?? profile.group
  const terms = { ...(notAfter !== undefined && { notAfter }), ...(group !== undefined && { group }) }
  const waves = rollout && newRollout(rollout, devices.length, createdAt)
  const launches = devices.map((device, index) => {
    const effective = effectiveProfile(profile, overrides ?? [], device)
    const desired = {
      launchId: origin.newId('lau', index),
      deploymentId: id,
      packageId,
      version: name,
      image: { imageId, downloadBytes, unpackedBytes },
      profile: effective.profile,
      ...terms,
      ...(purpose && { purpose }),
    }
    const wave = waves && { wave: waveOf(waves.waves, index) }
    return { deviceId: device.id, desired, inputs: effective.inputs, ...wave }
  })
  const deployment: DeploymentRecord = {
    id,
    packageId,
    version: name,
    deviceIds: devices.map(({ id: deviceId }) => deviceId),
    ...(selector && { selector }),
    launchIds: launches.map(({ desired }) => desired.launchId),
    ...terms,
    ...(overrides && overrides.length > 0 && { overrides }),
    ...(waves && { rollout: waves }),
    state: 'active',
    createdAt,
    revision: 1,
  }
  return { deployment, launches, replacing: replaces }
}
