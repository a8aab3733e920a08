// A screen of a device as the agent sees it, and the proof that something shows on it.
import Type, { type Static } from 'typebox'
import { Timestamp } from '../identifiers.ts'
import { line } from '../text.ts'
import { Reason } from './reason.ts'

const Pixels = Type.Integer({ minimum: 1, maximum: 65535 })
const Offset = Type.Integer({ minimum: -32768, maximum: 65535 })

/** A monitor's connector as RANDR names it. */
export const DisplayOutput = Type.Object({
  name: Type.String({ maxLength: 64 }),
  x: Offset,
  y: Offset,
  widthPixels: Pixels,
  heightPixels: Pixels,
  isPrimary: Type.Boolean(),
  /** First 16 hexadecimal digits of the SHA-256 of the monitor's EDID: tells one monitor from another. */
  edidHash: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
})
export type DisplayOutput = Static<typeof DisplayOutput>

export const DisplayServerKind = Type.Union([
  Type.Literal('xorg'),
  Type.Literal('xwayland'),
  Type.Literal('xvfb'),
  Type.Literal('xephyr'),
  Type.Literal('xvnc'),
  Type.Literal('unknown'),
])
export type DisplayServerKind = Static<typeof DisplayServerKind>

/** Whose screen it is, as far as the device can tell. */
export const DisplaySession = Type.Object({
  uid: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
  userName: Type.Optional(Type.String({ maxLength: 64 })),
  seat: Type.Optional(Type.String({ maxLength: 64 })),
  type: Type.Optional(Type.Union([Type.Literal('x11'), Type.Literal('wayland'), Type.Literal('tty')])),
  isActive: Type.Optional(Type.Boolean()),
})
export type DisplaySession = Static<typeof DisplaySession>

/** Whether the screen shows what is drawn on it: the program is fine while its screen is dark. */
export const ScreenPower = Type.Union([
  Type.Literal('on'),
  /** The screen saver covers everything, or a desktop has locked it. */
  Type.Literal('covered'),
  /** The monitor was told to sleep. */
  Type.Literal('off'),
  Type.Literal('unknown'),
])
export type ScreenPower = Static<typeof ScreenPower>

/**
 * `no_display -> socket_only -> refused -> ready -> lost`; `unknown` until first looked at. `lost`: it was ready, and
 * its server has gone.
 */
export const DisplayReport = Type.Object({
  state: Type.Union([
    Type.Literal('unknown'),
    Type.Literal('no_display'),
    Type.Literal('socket_only'),
    Type.Literal('refused'),
    Type.Literal('ready'),
    Type.Literal('lost'),
  ]),
  /** Display number n of `:n`, where one was found. */
  number: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535 })),
  widthPixels: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  heightPixels: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  /** The server's own words when it refused. */
  reason: Type.Optional(line(500)),
  serverKind: Type.Optional(DisplayServerKind),
  /** No glass is behind it: a frame buffer in memory. */
  isVirtual: Type.Optional(Type.Boolean()),
  /** The agent's own X server, started because the device has no other or because it was told to. */
  isOwned: Type.Optional(Type.Boolean()),
  /** Any local user may connect without a cookie. */
  isUnprotected: Type.Optional(Type.Boolean()),
  /** Of the X protocol: `:n.0`, `:n.1`; nearly always one. */
  screens: Type.Optional(
    Type.Array(Type.Object({ widthPixels: Pixels, heightPixels: Pixels }), { maxItems: 16 }),
  ),
  outputs: Type.Optional(Type.Array(DisplayOutput, { maxItems: 32 })),
  session: Type.Optional(DisplaySession),
  windowManager: Type.Optional(Type.String({ maxLength: 100 })),
  power: Type.Optional(ScreenPower),
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
  /** What stands between the program and somebody before the screen, or of its placement could not be had. */
  notes: Type.Optional(Type.Array(Reason, { maxItems: 4 })),
  checkedAt: Timestamp,
})
export type Picture = Static<typeof Picture>
