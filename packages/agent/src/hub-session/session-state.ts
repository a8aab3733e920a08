// The agent's session with its hub as a state machine. Pure: the driver does what the effects say and tells what happened.
//
//   idle --start--> connecting --linked--> greeting --welcomed--> online
//                       |                      |                     |
//                       +------- failed / closed: waiting <----------+
//                                   |  ^
//                                   +--+ due: connecting
//   stop, from anywhere: idle
import type { DeviceApproval, Reason } from '@bongsu/protocol'

export type SessionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'greeting' }
  | { readonly kind: 'online'; readonly epoch: number; readonly approval: DeviceApproval }
  | { readonly kind: 'waiting'; readonly reason: Reason }

export type SessionEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'linked' }
  | { readonly kind: 'welcomed'; readonly epoch: number; readonly approval: DeviceApproval }
  | { readonly kind: 'approval'; readonly approval: DeviceApproval }
  /** The attempt or the link ended. `retryAfterMs` is the hub's wish, if it has one. */
  | { readonly kind: 'ended'; readonly reason: Reason; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'due' }
  | { readonly kind: 'stop' }

export type SessionEffect =
  | { readonly kind: 'connect' }
  | { readonly kind: 'greet' }
  /** The link stands: the next failure starts its back-off anew. */
  | { readonly kind: 'settle' }
  | { readonly kind: 'wait'; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'disconnect' }

export interface Transition {
  readonly state: SessionState
  readonly effects: readonly SessionEffect[]
}

const stay = (state: SessionState): Transition => ({ state, effects: [] })

/** The only place where a session changes state. What does not fit the state changes nothing. */
export function next(state: SessionState, event: SessionEvent): Transition {
  switch (event.kind) {
    case 'start':
      return state.kind === 'idle'
        ? { state: { kind: 'connecting' }, effects: [{ kind: 'connect' }] }
        : stay(state)
    case 'linked':
      return state.kind === 'connecting'
        ? { state: { kind: 'greeting' }, effects: [{ kind: 'greet' }] }
        : stay(state)
    case 'welcomed':
      return state.kind === 'greeting'
        ? {
            state: { kind: 'online', epoch: event.epoch, approval: event.approval },
            effects: [{ kind: 'settle' }],
          }
        : stay(state)
    case 'approval':
      return state.kind === 'online' ? stay({ ...state, approval: event.approval }) : stay(state)
    case 'ended':
      return state.kind === 'idle' || state.kind === 'waiting'
        ? stay(state)
        : {
            state: { kind: 'waiting', reason: event.reason },
            effects: [{ kind: 'disconnect' }, { kind: 'wait', retryAfterMs: event.retryAfterMs }],
          }
    case 'due':
      return state.kind === 'waiting'
        ? { state: { kind: 'connecting' }, effects: [{ kind: 'connect' }] }
        : stay(state)
    case 'stop':
      return { state: { kind: 'idle' }, effects: [{ kind: 'disconnect' }] }
  }
}
