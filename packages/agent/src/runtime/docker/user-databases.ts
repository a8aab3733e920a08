// Finds out whom an image knows, once per image, and keeps a user database for those whom it does not. The files lie in
// the agent's run-time folder: a container that outlives them is made anew at boot anyway.
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { ImageInspector, OpenImage } from '../image-inspector.ts'
import { type ImageUsers, type NewUser, userFolder, withUser } from './spec/user-files.ts'

/** A longer database is cut off; the first lines are those of the system. */
const MAX_BYTES = 256 * 1024

export interface UserDatabasesOptions {
  /** Holds a folder per image and user. */
  readonly usersDir: string
  readonly inspector: ImageInspector
}

export class UserDatabases {
  readonly #options: UserDatabasesOptions
  /** By image. Several launches of one image may begin at once. */
  readonly #looks = new Map<string, Promise<ImageUsers | undefined>>()

  constructor(options: UserDatabasesOptions) {
    this.#options = options
  }

  /**
   * Blocks for the time of a container that is made and removed, when the image is seen for the first time.
   * @returns the folder with `passwd` and `group`; undefined when the image knows the user itself, or there is no image
   * @throws CodedError of the engine
   */
  async folderFor(imageId: string, user: NewUser, signal: AbortSignal): Promise<string | undefined> {
    const folder = userFolder(this.#options.usersDir, imageId, user)
    const present = await readdir(folder).catch(() => undefined)
    // An empty one says that the image knows the user.
    if (present) return present.includes('passwd') ? folder : undefined
    const image = await this.#usersOf(imageId, signal)
    if (!image) return undefined
    const database = withUser(image, user)
    await this.#keep(folder, database)
    return database && folder
  }

  async #usersOf(imageId: string, signal: AbortSignal): Promise<ImageUsers | undefined> {
    const looking = this.#looks.get(imageId) ?? this.#look(imageId, signal)
    this.#looks.set(imageId, looking)
    try {
      return await looking
    } finally {
      this.#looks.delete(imageId)
    }
  }

  #look(imageId: string, signal: AbortSignal): Promise<ImageUsers | undefined> {
    return this.#options.inspector.open(
      { imageId, script: '' },
      async (image) => ({
        passwd: await textOf(image, '/etc/passwd', signal),
        group: await textOf(image, '/etc/group', signal),
      }),
      signal,
    )
  }

  /** Whole or not at all. Readable by everybody, as such files are. */
  async #keep(folder: string, database: ImageUsers | undefined): Promise<void> {
    await mkdir(this.#options.usersDir, { recursive: true, mode: 0o700 })
    const partial = `${folder}.new`
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial)
    if (database) {
      for (const [name, text] of Object.entries(database)) {
        await writeFile(join(partial, name), text)
        await chmod(join(partial, name), 0o644)
      }
    }
    await rename(partial, folder)
  }
}

/** Empty where there is none. */
async function textOf(image: OpenImage, path: string, signal: AbortSignal): Promise<string> {
  const options = { headBytes: MAX_BYTES }
  const found = await image.file(path, options, signal)
  const isLink = found?.kind === 'link'
  const file = isLink
    ? await image.file(posix.resolve(posix.dirname(path), found.target), options, signal)
    : found
  return file?.kind === 'file' ? file.head.toString('utf8') : ''
}
