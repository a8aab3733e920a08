// The hub's composition: parts made in order of need, routes registered one by one, nothing found by itself.
// Listening, signals and the environment are `main.ts`'s.
import { randomUUID } from 'node:crypto'
import { type Clock, type Logger, systemClock } from '@bongsu/foundation'
import { newId } from '@bongsu/protocol'
import fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { loadAdminToken } from './access-tokens/admin-token.ts'
import { registerAccessTokenRoutes } from './access-tokens/routes.ts'
import { registerChangeRoutes } from './changes/routes.ts'
import type { HubConfig } from './config.ts'
import { registerDeploymentRoutes } from './deployments/routes.ts'
import { registerLiveViewRoute } from './devices/live-view-route.ts'
import { registerDeviceRoutes } from './devices/routes.ts'
import { registerEnrolmentRoutes } from './enrolment/routes.ts'
import { createFeatures, type Features } from './features.ts'
import { createDeviceTokens, type DeviceTokens } from './identity/device-token.ts'
import { type HubIdentity, loadHubIdentity } from './identity/hub-identity.ts'
import { createNonceBook } from './identity/nonce-book.ts'
import { openBlobs } from './images/open-blobs.ts'
import { registerCatalogueFileRoutes } from './packages/catalogue-file/routes.ts'
import { registerImageRoutes } from './packages/image-routes.ts'
import { registerProfileImportRoute } from './packages/profile-import/route.ts'
import { registerPackageRoutes } from './packages/routes.ts'
import { registerWithdrawalRoutes } from './packages/withdrawal-routes.ts'
import { registerAuthentication, type TokenVerifier } from './plugins/authentication.ts'
import { registerConsole } from './plugins/console.ts'
import { createDatabase, type Database } from './plugins/database.ts'
import { registerEntityTag } from './plugins/entity-tag.ts'
import { registerErrorHandler, sendProblem } from './plugins/error-handler.ts'
import { registerHealth } from './plugins/health.ts'
import { registerIdempotency } from './plugins/idempotency.ts'
import { type HubCounters, registerMetrics } from './plugins/metrics.ts'
import { createMongoIdempotencyStore } from './plugins/mongo-idempotency.ts'
import { registerOpenApi } from './plugins/openapi.ts'
import { registerRequestRules } from './plugins/request-rules.ts'
import { registerValidation } from './plugins/validation.ts'
import { registerRegistryRoutes } from './registry/routes.ts'
import { loadKeyRing } from './secrets/key-ring.ts'
import { registerSecretRoutes } from './secrets/routes.ts'
import type { HubServer } from './server.ts'
import { type GatewayDependencies, registerSessionGateway } from './sessions/gateway.ts'
import type { Sessions } from './sessions/ports.ts'
import { createHttpServer, type HubHttpServer } from './tls/http-server.ts'
import { loadTlsMaterial, type TlsMaterial } from './tls/tls-material.ts'
import { registerUploadRoutes } from './uploads/routes.ts'
import { registerVerificationRoutes } from './verification/routes.ts'
import { HUB_VERSION } from './version.ts'

export interface HubDependencies {
  readonly logger: Logger
  readonly clock?: Clock
  /** In place of the gateway on this hub's own server. */
  readonly createSessions?: (server: HubServer['server'], parts: GatewayDependencies) => Sessions
  /** Called before the server is ready: more routes, under the same rules. */
  readonly extend?: (server: HubServer) => void
}

export interface Hub {
  readonly server: HubServer
  readonly database: Database
  readonly identity: HubIdentity
  readonly features: Features
  readonly sessions: Sessions
  /** Connects to the database; resolves when requests can be served. */
  start(signal: AbortSignal): Promise<void>
  /** Ends sessions and feeds politely, finishes requests, writes what is still in memory. */
  stop(): Promise<void>
}

const RENEWAL_CHECK_MS = 12 * 3_600_000
const JSON_BODY_BYTES = 512 * 1024

