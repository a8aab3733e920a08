// Connecting to a unix socket as somebody else. The kernel takes the identity when connect(2) is called, and Node calls it
// at once for a path: so the process is somebody else only for that one call and opens no file meanwhile.

import { statSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { Identity } from './privileges.ts'

/**
 * Rejects with the system's error: `EACCES` where this identity may not connect.
 * @throws where this process is neither root nor that identity itself
 */
export async function connectAs(socketPath: string, identity: Identity): Promise<Socket> {
  if (identity.uid === process.geteuid?.()) {
    assertMayConnect(socketPath, identity)
    return connected(createConnection({ path: socketPath }))
  }
  await untilNoFileIsOpened()
  return connected(asIdentity(identity, () => createConnection({ path: socketPath })))
}

/** As ourselves, but only where the identity could connect too. */
export async function connectForIdentity(socketPath: string, identity: Identity): Promise<Socket> {
  assertMayConnect(socketPath, identity)
  return connected(createConnection({ path: socketPath }))
}

/**
 * A container's root has no capabilities, so to it too a socket's mode applies; ours would pass it by.
 * Connecting takes the right to write (unix(7)).
 */
function assertMayConnect(socketPath: string, { uid, gid }: Identity): void {
  const stats = statSync(socketPath)
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0
  if ((stats.mode >> shift) & 0o2) return
  throw Object.assign(new Error(`connect EACCES ${socketPath}`), { code: 'EACCES' })
}

/** Synchronous by necessity: whatever runs before it returns runs as that identity, in all threads. */
function asIdentity<T>({ uid, gid }: Identity, act: () => T): T {
  const { setgroups, setegid, seteuid, getgroups, getegid, geteuid } = process
  if (!setgroups || !setegid || !seteuid || !getgroups || !getegid || !geteuid) {
    throw new Error('this system knows no users')
  }
  const [ownGroups, ownGid, ownUid] = [getgroups(), getegid(), geteuid()]
  try {
    setgroups([gid])
    setegid(gid)
    seteuid(uid)
    return act()
  } finally {
    // First the user: only root may change the rest back. If any of it fails the process must not go on.
    seteuid(ownUid)
    setegid(ownGid)
    setgroups(ownGroups)
  }
}

const MAX_TURNS = 10_000

/**
 * Calls on files in other threads would be made as somebody else. Whole-file reads of `fs/promises` do not show here:
 * the helper makes no calls in other threads at all, and only an agent that is root itself relies on this.
 */
async function untilNoFileIsOpened(): Promise<void> {
  for (let count = 0; count < MAX_TURNS; count += 1) {
    if (!process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) return
    await turn()
  }
  throw Object.assign(new Error('files are being opened without end'), { code: 'EAGAIN' })
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}
