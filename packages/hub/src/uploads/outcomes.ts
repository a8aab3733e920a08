// What became of uploads that are over: a small file for each, so that a client which never heard the answer learns it and
// sends nothing twice.
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '@bongsu/foundation'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'

const Outcome = Type.Object({
  owner: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  /** Why it was not taken; absent when it was. */
  refused: Type.Optional(
    Type.Object({
      code: Type.String(),
      parameters: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
      quote: Type.Optional(Type.String()),
    }),
  ),
})
export type Outcome = Static<typeof Outcome>

const SUFFIX = '.outcome'

export class Outcomes {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async save(id: string, outcome: Outcome): Promise<void> {
    await writeDurably(join(this.#folder, `${id}${SUFFIX}`), JSON.stringify(outcome))
  }

  async find(id: string): Promise<Outcome | undefined> {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined
    const text = await readFile(join(this.#folder, `${id}${SUFFIX}`), 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    const outcome: unknown = JSON.parse(text)
    return Check(Outcome, outcome) ? outcome : undefined
  }

  async removeBefore(time: Date): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name)
      if (!name.endsWith(SUFFIX)) continue
      const found = await stat(path).catch(() => undefined)
      if (found && found.mtime < time) await rm(path, { force: true })
    }
  }
}
