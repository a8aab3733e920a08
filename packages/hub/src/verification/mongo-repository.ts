// Smoke runs in the database. A picture of a screen is at most some MB: it lies in the document.
import type { Connection } from 'mongoose'
import { type VerificationDocument, verificationModel } from './model.ts'
import type { VerificationRecord, VerificationRepository } from './repository.ts'

const keyOf = (packageId: string, version: string) => `${packageId}/${version}`

const toRecord = ({ _id, picture: _, ...rest }: VerificationDocument): VerificationRecord => rest

export class MongoVerificationRepository implements VerificationRepository {
  readonly #model: ReturnType<typeof verificationModel>

  constructor(connection: Connection) {
    this.#model = verificationModel(connection)
  }

  async save({ picture, ...record }: VerificationRecord): Promise<void> {
    const _id = keyOf(record.packageId, record.version)
    const present = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
    const bytes = picture && { picture: Buffer.from(picture) }
    await this.#model.replaceOne({ _id }, { _id, ...present, ...bytes }, { upsert: true })
  }

  async find(packageId: string, version: string) {
    const document = await this.#model.findById(keyOf(packageId, version), { picture: 0 }).lean()
    return document ? toRecord(document) : undefined
  }

  async findPicture(packageId: string, version: string) {
    const document = await this.#model.findById(keyOf(packageId, version), { picture: 1 }).lean()
    // The driver gives its own type of bytes.
    const bytes: unknown = document?.picture
    if (bytes instanceof Uint8Array) return bytes
    const inner: unknown =
      typeof bytes === 'object' && bytes !== null ? Reflect.get(bytes, 'buffer') : undefined
    return inner instanceof Uint8Array ? inner : undefined
  }

  async remove(packageId: string, version: string): Promise<void> {
    await this.#model.deleteOne({ _id: keyOf(packageId, version) })
  }

  async listOpen() {
    const found = await this.#model
      .find({ state: { $in: ['waiting', 'running'] } }, { picture: 0 })
      .sort({ startedAt: 1 })
      .lean()
    return found.map(toRecord)
  }
}
