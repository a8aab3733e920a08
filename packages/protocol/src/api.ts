// Shapes of the hub's HTTP API that are no domain resource: pages, problems, tokens, the change feed.
import Type, { type Static, type TSchema } from 'typebox'
import { DeviceId, Timestamp } from './identifiers.ts'
import { ErrorCode } from './model/reason.ts'
import { line } from './text.ts'

/** One page of a list; `nextCursor` is opaque and absent on the last page. */
export const page = <Item extends TSchema>(item: Item) =>
  Type.Object({
    items: Type.Array(item),
    nextCursor: Type.Optional(Type.String({ maxLength: 512 })),
    /** Only when asked for by `total=true`. */
    total: Type.Optional(Type.Integer({ minimum: 0 })),
  })

/** Query of every list route. */
export const ListQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  q: Type.Optional(Type.String({ maxLength: 200 })),
  total: Type.Optional(Type.Boolean()),
})
export type ListQuery = Static<typeof ListQuery>

/** RFC 9457 problem details with the stable code and the remedy, in the caller's language. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  code: ErrorCode,
  remedy: Type.String(),
  requestId: Type.String(),
  /** Where in the body, as JSON pointers. */
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), message: Type.String() }))),
  /** What the hub offers instead, such as exchanged coordinates. */
  suggestion: Type.Optional(Type.Unknown()),
})
export type Problem = Static<typeof Problem>

export const Role = Type.Union([Type.Literal('viewer'), Type.Literal('operator'), Type.Literal('admin')])
export type Role = Static<typeof Role>

/** Who the caller is, for the console's sign-in. */
export const Principal = Type.Object({ name: Type.String(), role: Role })
export type Principal = Static<typeof Principal>

export const AccessTokenRequest = Type.Object(
  { name: line(100), role: Role, expiresAt: Type.Optional(Timestamp) },
  { additionalProperties: false },
)
export type AccessTokenRequest = Static<typeof AccessTokenRequest>

export const AccessToken = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Role,
  createdAt: Timestamp,
  expiresAt: Type.Optional(Timestamp),
  lastUsedAt: Type.Optional(Timestamp),
  /** Only in the answer that creates it. */
  token: Type.Optional(Type.String()),
})
export type AccessToken = Static<typeof AccessToken>

export const JoinTokenRequest = Type.Object(
  {
    description: Type.Optional(line(200)),
    /** Devices it may admit. */
    uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1 })),
    expiresAt: Type.Optional(Timestamp),
    /** `automatic`: admitted at once. `operator`: waits as pending, with the token named. */
    approval: Type.Optional(Type.Union([Type.Literal('automatic'), Type.Literal('operator')])),
  },
  { additionalProperties: false },
)
export type JoinTokenRequest = Static<typeof JoinTokenRequest>

export const JoinTokenRecord = Type.Object({
  id: Type.String(),
  description: Type.Optional(Type.String()),
  approval: Type.Union([Type.Literal('automatic'), Type.Literal('operator')]),
  usesLeft: Type.Integer({ minimum: 0 }),
  expiresAt: Timestamp,
  createdAt: Timestamp,
  deviceIds: Type.Array(DeviceId),
  /** The whole token, only in the answer that creates it. */
  token: Type.Optional(Type.String()),
})
export type JoinTokenRecord = Static<typeof JoinTokenRecord>

/** One event of `GET /api/v1/changes` (server-sent events): something changed, read it again. */
export const Change = Type.Object({
  resource: Type.Union([
    Type.Literal('device'),
    Type.Literal('package'),
    Type.Literal('deployment'),
    Type.Literal('launch'),
    Type.Literal('still'),
  ]),
  id: Type.String(),
  at: Timestamp,
})
export type Change = Static<typeof Change>
