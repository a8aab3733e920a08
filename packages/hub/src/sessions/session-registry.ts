// Which session serves which device on this hub. The newest epoch wins; the end of an older one changes nothing.
import type { AgentSession } from './agent-session.ts'

export interface SessionRegistry {
  find(deviceId: string): AgentSession | undefined
  /** Puts a session in charge and ends the one it replaces; one that is itself older is ended instead. */
  take(session: AgentSession, epoch: number): void
  /** Forgets a session if it is still the one in charge. */
  drop(session: AgentSession): void
}

export function createSessionRegistry(): SessionRegistry {
  const inCharge = new Map<string, { session: AgentSession; epoch: number }>()
  return {
    find: (deviceId) => inCharge.get(deviceId)?.session,
    take(session, epoch) {
      const present = inCharge.get(session.deviceId)
      if (present && present.epoch > epoch) return session.close('superseded')
      inCharge.set(session.deviceId, { session, epoch })
      if (present && present.session !== session) present.session.close('superseded')
    },
    drop(session) {
      if (inCharge.get(session.deviceId)?.session === session) inCharge.delete(session.deviceId)
    },
  }
}
