// Public face of the hub for tests and benchmarks; the process itself is main.ts.
export { buildHub, type Hub, type HubDependencies } from './app.ts'
export { CONFIG_KEYS, type HubConfig, readConfig } from './config.ts'
export { ROLE_PERMISSIONS } from './plugins/permissions.ts'
export type { HubServer } from './server.ts'
export type { Sessions } from './sessions/ports.ts'
