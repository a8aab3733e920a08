// Finds the display of the device: sockets, X processes, log-ins and cookies on the machine, each combination proven by a
// probe made as whom its programs will run as. The environment of the agent is never asked: it is a service, and a shell's
// DISPLAY is a frequent lie.
import { type Clock, isCodedError } from '@bongsu/foundation'
import type { Identity, Privileges } from '../privileged/privileges.ts'
import { type Candidate, candidates, choose, type ProbedCandidate, worthProbing } from './choose.ts'
import { listDisplaySockets } from './display-sockets.ts'
import type { DisplayState } from './display-state.ts'
import type { Machine } from './machine.ts'
import { DEFAULT_PROBE_TIMEOUT_MS, type ProbeResult, probeDisplay } from './probe.ts'
import type { XCookie } from './x11/x-cookie.ts'

export interface DiscoveryOptions {
  readonly clock: Pick<Clock, 'now'>
  readonly privileges: Privileges
  readonly socketDir: string
  /** Use this display and no other. */
  readonly displayNumber?: number | undefined
  /** Whether a login screen counts as a display. Default `left_out`. */
  readonly greeter?: 'allowed' | 'left_out' | undefined
  readonly probeTimeoutMs?: number | undefined
}

export interface LookOptions {
  readonly signal?: AbortSignal | undefined
  /** In place of the configured one. */
  readonly displayNumber?: number | undefined
  /** Display of the agent's own server, if it runs. */
  readonly ownedNumber?: number | undefined
}

export interface Discovery {
  /**
   * Looks once. Takes milliseconds, or the probe's time limit when a server hangs; displays are probed side by side.
   * Rejects only when aborted.
   */
  look(options?: LookOptions): Promise<DisplayState>
}

/** Remembers which cookie opened a display: a server logs each one that does not. */
export const createDiscovery = (options: DiscoveryOptions): Discovery => new MachineDiscovery(options)

/** Nobody, as the kernel numbers it: a user whom no server has reason to let in. */
const STRANGER: Identity = { uid: 65_534, gid: 65_534 }

/** A server that restarts all the time is told as it was seen last. */
const MAX_LOOKS = 3

type Opened = Pick<ProbedCandidate, 'cookie' | 'cookieOrigin'>
type Attempt = Opened & Pick<ProbedCandidate, 'result'>

class MachineDiscovery implements Discovery {
  readonly #options: DiscoveryOptions
  readonly #opened = new Map<number, Opened & { readonly incarnation: string }>()
  /** Whether a stranger got in, by incarnation. */
  #strangers: { readonly incarnation: string; readonly gotIn: boolean } | undefined

  constructor(options: DiscoveryOptions) {
    this.#options = options
  }

