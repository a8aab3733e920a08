// What importing a `docker run` line or a Kubernetes manifest answers: a launch profile and what became of every part.
import Type, { type Static } from 'typebox'
import { LaunchProfile } from './launch-profile.ts'

export const ProfileImportRequest = Type.Object(
  {
    /** One `docker run` line, with whatever commands stand around it, or one manifest. */
    text: Type.String({ minLength: 1, maxLength: 65_536 }),
  },
  { additionalProperties: false },
)
export type ProfileImportRequest = Static<typeof ProfileImportRequest>

/**
 * `mapped`: now a field of the profile. `provided`: the device does it itself. `warned`: changed or dropped, look at
 * it. `refused`: not done, and the program may miss it. `ignored`: without meaning here.
 */
export const ImportSeverity = Type.Union([
  Type.Literal('mapped'),
  Type.Literal('provided'),
  Type.Literal('warned'),
  Type.Literal('refused'),
  Type.Literal('ignored'),
])
export type ImportSeverity = Static<typeof ImportSeverity>

export const ImportNote = Type.Object({
  code: Type.String({ maxLength: 64 }),
  severity: ImportSeverity,
  /** The part of the text that it is about, cut when long. */
  source: Type.String({ maxLength: 300 }),
  explanation: Type.Object({ ko: Type.String(), en: Type.String() }),
})
export type ImportNote = Static<typeof ImportNote>

/** Most parts of a text that an import tells about. */
export const MAX_IMPORT_NOTES = 1000

export const ProfileImport = Type.Object({
  profile: LaunchProfile,
  /** The image that the text names for the lead container; its archive is uploaded apart. */
  image: Type.String(),
  /** No part was refused. */
  acceptable: Type.Boolean(),
  notes: Type.Array(ImportNote, { maxItems: MAX_IMPORT_NOTES }),
})
export type ProfileImport = Static<typeof ProfileImport>
