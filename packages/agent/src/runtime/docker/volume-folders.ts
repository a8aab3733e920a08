// The device's folders behind a launch's volumes: made before the container, owned by whom it runs as.
import { chown, mkdir, stat } from 'node:fs/promises'
import { volumeFolders } from './spec/mounts.ts'
import type { SpecInput } from './spec/spec-input.ts'
import { sessionUser } from './spec/user.ts'

/** Makes a folder below the volumes and gives it to somebody; see `Privileges`. */
export type PrepareFolder = (
  path: string,
  owner: { readonly uid: number; readonly gid: number },
) => Promise<void>

const ROOT = { uid: 0, gid: 0 }

/** @param prepare where the agent may not give files away itself */
export async function prepareVolumeFolders(input: SpecInput, prepare?: PrepareFolder): Promise<void> {
  const user = sessionUser(input)
  for (const { source } of volumeFolders(input)) {
    if (prepare) {
      await prepare(source, user ?? ROOT)
      continue
    }
    await mkdir(source, { recursive: true, mode: 0o700 })
    if (!user) continue
    const { uid, gid } = await stat(source)
    if (uid !== user.uid || gid !== user.gid) await chown(source, user.uid, user.gid)
  }
}
