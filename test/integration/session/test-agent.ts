// The agent's end of a session as it is, with handlers that a test looks into.
import { type Clock, silentLogger, systemClock } from '@bongsu/foundation'
import type { Command, DesiredState } from '@bongsu/protocol'
import type { CommandAnswer } from '../../../packages/agent/src/hub-session/command-answer.ts'
import {
  CONNECT_WITHIN_MS,
  createHubSession,
  type HubSession,
  WELCOME_WITHIN_MS,
} from '../../../packages/agent/src/hub-session/session.ts'
import type { SessionState } from '../../../packages/agent/src/hub-session/session-state.ts'
import { loadDeviceIdentity } from '../../../packages/agent/src/identity/device-identity.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'

export interface TestAgentOptions {
  readonly port: number
  readonly joinToken?: string | undefined
  readonly stateDir?: string
  readonly clock?: Clock
  readonly onCommand?: (command: Command, answer: CommandAnswer) => void
  /** Called before each heartbeat goes out. */
  readonly onBeat?: () => void
}

export interface TestAgent {
  readonly session: HubSession
  readonly stateDir: string
  /** Every state it was in, in order. */
  readonly states: readonly SessionState[]
  /** Generations of the desired states that arrived, taken or not. */
  readonly desired: readonly number[]
  online(epoch?: number): Promise<void>
  /** Waits until it has waited for this reason. */
  waited(code: string): Promise<void>
}

const DEADLINES_MS: readonly number[] = [CONNECT_WITHIN_MS, WELCOME_WITHIN_MS]

/** Back-offs of the agent shortened to at most this, for tests that wait for its return; its deadlines stay. */
export const briskClock = (longestMs: number): Clock => ({
  ...systemClock,
  sleep: (durationMs, signal) =>
    systemClock.sleep(
      DEADLINES_MS.includes(durationMs) ? durationMs : Math.min(durationMs, longestMs),
      signal,
    ),
})

/** Started; stops with the test. Its back-offs are a small share of the usual ones. */
export async function startTestAgent(cleanup: Cleanup, options: TestAgentOptions): Promise<TestAgent> {
  const { clock = systemClock, stateDir = tempDir(cleanup, 'session-agent') } = options
  const states: SessionState[] = []
  const desired: number[] = []
  let acceptedGeneration = 0
  const accept = ({ generation }: DesiredState) => {
    desired.push(generation)
    const outcome = generation > acceptedGeneration ? ('accepted' as const) : ('stale' as const)
    acceptedGeneration = Math.max(acceptedGeneration, generation)
    return { type: 'desired-state-ack' as const, generation, outcome, acceptedGeneration }
  }
  const session = createHubSession({
    hub: { url: new URL(`http://127.0.0.1:${options.port}`) },
    identity: await loadDeviceIdentity(stateDir, new Date()),
    stateDir,
    joinToken: options.joinToken,
    evidence: () => ({ hostname: 'test-device' }),
    clock,
    logger: silentLogger(),
    // No back-off of this share is as long as a deadline, so that the brisk clock can tell them apart.
    random: () => 0.043,
    hello: () => ({ agentVersion: 'test', acceptedGeneration }),
    heartbeat: () => {
      options.onBeat?.()
      return { health: { measuredAt: new Date().toISOString() } }
    },
    onDesiredState: async (incoming) => accept(incoming),
    onCommand: options.onCommand ?? (() => undefined),
    onState: (state) => void states.push(state),
  })
  cleanup.after(() => session.stop())
  session.start()
  return {
    session,
    stateDir,
    states,
    desired,
    async online(epoch) {
      await waitFor(() => session.state(), {
        what: `the session is online${epoch === undefined ? '' : ` with epoch ${epoch}`}`,
        until: (state) => state.kind === 'online' && (epoch === undefined || state.epoch === epoch),
      })
    },
    async waited(code) {
      await waitFor(() => states.some((state) => state.kind === 'waiting' && state.reason.code === code), {
        what: `the session waits for ${code}`,
      })
    },
  }
}
