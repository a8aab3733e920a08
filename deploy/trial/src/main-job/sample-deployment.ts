// The sample package on its way: registered with its catalogue entry, its image handed over, deployed to the device.
// Every step looks first and does only what is missing, so a repeated start repeats nothing.
import type { Readable } from 'node:stream'
import type { MinisignSigner } from '@bongsu/foundation'
import type {
  AiPackage,
  Deployment,
  Device,
  Launch,
  LaunchProfile,
  PackageRegistration,
  PackageVersion,
} from '@bongsu/protocol'
import type { HubApi } from './hub-api.ts'
import { signVersion } from './publisher.ts'

/** What is deployed: catalogue entry, how it runs, and the built image. */
export interface SamplePackage {
  readonly registration: PackageRegistration
  readonly profile: LaunchProfile
  /** Docker's image id, `sha256:…`. */
  readonly imageId: string
  /** The image as `docker save` writes it. */
  openArchive(): Promise<Readable>
}

/** A version is immutable, so each built image is one of its own. */
export const versionNameOf = (imageId: string): string =>
  `1.0.0+${imageId.replace('sha256:', '').slice(0, 12)}`

interface Page<Item> {
  items: Item[]
}

/**
 * Registers package and version where they are missing and uploads the image where the hub has none.
 * @param publisher who vouches for the version; absent: it stays unsigned
 */
export async function ensureRegistered(
  hub: HubApi,
  sample: SamplePackage,
  publisher?: MinisignSigner,
): Promise<string> {
  const { registration, profile } = sample
  const version = versionNameOf(sample.imageId)
  const known = await hub.find<AiPackage>(`/api/v1/packages/${registration.id}`)
  if (!known) await hub.post<AiPackage>('/api/v1/packages', registration)
  const versions = `/api/v1/packages/${registration.id}/versions`
  const versionPath = `${versions}/${encodeURIComponent(version)}`
  let registered = known?.versions.find((candidate) => candidate.version === version)
  registered ??= await hub.post<PackageVersion>(versions, { version, profile })
  if (registered.state !== 'ready') {
    await hub.putBinary(`${versionPath}/archive`, {
      stream: await sample.openArchive(),
      contentType: 'application/x-tar',
    })
  }
  if (publisher && registered.signedBy !== publisher.keyId) await signVersion(hub, versionPath, publisher)
  return version
}

/** Accepts the device if nobody has yet; the trial's own join token normally has. */
export async function ensureAccepted(hub: HubApi, deviceId: string): Promise<Device> {
  const device = await hub.get<Device>(`/api/v1/devices/${deviceId}`)
  return device.approval === 'pending' ? hub.post<Device>(`/api/v1/devices/${deviceId}/accept`, {}) : device
}

/** The launch of this version on this device: the one an earlier start wished for, else a new deployment's. */
export async function ensureDeployed(
  hub: HubApi,
  wish: { packageId: string; version: string; deviceId: string },
): Promise<Launch> {
  const { items } = await hub.get<Page<Launch>>(`/api/v1/launches?deviceId=${wish.deviceId}&limit=200`)
  const wanted = items.filter((launch) => launch.packageId === wish.packageId && launch.wanted === 'running')
  const present = wanted.find((launch) => launch.version === wish.version && !hasEnded(launch))
  for (const launch of wanted) {
    if (launch !== present) await hub.post<Deployment>(`/api/v1/deployments/${launch.deploymentId}/stop`, {})
  }
  if (present) return present
  const deployment = await hub.post<Deployment>('/api/v1/deployments', {
    packageId: wish.packageId,
    version: wish.version,
    deviceIds: [wish.deviceId],
  })
  const [launchId] = deployment.launchIds
  if (!launchId) throw new Error(`deployment ${deployment.id} came without a launch`)
  return hub.get<Launch>(`/api/v1/launches/${launchId}`)
}

/** Ends that no later start can undo: such a launch is replaced by a new deployment. */
const hasEnded = (launch: Launch): boolean =>
  launch.status?.phase === 'failed' || launch.status?.phase === 'expired'
