// The device's folders behind a launch's volumes: made before the container, owned by whom it runs as.
import { chown, mkdir, stat } from 'node:fs/promises'
import { volumeFolders } from './spec/mounts.ts'
import type { SpecInput } from './spec/spec-input.ts'
import { sessionUser } from './spec/user.ts'

export async function prepareVolumeFolders(input: SpecInput): Promise<void> {
  const user = sessionUser(input)
  for (const { source } of volumeFolders(input)) {
    await mkdir(source, { recursive: true, mode: 0o700 })
    if (!user) continue
    const { uid, gid } = await stat(source)
    if (uid !== user.uid || gid !== user.gid) await chown(source, user.uid, user.gid)
  }
}
