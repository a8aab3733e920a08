// Smoke runs: each version once on a verifier, one run at a time per verifier, until it shows, fails or takes too long.
// Invariants: what runs is named by ids derived from the run, so that a hub that died in between finds it again and
// never starts it twice; a decided run's launch is stopped before the next one begins on that verifier.
import { type Clock, CodedError, createExclusiveRunner, type Logger, messageOf } from '@bongsu/foundation'
import type {
  Deployment,
  Device,
  Launch,
  LaunchProfile,
  PackageVersion,
  Verification,
} from '@bongsu/protocol'
import type { ChangeFeed } from '../changes/change-feed.ts'
import type { Origin } from '../plugins/origin.ts'
import { outcomeOf } from './outcome.ts'
import type { VerificationRecord, VerificationRepository } from './repository.ts'
import { sandboxProfile } from './sandbox-profile.ts'

/** What a smoke run needs of the other features. */
export interface VerificationPorts {
  getVersion(packageId: string, version: string): Promise<PackageVersion>
  /** Connected and accepted devices that offer themselves. */
  verifiers(): Promise<readonly Device[]>
  deploy(
    request: { packageId: string; version: string; deviceIds: string[]; notAfter: string },
    origin: Origin,
    sealed: LaunchProfile,
  ): Promise<Deployment>
  stop(deploymentId: string): Promise<unknown>
  getLaunch(launchId: string): Promise<Launch>
  capture(
    deviceId: string,
    launchId: string,
  ): Promise<{ readonly png: Uint8Array; readonly capturedAt: Date }>
  originOf(key: string): Origin
}

export interface VerificationParts {
  readonly repository: VerificationRepository
  readonly ports: VerificationPorts
  readonly changes: ChangeFeed
  readonly clock: Clock
  readonly logger: Logger
}

/** From the image's transfer to its first frame. */
const LONGEST_RUN_MS = 15 * 60_000
/** Changes wake us; this is for what nobody tells, deadlines above all. */
const LOOK_INTERVAL_MS = 10_000

export class VerificationService {
  readonly #parts: VerificationParts
  readonly #runner = createExclusiveRunner((signal) => this.#advanceAll(signal))
  #stopListening: () => void = () => undefined
  #timer: { stop(): void } | undefined
  /** Nothing else to do: a hub without open runs asks the database nothing. */
  #hasOpen = true

  constructor(parts: VerificationParts) {
    this.#parts = parts
  }

