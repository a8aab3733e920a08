// Keeps of an agent's message what its schema knows: readers accept unknown fields, but nothing unknown is stored.
import type { Static, TSchema } from 'typebox'
import { Clean } from 'typebox/value'

/** A copy with only the fields the schema names. The value has been validated before. */
export const knownFields = <Schema extends TSchema>(schema: Schema, value: Static<Schema>): Static<Schema> =>
  Clean(schema, structuredClone(value)) as Static<Schema>
