// Whether the process lives and whether it can serve: for supervisors, load balancers and the trial.
import { CodedError } from '@bongsu/foundation'
import type { HubServer } from '../server.ts'

export interface Readiness {
  readonly isDatabaseReady: () => boolean
  readonly isStopping: () => boolean
}

export function registerHealth(server: HubServer, { isDatabaseReady, isStopping }: Readiness): void {
  server.get('/livez', { config: { permission: 'public' } }, async () => ({ status: 'alive' }))
  server.get('/readyz', { config: { permission: 'public' } }, async () => {
    if (isStopping()) throw new CodedError('HUB_SHUTTING_DOWN')
    if (!isDatabaseReady()) throw new CodedError('HUB_DATABASE_UNAVAILABLE')
    return { status: 'ready' }
  })
}
