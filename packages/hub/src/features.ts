// The features and how they know each other: each gets its own repository and only the neighbours it names.
import { join } from 'node:path'
import type { Clock, Logger } from '@bongsu/foundation'
import { MongoAccessTokenRepository } from './access-tokens/mongo-repository.ts'
import { AccessTokens } from './access-tokens/service.ts'
import { ChangeFeed } from './changes/change-feed.ts'
import type { HubConfig } from './config.ts'
import { DesiredStatePush } from './deployments/desired-state-push.ts'
import { LaunchService } from './deployments/launches.ts'
import { MongoDeploymentRepository } from './deployments/mongo-repository.ts'
import { Rollouts } from './deployments/rollout/rollouts.ts'
import { DeploymentService } from './deployments/service.ts'
import { ReportedLaunches } from './deployments/session-launches.ts'
import { Settlements } from './deployments/settlements.ts'
import { LiveDevices } from './devices/live-devices.ts'
import { MongoDeviceRepository } from './devices/mongo-repository.ts'
import { DeviceService } from './devices/service.ts'
import { LiveSessionDevices } from './devices/session-devices.ts'
import { Stills } from './devices/stills.ts'
import { JoinTokens } from './enrolment/join-tokens.ts'
import { MongoJoinTokenRepository } from './enrolment/mongo-join-token-repository.ts'
import { EnrolmentService } from './enrolment/service.ts'
import { Gate, type GateParts } from './gate/gate.ts'
import { MongoContentsRepository } from './gate/mongo-contents.ts'
import type { HubIdentity } from './identity/hub-identity.ts'
import type { NonceBook } from './identity/nonce-book.ts'
import type { Blobs } from './images/blobs.ts'
import { CatalogueFiles } from './packages/catalogue-file/service.ts'
import { MongoPackageRepository } from './packages/mongo-repository.ts'
import type { PackageRepository } from './packages/repository.ts'
import { PackageService, type PackageServiceParts } from './packages/service.ts'
import { VersionImages } from './packages/version-images.ts'
import { Withdrawals } from './packages/withdrawals.ts'
import type { Connection } from './plugins/database.ts'
import { createOrigin } from './plugins/origin.ts'
import { BlobUploads } from './registry/blob-uploads.ts'
import { MongoRegistryRepository } from './registry/mongo-repository.ts'
import { Pulls } from './registry/pulls.ts'
import { Pushes } from './registry/pushes.ts'
import type { KeyRing } from './secrets/key-ring.ts'
import { MongoSecretRepository } from './secrets/mongo-repository.ts'
import { SecretService } from './secrets/service.ts'
import type { Sessions } from './sessions/ports.ts'
import { ArchiveUploads } from './uploads/archive-uploads.ts'
import { UPLOADS_PATH } from './uploads/routes.ts'
import { MongoVerificationRepository } from './verification/mongo-repository.ts'
import { VerificationService } from './verification/service.ts'

export interface FeatureParts {
  readonly config: HubConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly identity: HubIdentity
  readonly nonces: NonceBook
  readonly connection: Connection
  readonly blobs: Blobs
  readonly secretKeys: KeyRing
  readonly sessions: () => Sessions
}

export type Features = ReturnType<typeof createFeatures>