/** @throws CodedError HUB_CONFIG_INVALID for unreadable certificates; Error for a route without a permission */
export async function buildHub(config: HubConfig, dependencies: HubDependencies): Promise<Hub> {
  const { logger, clock = systemClock, createSessions = registerSessionGateway } = dependencies
  const identity = await loadHubIdentity(config.dataDir)
  const loadMaterial = () => loadMaterialFor(config, identity, clock)
  const material = await loadMaterial()
  const { server, http } = createServer(logger, material)
  const database = createDatabase({ uri: config.mongodbUri, clock, logger })
  const nonces = createNonceBook(clock)
  const tokens = createDeviceTokens(identity.secretFor('device-token'), clock)
  let sessions: Sessions | undefined
  let isStopping = false
  const sessionsNow = (): Sessions => {
    if (!sessions) throw new Error('sessions are used before the hub is built')
    return sessions
  }
  const features = createFeatures({
    config,
    clock,
    logger,
    identity,
    nonces,
    connection: database.connection,
    blobs: await openBlobs(config, { clock, logger }),
    secretKeys: await loadKeyRing(config.dataDir),
    sessions: sessionsNow,
  })

  const counters = await registerPlugins(server, {
    config,
    clock,
    identity,
    database,
    features,
    tokens,
    scheme: material ? 'https' : 'http',
    isStopping: () => isStopping,
  })
  const authority = material?.authority
  await registerRoutes(server, features, { identity, nonces, clock, authority, sessions: sessionsNow })
  dependencies.extend?.(server)
  await registerConsole(server, config.consoleDir)
  sessions = createSessions(server.server, {
    identity,
    nonces,
    tokens,
    devices: features.sessionDevices,
    launches: features.sessionLaunches,
    counters: counters.sessions,
    clock,
    logger,
    heartbeatIntervalMs: config.heartbeatIntervalMs,
  })
  await features.prepare()
  await server.ready()
  const renewal = keepRenewed(http, loadMaterial, { clock, logger })

  return {
    server,
    database,
    identity,
    features,
    sessions,
    async start(signal) {
      features.start()
      await database.connect(signal)
      if (database.isReady()) await features.finishHalfDone()
    },
    async stop() {
      isStopping = true
      renewal.stop()
      await sessionsNow().drain()
      await server.close()
      await features.stop()
      await database.close()
    },
  }
}

interface PluginParts {
  readonly config: HubConfig
  readonly clock: Clock
  readonly identity: HubIdentity
  readonly database: Database
  readonly features: Features
  readonly tokens: DeviceTokens
  readonly scheme: 'http' | 'https'
  readonly isStopping: () => boolean
}

/** The rules every request obeys, in the order they are applied. */
async function registerPlugins(server: HubServer, parts: PluginParts): Promise<HubCounters> {
  const { config, clock, identity, database, features, tokens, scheme, isStopping } = parts
  registerErrorHandler(server)
  registerValidation(server)
  registerRequestRules(server, { secure: scheme })
  registerAuthentication(server, {
    clock,
    verifiers: [
      await loadAdminToken(config.adminTokenFile),
      (token) => toDevicePrincipal(tokens.verify(token)),
      (token) => features.accessTokens.verify(token),
    ] satisfies TokenVerifier[],
  })
  registerEntityTag(server)
  registerIdempotency(server, {
    store: createMongoIdempotencyStore(database.connection),
    clock,
    hubId: identity.hubId,
    instance: randomUUID(),
    secret: identity.secretFor('idempotency'),
  })
  await registerOpenApi(server, { version: HUB_VERSION })
  registerHealth(server, { isDatabaseReady: database.isReady, isStopping })
  return registerMetrics(server, {
    devicesByState: () => features.live.countByState(),
    changeFollowers: () => features.changes.followers,
    isDatabaseReady: database.isReady,
  })
}

