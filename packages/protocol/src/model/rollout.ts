// A roll-out in waves (단계적 배포): how many devices get a version when, and what stops it.
import Type, { type Static } from 'typebox'
import { Timestamp } from '../identifiers.ts'
import { Reason } from './reason.ts'

const closed = { additionalProperties: false } as const
const Count = Type.Integer({ minimum: 0, maximum: 10_000 })

export const RolloutRequest = Type.Object(
  {
    /** How many devices have it after each wave: a number, or a share of all. Default `1`, `10%`, `100%`; the last is all. */
    waves: Type.Optional(
      Type.Array(Type.String({ pattern: '^([1-9]\\d{0,4}|[1-9]\\d?%|100%)$' }), {
        minItems: 1,
        maxItems: 20,
      }),
    ),
    /** More launches than that failed: no further wave begins. Default 0. */
    maxFailures: Type.Optional(Count),
    /** How long a wave is watched at least before the next one. Default 60. */
    observeSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 604_800 })),
    /** A launch on a connected device that does not show within that time has failed. Default 900. */
    patienceSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
  },
  closed,
)
export type RolloutRequest = Static<typeof RolloutRequest>

/**
 * `running -> done`; `paused` and `halted` (too many failures) wait for an operator; `undoing -> undone` gives every device
 * back what ran there; `stopped` with its deployment.
 */
export const RolloutState = Type.Union([
  Type.Literal('running'),
  Type.Literal('paused'),
  Type.Literal('halted'),
  Type.Literal('done'),
  Type.Literal('undoing'),
  Type.Literal('undone'),
  Type.Literal('stopped'),
])
export type RolloutState = Static<typeof RolloutState>

export const RolloutCounts = Type.Object({
  /** Of a wave to come. */
  planned: Count,
  /** Nothing is known yet of how it goes. */
  open: Count,
  /** The same, on devices that are not connected: they hold nobody up. */
  away: Count,
  proven: Count,
  failed: Count,
})
export type RolloutCounts = Static<typeof RolloutCounts>

export const Rollout = Type.Object({
  state: RolloutState,
  /** Devices that have it after each wave. */
  waves: Type.Array(Count, { minItems: 1, maxItems: 20 }),
  /** Waves begun. */
  started: Type.Integer({ minimum: 1, maximum: 20 }),
  waveStartedAt: Timestamp,
  maxFailures: Count,
  /** Failures that an operator has put up with. */
  forgivenFailures: Count,
  observeSeconds: Type.Integer({ minimum: 0 }),
  patienceSeconds: Type.Integer({ minimum: 1 }),
  /** As last looked at. */
  counts: RolloutCounts,
  /** Why it halted. */
  reason: Type.Optional(Reason),
})
export type Rollout = Static<typeof Rollout>
