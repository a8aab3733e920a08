// What became of a launch, step by step, as far as its device has told.
import Type, { type Static } from 'typebox'
import { LaunchId, Timestamp } from '../identifiers.ts'
import { LaunchPhase } from './launch.ts'
import { Reason } from './reason.ts'

/** `wished`: an operator wanted it. `visible`: its window shows a picture. The others are phases of the launch. */
export const LaunchStep = Type.Union([Type.Literal('wished'), ...LaunchPhase.anyOf, Type.Literal('visible')])
export type LaunchStep = Static<typeof LaunchStep>

export const TimelineEntry = Type.Object({
  step: LaunchStep,
  /** Why it was not further then. */
  reason: Type.Optional(Reason),
  /** When it began, by the device's clock; by the hub's for `wished`. */
  at: Timestamp,
  /** When the hub learned of it: later where the device was away. */
  toldAt: Timestamp,
})
export type TimelineEntry = Static<typeof TimelineEntry>

/** Older steps of a launch go before newer ones. */
export const TIMELINE_ENTRIES = 64

export const LaunchTimeline = Type.Object({
  launchId: LaunchId,
  /** Oldest first. What happened while the device was away is known by how it ended only. */
  entries: Type.Array(TimelineEntry, { maxItems: TIMELINE_ENTRIES + 1 }),
  /** Of the last step, 0 to 1, where it can be known. */
  progress: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  /** When the device tries again. */
  nextAttemptAt: Type.Optional(Timestamp),
  /** `live`: told by the session that the device has now. `stale`: true when it was last heard. */
  freshness: Type.Union([Type.Literal('none'), Type.Literal('stale'), Type.Literal('live')]),
  reportedAt: Type.Optional(Timestamp),
})
export type LaunchTimeline = Static<typeof LaunchTimeline>