export function createFeatures(parts: FeatureParts) {
  const { config, clock, logger, connection, sessions } = parts
  const changes = new ChangeFeed(clock)
  const deviceRecords = new MongoDeviceRepository(connection)
  const deploymentRecords = new MongoDeploymentRepository(connection)
  const live = new LiveDevices()
  const sessionDevices = new LiveSessionDevices({ repository: deviceRecords, live, changes, clock, logger })
  const stills = createStills(parts, changes)
  const { packages, withdrawals, catalogueFiles, blobs, packageRecords } = createPackages(
    parts,
    deploymentRecords,
    changes,
    {
      fleet: () => devices.fleet(),
      onReady: (packageId, version) => void verification.offer(packageId, version),
      onRemoved: (packageId, version) => verification.forget(packageId, version),
    },
  )
  const secrets: SecretService = new SecretService({
    repository: new MongoSecretRepository(connection),
    keys: parts.secretKeys,
    clock,
    logger,
    usesOf: async ({ name, deviceId }) => [
      ...(await deploymentRecords.usesOfInput({ secret: name, deviceId })),
      ...(await deviceRecords.findByCameraSecret(name)).filter((id) => (deviceId ?? id) === id),
    ],
    tellDevices: async ({ name, deviceId }) => {
      const told = await deploymentRecords.raiseForInput({ secret: name, deviceId })
      const cameras = await deviceRecords.findByCameraSecret(name)
      const others = cameras.filter((id) => (deviceId ?? id) === id && !told.includes(id))
      for (const id of others) await deploymentRecords.raiseGeneration(id)
      desiredStates.push([...told, ...others])
    },
    requireDevice: async (deviceId) => void (await devices.get(deviceId)),
  })
  const desiredStates = new DesiredStatePush({
    repository: deploymentRecords,
    sessions,
    inputs: {
      secrets,
      camerasOf: async (deviceId) => (await deviceRecords.find(deviceId))?.entered.cameras ?? [],
    },
    logger,
  })
  const deployments: DeploymentService = new DeploymentService({
    repository: deploymentRecords,
    devices: () => devices,
    packages,
    secrets,
    changes,
    clock,
    desiredStates,
  })
  const launches = new LaunchService({
    repository: deploymentRecords,
    desiredStates,
    liveEpochOf: (deviceId) => devices.liveEpochOf(deviceId),
    changes,
  })
  const settlements = new Settlements({
    repository: deploymentRecords,
    desiredStates,
    liveEpochOf: (deviceId) => devices.liveEpochOf(deviceId),
    changes,
    clock,
    logger,
  })
  const rollouts = new Rollouts({
    repository: deploymentRecords,
    desiredStates,
    liveEpochOf: (deviceId) => devices.liveEpochOf(deviceId),
    changes,
    clock,
    logger,
  })
  const sessionLaunches = new ReportedLaunches({
    repository: deploymentRecords,
    desiredStateFor: (deviceId) => desiredStates.desiredStateFor(deviceId),
    onReported: (deviceId) => {
      settlements.reported(deviceId)
      rollouts.reported()
    },
    changes,
    clock,
    logger,
  })
  const devices: DeviceService = new DeviceService({
    repository: deviceRecords,
    live,
    wishes: deployments,
    changes,
    clock,
    heartbeatIntervalMs: config.heartbeatIntervalMs,
    sessions,
    onCamerasChanged: async (deviceId) => {
      await deploymentRecords.raiseGeneration(deviceId)
      desiredStates.push([deviceId])
    },
    onRemoved: async (deviceId) => {
      sessionLaunches.forget(deviceId)
      await deploymentRecords.forgetDevice(deviceId)
      await stills.forget(deviceId)
      await secrets.forgetDevice(deviceId)
    },
  })
  const verification: VerificationService = createVerification(parts, {
    packages,
    devices,
    deployments,
    launches,
    stills,
    changes,
  })
  const access = createAccess(parts, deviceRecords, changes)
  const registry = createRegistry(parts, { packages, blobs, packageRecords })
  const archiveUploads = new ArchiveUploads({
    folder: join(config.dataDir, 'archive-uploads'),
    path: UPLOADS_PATH,
    maxBytes: config.maxArchiveBytes,
    requireVersion: (packageId, version) => packages.getVersion(packageId, version),
    receive: (...archive) => packages.receiveArchive(...archive),
    clock,
    logger,
  })

  return {
    changes,
    live,
    stills,
    blobs,
    devices,
    packages,
    withdrawals,
    catalogueFiles,
    deployments,
    launches,
    rollouts,
    secrets,
    verification,
    registry,
    archiveUploads,
    ...access,
    sessionDevices,
    sessionLaunches,
    /** Makes the folders that requests need. */
    prepare: () => Promise.all([blobs.start(), stills.start(), archiveUploads.prepare()]),
    /** With the database at hand: what an earlier life of the hub began. */
    finishHalfDone: () =>
      secrets
        .tellUntold()
        .catch((error: unknown) => logger.error({ err: error }, 'news of secrets not told yet')),
    start: () => {
      sessionDevices.start()
      settlements.start()
      rollouts.start()
      verification.start()
      registry.start()
      archiveUploads.start()
    },
    stop: async () => {
      await archiveUploads.stop()
      await registry.stop()
      await verification.stop()
      await rollouts.stop()
      await settlements.stop()
      await sessionDevices.stop()
    },
  }
}

const createStills = ({ config, clock, sessions }: FeatureParts, changes: ChangeFeed) =>
  new Stills({
    folder: join(config.dataDir, 'stills'),
    clock,
    sessions,
    onCaptured: (deviceId) => changes.publish('still', deviceId),
  })

/** Of a picture of a smoke run: enough for a catalogue. */
const PICTURE_WIDTH_PIXELS = 960

