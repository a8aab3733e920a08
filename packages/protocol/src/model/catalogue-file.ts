// What taking in a CSV file of the catalogue answers: what becomes of every row, before anything is written.
import Type, { type Static } from 'typebox'
import { Reason } from './reason.ts'

/** What a row's cells can change; a file may name its columns in Korean, in English, or as here. */
export const CatalogueColumn = Type.Union([
  Type.Literal('id'),
  Type.Literal('koreanName'),
  Type.Literal('fileName'),
  Type.Literal('copyrightHolder'),
  Type.Literal('description'),
  Type.Literal('licence'),
  Type.Literal('tags'),
])
export type CatalogueColumn = Static<typeof CatalogueColumn>

/** `keep`: the row says what is registered already. */
export const CatalogueAction = Type.Union([
  Type.Literal('register'),
  Type.Literal('change'),
  Type.Literal('keep'),
  Type.Literal('refuse'),
])
export type CatalogueAction = Static<typeof CatalogueAction>

export const CatalogueRow = Type.Object({
  /** As a spreadsheet counts: the heading is row 1. */
  row: Type.Integer({ minimum: 2 }),
  action: CatalogueAction,
  id: Type.Optional(Type.String({ maxLength: 200 })),
  koreanName: Type.Optional(Type.String({ maxLength: 200 })),
  /** Columns that a change changes. */
  changed: Type.Optional(Type.Array(CatalogueColumn)),
  /** Why it is refused. */
  faults: Type.Optional(Type.Array(Reason)),
  /** What speaks against it without keeping it out. */
  warnings: Type.Optional(Type.Array(Reason)),
})
export type CatalogueRow = Static<typeof CatalogueRow>

export const CatalogueImport = Type.Object({
  /** `imported`: all of it was written; `previewed`: nothing was. */
  outcome: Type.Union([Type.Literal('previewed'), Type.Literal('imported')]),
  /** What the file's bytes were read as. */
  encoding: Type.Union([Type.Literal('utf-8'), Type.Literal('utf-16'), Type.Literal('cp949')]),
  counts: Type.Object({
    register: Type.Integer({ minimum: 0 }),
    change: Type.Integer({ minimum: 0 }),
    keep: Type.Integer({ minimum: 0 }),
    refuse: Type.Integer({ minimum: 0 }),
  }),
  /** Refused ones first; without those kept, and at most 1,000. */
  rows: Type.Array(CatalogueRow, { maxItems: 1000 }),
})
export type CatalogueImport = Static<typeof CatalogueImport>
