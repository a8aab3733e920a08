// A coded reason that travels: the code selects title and remedy in the reader's language, the parameters fill them.
import Type, { type Static } from 'typebox'

export const ErrorCode = Type.String({ pattern: '^(AGENT|HUB|PROTOCOL)_[A-Z0-9_]+$', maxLength: 64 })

export const Reason = Type.Object({
  code: ErrorCode,
  /** Values for the `{placeholders}` of the catalogue's texts. */
  parameters: Type.Optional(
    Type.Record(
      Type.String({ maxLength: 40 }),
      Type.Union([Type.String({ maxLength: 500 }), Type.Number()]),
      {
        maxProperties: 12,
      },
    ),
  ),
  /** What the engine, server or program itself said, untranslated and shortened. */
  quote: Type.Optional(Type.String({ maxLength: 1000 })),
})
export type Reason = Static<typeof Reason>