  start(): void {
    const { changes, clock } = this.#parts
    this.#timer = clock.every(LOOK_INTERVAL_MS, () => this.#wake())
    this.#stopListening = changes.listen(({ change }) => {
      if (change.resource === 'launch' || change.resource === 'device') this.#wake()
    })
  }

  async stop(): Promise<void> {
    this.#timer?.stop()
    this.#stopListening()
    await this.#runner.stop()
  }

  /** Begins anew, whatever an earlier run said. Durable when it resolves. */
  async begin(packageId: string, version: string): Promise<Verification> {
    const { repository, clock, changes, ports } = this.#parts
    const { state } = await ports.getVersion(packageId, version)
    if (state !== 'ready') {
      throw new CodedError('HUB_VERSION_NOT_READY', { parameters: { id: packageId, version } })
    }
    const present = await repository.find(packageId, version)
    if (present && !isDecided(present)) return toVerification(present)
    const record: VerificationRecord = { packageId, version, state: 'waiting', startedAt: clock.now() }
    await repository.save(record)
    changes.publish('package', packageId)
    this.#hasOpen = true
    this.#wake()
    return toVerification(record)
  }

  /** A version has become ready: looked at by itself where a device offers itself for that. Never rejects. */
  async offer(packageId: string, version: string): Promise<void> {
    const { ports, logger } = this.#parts
    try {
      if ((await ports.verifiers()).length > 0) await this.begin(packageId, version)
    } catch (error) {
      logger.warn({ err: error, packageId, version }, 'a smoke run could not begin')
    }
  }

  /** @throws CodedError HUB_VERIFICATION_NOT_FOUND, HUB_PACKAGE_NOT_FOUND, HUB_VERSION_NOT_FOUND */
  async get(packageId: string, version: string): Promise<Verification> {
    const record = await this.#parts.repository.find(packageId, version)
    if (record) return toVerification(record)
    await this.#parts.ports.getVersion(packageId, version)
    throw notFound(packageId, version)
  }

  /** The PNG of the first frame that was seen. @throws CodedError as {@link get}, also when there is no picture */
  async picture(packageId: string, version: string): Promise<Uint8Array> {
    const png = await this.#parts.repository.findPicture(packageId, version)
    if (png) return png
    await this.get(packageId, version)
    throw notFound(packageId, version)
  }

  /** After the version is gone: one of the same name is another one. */
  async forget(packageId: string, version: string): Promise<void> {
    await this.#parts.repository.remove(packageId, version)
  }

  #wake(): void {
    if (!this.#hasOpen) return
    this.#runner.request().catch((error: unknown) => {
      // Stopping rejects too; a database that is away comes back before the next look.
      this.#parts.logger.debug({ err: error }, 'smoke runs could not be looked at')
    })
  }

  async #advanceAll(signal: AbortSignal): Promise<void> {
    const { repository, logger } = this.#parts
    this.#hasOpen = false
    const open = await repository.listOpen().catch((error: unknown) => {
      this.#hasOpen = true
      throw error
    })
    this.#hasOpen ||= open.length > 0
    const busy = new Set(open.flatMap(({ deviceId }) => deviceId ?? []))
    for (const record of open) {
      if (signal.aborted) return
      try {
        if (record.state === 'waiting') await this.#place(record, busy)
        else await this.#judge(record)
      } catch (error) {
        logger.warn({ err: error, packageId: record.packageId }, 'a smoke run could not go on')
      }
    }
  }

  async #place(record: VerificationRecord, busy: Set<string>): Promise<void> {
    const { ports, clock } = this.#parts
    const { packageId, version } = record
    const found = await ports.getVersion(packageId, version).catch(() => undefined)
    if (!found?.image)
      return this.#decide(record, { state: 'failed', reason: { code: 'HUB_VERIFICATION_LOST' } })
    const { architecture } = found.image
    const verifier = (await ports.verifiers()).find(
      ({ id, observed }) => !busy.has(id) && (observed?.facts?.architecture ?? architecture) === architecture,
    )
    if (!verifier) return
    busy.add(verifier.id)
    const deadlineAt = new Date(clock.now().getTime() + LONGEST_RUN_MS)
    const placed = { ...record, state: 'running' as const, deviceId: verifier.id, deadlineAt }
    // Before the wish itself: a hub that dies in between comes back to the same verifier and the same ids.
    await this.#save(placed)
    await this.#launchOrFail(placed)
  }

  async #launch(record: VerificationRecord): Promise<void> {
    const { ports } = this.#parts
    const { packageId, version, deviceId = '', deadlineAt, startedAt } = record
    const { profile } = await ports.getVersion(packageId, version)
    const origin = ports.originOf(`${packageId}/${version} ${startedAt.toISOString()} ${deviceId}`)
    const notAfter = (deadlineAt ?? startedAt).toISOString()
    const wish = { packageId, version, deviceIds: [deviceId], notAfter }
    const { id, launchIds } = await ports.deploy(wish, origin, sandboxProfile(profile))
    await this.#save({ ...record, deploymentId: id, launchId: launchIds[0] })
  }

  /** A wish that is refused for good is the run's end. */
  async #launchOrFail(record: VerificationRecord): Promise<void> {
    await this.#launch(record).catch((error: unknown) => {
      if (!(error instanceof CodedError)) throw error
      return this.#decide(record, { state: 'failed', reason: error.toReason() })
    })
  }

  async #judge(record: VerificationRecord): Promise<void> {
    const { ports, clock } = this.#parts
    const { launchId, deviceId = '', deadlineAt } = record
    if (launchId === undefined) return this.#launchOrFail(record)
    const launch = await ports.getLaunch(launchId).catch((error: unknown) => {
      if (error instanceof CodedError && error.code === 'HUB_LAUNCH_NOT_FOUND') return undefined
      throw error
    })
    const outcome = launch ? outcomeOf(launch) : LOST
    if (outcome.kind === 'failed') {
      const { reason, findings } = outcome
      return this.#decide(record, { state: 'failed', reason, findings })
    }
    if (outcome.kind === 'visible') {
      const { png, capturedAt } = await ports.capture(deviceId, launchId)
      return this.#decide(record, { state: 'shown', picture: png, pictureAt: capturedAt })
    }
    if (deadlineAt && clock.now() < deadlineAt) return
    const parameters = { seconds: LONGEST_RUN_MS / 1000, verdict: outcome.verdict }
    await this.#decide(record, {
      state: 'failed',
      reason: { code: 'HUB_VERIFICATION_NOT_SHOWN', parameters },
    })
  }

  async #decide(record: VerificationRecord, verdict: Partial<VerificationRecord>): Promise<void> {
    const { ports, clock, logger } = this.#parts
    // First, so that a hub that dies here stops it again.
    if (record.deploymentId !== undefined) {
      await ports.stop(record.deploymentId).catch((error: unknown) => {
        if (!(error instanceof CodedError)) throw error
        logger.warn({ problem: messageOf(error) }, 'the launch of a smoke run is gone already')
      })
    }
    await this.#save({ ...record, ...verdict, endedAt: clock.now() })
  }

  async #save(record: VerificationRecord): Promise<void> {
    await this.#parts.repository.save(record)
    this.#parts.changes.publish('package', record.packageId)
  }
}

const LOST = { kind: 'failed', reason: { code: 'HUB_VERIFICATION_LOST' }, findings: undefined } as const

const isDecided = ({ state }: VerificationRecord): boolean => state === 'shown' || state === 'failed'

const notFound = (id: string, version: string) =>
  new CodedError('HUB_VERIFICATION_NOT_FOUND', { parameters: { id, version } })

const toVerification = (record: VerificationRecord): Verification => {
  const { packageId, version, state, deviceId, launchId, reason, findings, pictureAt, startedAt, endedAt } =
    record
  return {
    packageId,
    version,
    state,
    ...(deviceId !== undefined && { deviceId }),
    ...(launchId !== undefined && { launchId }),
    ...(reason && { reason }),
    ...(findings && { findings: [...findings] }),
    ...(pictureAt && { pictureAt: pictureAt.toISOString() }),
    startedAt: startedAt.toISOString(),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  }
}
