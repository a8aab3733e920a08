// What was found in images, kept on disk by image id: an image never changes, so neither does the answer.
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '@bongsu/foundation'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { ImageContent } from './image-content.ts'
import { ProgramFile } from './program-file.ts'

export const ContentRecord = Type.Object({
  /** Another one means that other questions were asked. */
  version: Type.Literal(1),
  /** Absent when the image has no shell that could tell. */
  content: Type.Optional(ImageContent),
  /** By what was asked; see `questionKey`. */
  programs: Type.Record(Type.String(), ProgramFile),
})
export type ContentRecord = Static<typeof ContentRecord>

export interface ContentStore {
  /** Undefined for an image that was not looked into yet, or whose record cannot be read. */
  load(imageId: string): Promise<ContentRecord | undefined>
  /** Failing to keep it costs another look, nothing more: never rejects. */
  save(imageId: string, record: ContentRecord): Promise<void>
}

const MAX_RECORDS = 64

export function createContentStore(folder: string): ContentStore {
  const fileOf = (imageId: string) => join(folder, `${imageId.replace(/[^0-9a-f]+/g, '-')}.json`)
  return {
    async load(imageId) {
      try {
        const record: unknown = JSON.parse(await readFile(fileOf(imageId), 'utf8'))
        return Check(ContentRecord, record) ? record : undefined
      } catch {
        return undefined
      }
    },
    async save(imageId, record) {
      try {
        await writeDurably(fileOf(imageId), JSON.stringify(record))
        await prune(folder)
      } catch {
        // A full disk is told of elsewhere.
      }
    },
  }
}

async function prune(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  if (names.length <= MAX_RECORDS) return
  const aged = await Promise.all(
    names.map(async (name) => ({ name, changedMs: (await stat(join(folder, name))).mtimeMs })),
  )
  const oldest = aged.toSorted((a, b) => a.changedMs - b.changedMs).slice(0, names.length - MAX_RECORDS)
  await Promise.all(oldest.map(({ name }) => rm(join(folder, name), { force: true })))
}