function createVerification(
  { identity, clock, logger, connection }: FeatureParts,
  neighbours: {
    readonly packages: PackageService
    readonly devices: DeviceService
    readonly deployments: DeploymentService
    readonly launches: LaunchService
    readonly stills: Stills
    readonly changes: ChangeFeed
  },
): VerificationService {
  const { packages, devices, deployments, launches, stills, changes } = neighbours
  const secret = identity.secretFor('verification')
  return new VerificationService({
    repository: new MongoVerificationRepository(connection),
    changes,
    clock,
    logger,
    ports: {
      getVersion: (packageId, version) => packages.getVersion(packageId, version),
      verifiers: () => devices.verifiers(),
      deploy: (request, origin, sealed) => deployments.deploy(request, origin, sealed),
      stop: (deploymentId) => deployments.stop(deploymentId),
      getLaunch: (launchId) => launches.get(launchId),
      capture: (deviceId, launchId) =>
        stills.get({ deviceId, launchId, maxWidthPixels: PICTURE_WIDTH_PIXELS, maxAgeMs: 0 }),
      // An earlier life may have made the wish already.
      originOf: (key) => createOrigin(key, secret, 'repeated'),
    },
  })
}

function createPackages(
  { config, clock, connection, blobs }: FeatureParts,
  deploymentRecords: MongoDeploymentRepository,
  changes: ChangeFeed,
  { fleet, ...told }: Pick<PackageServiceParts, 'onReady' | 'onRemoved'> & Pick<GateParts, 'fleet'>,
) {
  const maxBytes = config.maxArchiveBytes
  const gate = new Gate({
    repository: new MongoContentsRepository(connection),
    fleet,
    blocking: config.gateBlock,
  })
  const repository = new MongoPackageRepository(connection)
  const packages = new PackageService({
    repository,
    images: new VersionImages({ repository, blobs, clock, maxBytes, judge: (taken) => gate.judge(taken) }),
    changes,
    clock,
    gate,
    usesOf: (packageId, version) => deploymentRecords.activeUsesOf(packageId, version),
    ...told,
  })
  const withdrawals = new Withdrawals({
    repository,
    changes,
    clock,
    weigh: (findings) => gate.weigh(findings),
  })
  const catalogueFiles = new CatalogueFiles({ repository, changes, clock })
  return { packages, withdrawals, catalogueFiles, blobs, packageRecords: repository }
}

const SWEEP_MS = 3_600_000

/** The container registry in front of the packages' own store. */
function createRegistry(
  { clock, logger, identity, connection }: FeatureParts,
  {
    packages,
    blobs,
    packageRecords,
  }: {
    readonly packages: PackageService
    readonly blobs: Blobs
    readonly packageRecords: PackageRepository
  },
) {
  const repository = new MongoRegistryRepository(connection)
  const uploads = new BlobUploads({ blobs, clock })
  const pushes = new Pushes({
    blobs,
    repository,
    packages,
    findLayers: (diffIds) => packageRecords.findLayers(diffIds),
    clock,
    secret: identity.secretFor('registry'),
  })
  const pulls = new Pulls({
    blobs,
    repository,
    requirePackage: (packageId) => packages.get(packageId),
    listVersions: (packageId) => packageRecords.listVersions([packageId]),
  })
  const sweep = () =>
    void pushes.sweep().catch((error: unknown) => logger.warn({ err: error }, 'pushes could not be swept'))
  let sweeping: { stop(): void } | undefined
  return {
    uploads,
    pushes,
    pulls,
    start: () => {
      uploads.start()
      sweeping = clock.every(SWEEP_MS, sweep)
    },
    stop: async () => {
      sweeping?.stop()
      await uploads.stop()
    },
  }
}

/** Who comes in: devices by enrolment, people and programs by tokens. */
function createAccess(
  { clock, identity, nonces, connection }: FeatureParts,
  devices: MongoDeviceRepository,
  changes: ChangeFeed,
) {
  const tokens = new JoinTokens({ repository: new MongoJoinTokenRepository(connection), identity, clock })
  const enrolment = new EnrolmentService({ devices, tokens, identity, nonces, changes, clock })
  const listeners: ((principalId: string) => void)[] = []
  const accessTokens = new AccessTokens({
    repository: new MongoAccessTokenRepository(connection),
    clock,
    onRemoved: (principalId) => {
      for (const listener of listeners) listener(principalId)
    },
  })
  return {
    joinTokens: tokens,
    enrolment,
    accessTokens,
    onTokenRemoved: (listener: (principalId: string) => void) => void listeners.push(listener),
  }
}
