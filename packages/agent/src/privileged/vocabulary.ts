// All that can be asked of the root helper, and what it answers: one JSON value a line. Both ends check every line.
// Paths never travel towards the helper but one, below the volumes; where displays and cookies lie it knows itself.
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { Machine } from '../display/machine.ts'

/** Sixteen secrets of the largest size; an answer may list many processes. */
export const MAX_REQUEST_BYTES = 192 * 1024
export const MAX_ANSWER_BYTES = 1024 * 1024

const closed = { additionalProperties: false } as const
const Id = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** -1 means "leave as it is" to chown(2), and so does its unsigned form. */
const Uid = Type.Integer({ minimum: 0, maximum: 4_294_967_294 })
const DisplayNumber = Type.Integer({ minimum: 0, maximum: 65_535 })
const LaunchId = Type.String({ pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' })
const Cookie = Type.Object(
  {
    protocol: Type.Literal('MIT-MAGIC-COOKIE-1'),
    data: Type.String({ pattern: '^[A-Za-z0-9+/]{0,340}={0,2}$' }),
  },
  closed,
)
const SecretFile = Type.Object(
  {
    file: Type.String({ pattern: '^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$' }),
    value: Type.String({ pattern: '^[A-Za-z0-9+/]{0,10924}={0,2}$' }),
  },
  closed,
)
const op = <Name extends string>(name: Name) => ({ id: Id, op: Type.Literal(name) })

export const HelperRequest = Type.Union([
  Type.Object(op('observe'), closed),
  Type.Object({ ...op('cookies'), displayNumber: DisplayNumber }, closed),
  /** When granted, the rest of this connection is the connection to the display. */
  Type.Object({ ...op('connect'), displayNumber: DisplayNumber, uid: Uid, gid: Uid }, closed),
  Type.Object(
    {
      ...op('write-cookie'),
      launchId: LaunchId,
      displayNumber: DisplayNumber,
      cookie: Type.Optional(Cookie),
      uid: Uid,
      gid: Uid,
    },
    closed,
  ),
  Type.Object({ ...op('remove-cookie'), launchId: LaunchId }, closed),
  Type.Object(op('list-cookies'), closed),
  Type.Object(
    {
      ...op('write-secrets'),
      launchId: LaunchId,
      name: LaunchId,
      uid: Uid,
      gid: Uid,
      files: Type.Array(SecretFile, { maxItems: 16 }),
    },
    closed,
  ),
  Type.Object({ ...op('remove-secrets'), launchId: LaunchId }, closed),
  Type.Object(op('list-secrets'), closed),
  Type.Object(
    { ...op('prepare-folder'), path: Type.String({ minLength: 1, maxLength: 4096 }), uid: Uid, gid: Uid },
    closed,
  ),
  Type.Object(op('ensure-display'), closed),
  Type.Object(op('running-display'), closed),
  Type.Object(op('end-display'), closed),
])
export type HelperRequest = Static<typeof HelperRequest>

export const OwnedServerAnswer = Type.Object({
  server: Type.Optional(
    Type.Object({
      number: DisplayNumber,
      kind: Type.Union([Type.Literal('xorg'), Type.Literal('xvfb')]),
      authFile: Type.String({ maxLength: 4096 }),
    }),
  ),
})

/** What each request is answered with. */
export const HELPER_RESULTS = {
  observe: Machine,
  cookies: Type.Object({
    cookies: Type.Array(
      Type.Object({
        cookie: Cookie,
        origin: Type.Union([
          Type.Literal('pinned'),
          Type.Literal('server_auth'),
          Type.Literal('session'),
          Type.Literal('display_manager'),
          Type.Literal('home'),
        ]),
      }),
      { maxItems: 64 },
    ),
  }),
  connect: Type.Object({}),
  'write-cookie': Type.Object({ directory: Type.String({ maxLength: 4096 }) }),
  'remove-cookie': Type.Object({}),
  'list-cookies': Type.Object({ launchIds: Type.Array(Type.String({ maxLength: 255 })) }),
  'write-secrets': Type.Object({}),
  'remove-secrets': Type.Object({}),
  'list-secrets': Type.Object({ launchIds: Type.Array(Type.String({ maxLength: 255 })) }),
  'prepare-folder': Type.Object({}),
  'ensure-display': OwnedServerAnswer,
  'running-display': OwnedServerAnswer,
  'end-display': Type.Object({}),
} as const

export type HelperOp = HelperRequest['op']
export type HelperResult<Op extends HelperOp> = Static<(typeof HELPER_RESULTS)[Op]>
/** A request as its asker words it; the number is the connection's. */
export type HelperAsk<Op extends HelperOp> = Omit<Extract<HelperRequest, { op: Op }>, 'id' | 'op'>

const Failure = Type.Object({
  /** Of the catalogue, or the system's own such as `EACCES`. */
  code: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,63}$' }),
  message: Type.String({ maxLength: 500 }),
  parameters: Type.Optional(
    Type.Record(Type.String({ maxLength: 64 }), Type.Union([Type.String({ maxLength: 500 }), Type.Number()])),
  ),
  quote: Type.Optional(Type.String({ maxLength: 1000 })),
})
export type HelperFailure = Static<typeof Failure>

/** `id` is absent where the helper could not tell which request it was; it closes the connection then. */
export const HelperAnswer = Type.Union([
  Type.Object({ id: Id, result: Type.Unknown() }, closed),
  Type.Object({ id: Type.Optional(Id), failure: Failure }, closed),
])
export type HelperAnswer = Static<typeof HelperAnswer>

/** Undefined for anything that is not of the vocabulary. */
export function parseRequest(line: string): HelperRequest | undefined {
  const value = parseJson(line)
  return Check(HelperRequest, value) ? value : undefined
}

export function parseAnswer(line: string): HelperAnswer | undefined {
  const value = parseJson(line)
  return Check(HelperAnswer, value) ? value : undefined
}

/** @returns undefined when it is not what this request is answered with */
export function parseResult<Op extends HelperOp>(name: Op, value: unknown): HelperResult<Op> | undefined {
  const schema: (typeof HELPER_RESULTS)[Op] = HELPER_RESULTS[name]
  return Check(schema, value) ? value : undefined
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

export const encodeLine = (value: object): string => `${JSON.stringify(value)}\n`
