// Whose a window is: the launch whose container holds the process behind it. A program may call itself what it likes, or
// nothing at all; the server knows the process by the socket, and the kernel the container by its control group.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { X11Connection } from './x11/connection.ts'
import { queryExtension } from './x11/extension.ts'
import { type ClientProcess, queryClientProcesses, queryResourceVersion } from './x11/x-resource.ts'
import { X11Error } from './x11/x11-error.ts'

/** The process behind a window; undefined where it is unknown. */
export type ProcessOfWindow = (windowId: number) => number | undefined

const UNKNOWN: ProcessOfWindow = () => undefined

/** @throws X11Error when the display does not answer */
export async function readWindowProcesses(connection: X11Connection): Promise<ProcessOfWindow> {
  try {
    const opcode = await connection.send(queryExtension('X-Resource'))
    if (opcode === undefined) return UNKNOWN
    const { major, minor } = await connection.send(queryResourceVersion(opcode))
    if (major < 1 || (major === 1 && minor < 2)) return UNKNOWN
    return processLookup(await connection.send(queryClientProcesses(opcode)))
  } catch (error) {
    if (error instanceof X11Error && error.code === 'request_failed') return UNKNOWN
    throw error
  }
}

/** Pure: a window belongs to the client with the greatest base that is not above it. */
export function processLookup(clients: readonly ClientProcess[]): ProcessOfWindow {
  const descending = clients.toSorted((a, b) => b.resourceBase - a.resourceBase)
  return (windowId) => {
    const client = descending.find(({ resourceBase }) => resourceBase <= windowId)
    return client && client.pid > 0 && client.resourceBase > 0 ? client.pid : undefined
  }
}

/** The container that a process runs in; undefined for one of the machine's own, or one that has gone. */
export async function containerOfProcess(pid: number, procDir = '/proc'): Promise<string | undefined> {
  const text = await readFile(join(procDir, String(pid), 'cgroup'), 'latin1').catch(() => '')
  return parseContainerId(text)
}

/**
 * By the names that Docker gives control groups: `/docker/<id>`, with systemd `docker-<id>.scope`; version 1 and 2.
 * Pure.
 */
export const parseContainerId = (cgroup: string): string | undefined =>
  /(?:\/|docker-)([0-9a-f]{64})(?:\.scope)?(?:\/|$)/m.exec(cgroup)?.[1]
