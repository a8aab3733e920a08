// Contents of layers in the database. A layer never changes: what is known of it once is true for ever.
import type { Connection } from 'mongoose'
import type { LayerContents } from '../images/layer-contents.ts'
import type { ContentsRepository } from './gate.ts'
import { contentsModel } from './model.ts'

export class MongoContentsRepository implements ContentsRepository {
  readonly #model: ReturnType<typeof contentsModel>

  constructor(connection: Connection) {
    this.#model = contentsModel(connection)
  }

  async save(contents: ReadonlyMap<string, LayerContents>): Promise<void> {
    for (const [_id, found] of contents) {
      await this.#model.updateOne({ _id }, { $set: { contents: found } }, { upsert: true })
    }
  }

  async find(diffIds: readonly string[]): Promise<ReadonlyMap<string, LayerContents>> {
    const found = await this.#model.find({ _id: { $in: [...diffIds] } }).lean()
    return new Map(found.map(({ _id, contents }) => [_id, contents]))
  }
}
