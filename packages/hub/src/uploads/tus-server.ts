// The tus protocol (1.0) by its own server and store. One importer of both; everything else speaks of uploads.
// Source: tus.io/protocols/resumable-upload.
import { randomBytes } from 'node:crypto'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

export interface StoredUpload {
  readonly id: string
  /** As it was declared. */
  readonly bytes: number
  /** As came so far. */
  readonly offset: number
  readonly metadata: Readonly<Record<string, string>>
}

export interface TusServerOptions {
  readonly folder: string
  /** Where uploads are asked for, as `/api/v1/uploads`. */
  readonly path: string
  readonly maxBytes: number
}

export class TusServer {
  readonly #store: FileStore
  readonly #server: Server
  readonly #folder: string

  /** The folder must be there. */
  constructor({ folder, path, maxBytes }: TusServerOptions) {
    this.#folder = folder
    this.#store = new FileStore({ directory: folder })
    this.#server = new Server({
      path,
      datastore: this.#store,
      maxSize: maxBytes,
      relativeLocation: true,
      respectForwardedHeaders: false,
      allowedOrigins: [],
      namingFunction: () => randomBytes(16).toString('hex'),
    })
  }

  /** Answers a request of the protocol; never rejects for what is wrong with the request. */
  handle(request: Request): Promise<Response> {
    return this.#server.handleWeb(request)
  }

  /** Undefined for an id that is none. */
  async find(id: string): Promise<StoredUpload | undefined> {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined
    const found = await this.#store.getUpload(id).catch(() => undefined)
    if (found?.size === undefined) return undefined
    const metadata = Object.entries(found.metadata ?? {}).map(([name, value]) => [name, value ?? ''])
    return { id, bytes: found.size, offset: found.offset, metadata: Object.fromEntries(metadata) }
  }

  async list(): Promise<StoredUpload[]> {
    const ids = (await this.#store.configstore.list?.()) ?? []
    const found = await Promise.all(ids.map((id) => this.find(id)))
    return found.filter((upload) => upload !== undefined)
  }

  /** The file that its bytes lie in. */
  pathOf(id: string): string {
    return join(this.#folder, id)
  }

  /** A request alone says that somebody still cares for it. */
  async touch(id: string, now: Date): Promise<void> {
    await utimes(this.pathOf(id), now, now).catch(() => undefined)
  }

  /** Idempotent. */
  async remove(id: string): Promise<void> {
    await this.#store.remove(id).catch(() => undefined)
  }
}