function createServer(logger: Logger, material: TlsMaterial | undefined) {
  let http: HubHttpServer | undefined
  const loggerInstance: FastifyBaseLogger = logger
  const server: HubServer = fastify({
    loggerInstance,
    // One line per failure, from the error handler; routine requests are counted, not written.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId('req'),
    requestIdHeader: false,
    exposeHeadRoutes: false,
    bodyLimit: JSON_BODY_BYTES,
    return503OnClosing: false,
    // What is refused before any route is found, such as an address that cannot be decoded.
    frameworkErrors: (error, request, reply) => void sendProblem(request, reply, error),
    routerOptions: { maxParamLength: 200 },
    serverFactory: (handler) => {
      http = createHttpServer(material, handler)
      return http.server
    },
  })
  if (!http) throw new Error('the framework made no server')
  return { server, http }
}

async function registerRoutes(
  server: HubServer,
  features: Features,
  parts: Pick<GatewayDependencies, 'identity' | 'nonces' | 'clock'> & {
    readonly authority: string | undefined
    readonly sessions: () => Sessions
  },
): Promise<void> {
  const { authority } = parts
  registerEnrolmentRoutes(server, { ...parts, service: features.enrolment, tokens: features.joinTokens })
  registerAccessTokenRoutes(server, features.accessTokens)
  const devices = {
    service: features.devices,
    requireLaunchOf: (launchId: string, deviceId: string) =>
      features.launches.requireLaunchOf(launchId, deviceId),
  }
  registerDeviceRoutes(server, { ...devices, stills: features.stills })
  const { sessions, clock } = parts
  const liveViews = registerLiveViewRoute(server, { ...devices, sessions, clock })
  registerPackageRoutes(server, features.packages)
  registerWithdrawalRoutes(server, features.withdrawals)
  await registerCatalogueFileRoutes(server, features.catalogueFiles)
  registerProfileImportRoute(server)
  const mayDeviceDownload = async (deviceId: string, packageId: string, version: string) =>
    (await features.devices.isAccepted(deviceId)) &&
    (await features.deployments.isVersionWished(deviceId, packageId, version))
  await registerImageRoutes(server, { service: features.packages, blobs: features.blobs, mayDeviceDownload })
  await registerRegistryRoutes(server, { ...features.registry, blobs: features.blobs, mayDeviceDownload })
  await registerUploadRoutes(server, features.archiveUploads)
  registerDeploymentRoutes(server, features)
  registerSecretRoutes(server, features.secrets)
  registerVerificationRoutes(server, features.verification)
  const streams = registerChangeRoutes(server, { changes: features.changes, clock })
  features.onTokenRemoved((principalId) => {
    streams.endFor(principalId)
    liveViews.endFor(principalId)
  })
  if (authority !== undefined) {
    // Public by nature: what devices and browsers install to trust this hub.
    server.get('/authority.pem', { config: { permission: 'public' } }, async (_request, reply) =>
      reply.type('application/x-pem-file').serializer(String).send(authority),
    )
  }
}

const toDevicePrincipal = (device: { deviceId: string } | undefined) =>
  device && ({ id: device.deviceId, name: device.deviceId, role: 'device' } as const)

const loadMaterialFor = (config: HubConfig, { hubId }: HubIdentity, clock: Clock) =>
  loadTlsMaterial({
    config: config.tls,
    dataDir: config.dataDir,
    hubId,
    names: config.publicUrl ? [config.publicUrl.hostname.replace(/^\[|\]$/g, '')] : [],
    now: clock.now(),
  })

/** Looks again now and then, so that a hub which runs for a year does not end with its certificate. */
function keepRenewed(
  http: HubHttpServer,
  load: () => Promise<TlsMaterial | undefined>,
  { clock, logger }: { clock: Clock; logger: Logger },
) {
  return clock.every(RENEWAL_CHECK_MS, () => {
    load()
      .then((material) => material && http.renew(material))
      .catch((error: unknown) => logger.error({ err: error }, 'certificate could not be renewed'))
  })
}