  async look(options: LookOptions = {}): Promise<DisplayState> {
    for (let looks = 1; ; looks += 1) {
      const state = await this.#lookOnce(options)
      if (looks === MAX_LOOKS || !this.#wasReplaced(state)) return state
    }
  }

  /** Whether the server that was listed is not the one that answered: it restarted between the two. */
  #wasReplaced(state: DisplayState): boolean {
    if (state.kind !== 'ready') return false
    const { number, incarnation } = state.display
    const now = listDisplaySockets(this.#options.socketDir).find((socket) => socket.number === number)
    return !now || !`${incarnation}-`.startsWith(`${now.incarnation}-`)
  }

  async #lookOnce({ signal, displayNumber, ownedNumber }: LookOptions): Promise<DisplayState> {
    const { clock, privileges, socketDir, greeter = 'left_out' } = this.#options
    const pinnedNumber = displayNumber ?? this.#options.displayNumber
    signal?.throwIfAborted()
    try {
      const machine = await privileges.observe()
      const all = candidates(machine, ownedNumber)
      const wanted = worthProbing(all, { pinnedNumber, greeter })
      const attempts = await Promise.all(wanted.map((candidate) => this.#prove(candidate, signal)))
      this.#forgetAllBut(machine)
      const state = choose(await this.#withServers(attempts), { checkedAt: clock.now(), socketDir })
      if (state.kind === 'ready') return await this.#judged(state, signal)
      const screen = all.find((it) => it.isGreeter && !wanted.includes(it))
      if (state.kind !== 'no_display' || !screen || pinnedNumber !== undefined) return state
      const { number } = screen.socket
      return { ...state, reason: { code: 'AGENT_DISPLAY_LOGIN_SCREEN', parameters: { number } } }
    } catch (error) {
      if (!isCodedError(error)) throw error
      return { kind: 'unseen', reason: error.toReason(), checkedAt: clock.now() }
    }
  }

  async #prove(candidate: Candidate, signal: AbortSignal | undefined): Promise<ProbedCandidate> {
    const { number, incarnation } = candidate.socket
    const known = this.#opened.get(number)
    if (known?.incarnation === incarnation) {
      const result = await this.#probe(candidate, known.cookie, signal)
      if (result.kind !== 'refused') return { ...candidate, ...known, result }
    }
    const attempt = await this.#tryCookies(candidate, signal)
    const { cookie, cookieOrigin } = attempt
    if (attempt.result.kind === 'ready') this.#opened.set(number, { cookie, cookieOrigin, incarnation })
    else this.#opened.delete(number)
    return { ...candidate, ...attempt }
  }

  async #tryCookies(candidate: Candidate, signal: AbortSignal | undefined): Promise<Attempt> {
    let refusal: Attempt | undefined
    for (const { cookie, origin } of await this.#options.privileges.cookies(candidate.socket.number)) {
      const result = await this.#probe(candidate, cookie, signal)
      const attempt: Attempt = { result, cookie, cookieOrigin: origin }
      // Only a refusal can change with another cookie.
      if (result.kind !== 'refused') return attempt
      refusal ??= attempt
    }
    const result = await this.#probe(candidate, undefined, signal)
    const open: Attempt = { result, cookie: undefined, cookieOrigin: 'none' }
    return result.kind === 'refused' ? (refusal ?? open) : open
  }

  #probe(
    { socket, sessionUser }: Pick<Candidate, 'socket' | 'sessionUser'>,
    cookie: XCookie | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ProbeResult> {
    const { privileges, probeTimeoutMs = DEFAULT_PROBE_TIMEOUT_MS } = this.#options
    return probeDisplay({
      socketPath: socket.socketPath,
      cookie,
      timeoutMs: probeTimeoutMs,
      signal,
      dial: privileges.dialAs(socket.number, sessionUser, cookie ? 'cookie' : 'identity'),
    })
  }

  /** An Xwayland that waited for its first client runs since our probe: now it can be told what it is. */
  async #withServers(probed: readonly ProbedCandidate[]): Promise<ProbedCandidate[]> {
    const isUnknown = ({ server, result }: ProbedCandidate) => !server && result.kind === 'ready'
    if (!probed.some(isUnknown)) return [...probed]
    const now = candidates(await this.#options.privileges.observe())
    return probed.map((each) => {
      const seen = now.find(({ socket }) => socket.incarnation === each.socket.incarnation)
      return isUnknown(each) && seen?.server ? { ...each, server: seen.server } : each
    })
  }

  async #judged(
    state: Extract<DisplayState, { kind: 'ready' }>,
    signal: AbortSignal | undefined,
  ): Promise<DisplayState> {
    const { display } = state
    const { incarnation, number, socketPath, sessionUser } = display
    if (this.#strangers?.incarnation !== incarnation) {
      const dial = this.#options.privileges.dialAs(number, STRANGER, 'identity')
      if (!dial || sessionUser.uid === STRANGER.uid) return state
      const { probeTimeoutMs: timeoutMs = DEFAULT_PROBE_TIMEOUT_MS } = this.#options
      const { kind } = await probeDisplay({ socketPath, dial, timeoutMs, signal })
      if (kind !== 'ready' && kind !== 'refused' && kind !== 'denied') return state
      this.#strangers = { incarnation, gotIn: kind === 'ready' }
    }
    return { ...state, display: { ...display, isUnprotected: this.#strangers.gotIn } }
  }

  #forgetAllBut({ sockets }: Machine): void {
    for (const [number, { incarnation }] of this.#opened) {
      const isThere = sockets.some((socket) => socket.number === number && socket.incarnation === incarnation)
      if (!isThere) this.#opened.delete(number)
    }
  }
}
