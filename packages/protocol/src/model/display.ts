// A screen of a device as the agent sees it, and the proof that something shows on it.
import Type, { type Static } from 'typebox'
import { Timestamp } from '../identifiers.ts'
import { line } from '../text.ts'

/** `no_display -> socket_only -> refused -> ready`; `unknown` until first looked at. */
export const DisplayReport = Type.Object({
  state: Type.Union([
    Type.Literal('unknown'),
    Type.Literal('no_display'),
    Type.Literal('socket_only'),
    Type.Literal('refused'),
    Type.Literal('ready'),
  ]),
  /** Display number n of `:n`, where one was found. */
  number: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535 })),
  widthPixels: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  heightPixels: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  /** The server's own words when it refused. */
  reason: Type.Optional(line(500)),
  checkedAt: Timestamp,
})
export type DisplayReport = Static<typeof DisplayReport>

/** What is on the glass for one launch. A container that runs is not a window that shows. */
export const PictureVerdict = Type.Union([
  Type.Literal('unknown'),
  Type.Literal('no_window'),
  Type.Literal('unmapped'),
  Type.Literal('black'),
  Type.Literal('frozen'),
  Type.Literal('visible'),
])
export type PictureVerdict = Static<typeof PictureVerdict>

export const Picture = Type.Object({
  verdict: PictureVerdict,
  windowTitle: Type.Optional(Type.String({ maxLength: 500 })),
  widthPixels: Type.Optional(Type.Integer({ minimum: 0 })),
  heightPixels: Type.Optional(Type.Integer({ minimum: 0 })),
  checkedAt: Timestamp,
})
export type Picture = Static<typeof Picture>
