// Whether the network cameras of launches can be had: asked before a launch starts, and again while one could not.
import { type Clock, CodedError } from '@bongsu/foundation'
import type { DesiredLaunch, Reason } from '@bongsu/protocol'
import { probeCamera } from './rtsp-probe.ts'
import { askedCameras, passwordOf } from './with-cameras.ts'

export interface CameraWatch {
  /**
   * Asks every network camera of the launch now.
   * @throws CodedError AGENT_CAMERA_… of the first that is required and cannot be had, or is not in the device's record
   */
  check(launch: DesiredLaunch, signal: AbortSignal): Promise<void>
  /** Forgets all other launches; those with cameras that could not be had are asked again now and then. */
  follow(launches: readonly DesiredLaunch[]): void
  warningsOf(launchId: string): readonly Reason[]
  /** Calls back when warnings changed by themselves. */
  watch(onChange: () => void): { stop(): void }
  stop(): void
}

export interface CameraWatchOptions {
  readonly clock: Clock
  /** For one camera. Default 5000. */
  readonly timeoutMs?: number | undefined
  /** Between two attempts at cameras that could not be had. Default 30 000. */
  readonly againMs?: number | undefined
}

interface Found {
  readonly required: boolean
  readonly reason: Reason
}

export function createCameraWatch({
  clock,
  timeoutMs = 5000,
  againMs = 30_000,
}: CameraWatchOptions): CameraWatch {
  const troubles = new Map<string, readonly Found[]>()
  const listeners = new Set<() => void>()
  let followed: readonly DesiredLaunch[] = []
  const stopping = new AbortController()
  let round: Promise<void> | undefined

  const look = async (launch: DesiredLaunch, signal: AbortSignal): Promise<readonly Found[]> => {
    const found = await Promise.all(
      askedCameras(launch).map(async ({ request: { name, required = false }, camera }): Promise<Found[]> => {
        const unknown = { code: 'AGENT_CAMERA_NOT_ENTERED', parameters: { name } }
        if (!camera) return [{ required: true, reason: unknown }]
        if (camera.kind === 'local') return []
        const password = passwordOf(camera, launch)
        const credentials = password === undefined ? undefined : { user: camera.user ?? '', password }
        const reason = await probeCamera({ name, url: camera.url, credentials, timeoutMs }, signal)
        return reason ? [{ required, reason }] : []
      }),
    )
    return found.flat()
  }

  const lookAgain = async (): Promise<void> => {
    const { signal } = stopping
    for (;;) {
      await clock.sleep(againMs, signal)
      const due = followed.filter(({ launchId }) => (troubles.get(launchId)?.length ?? 0) > 0)
      if (due.length === 0) return
      for (const launch of due) {
        const before = JSON.stringify(troubles.get(launch.launchId))
        const found = await look(launch, signal)
        if (!followed.includes(launch)) continue
        troubles.set(launch.launchId, found)
        if (JSON.stringify(found) !== before) for (const listener of listeners) listener()
      }
    }
  }

  return {
    async check(launch, signal) {
      if (askedCameras(launch).length === 0) return
      const found = await look(launch, signal)
      troubles.set(launch.launchId, found)
      const reason = found.find(({ required }) => required)?.reason
      if (reason) throw new CodedError(reason.code, { parameters: reason.parameters })
    },
    follow(launches) {
      followed = launches
      const ids = new Set(launches.map(({ launchId }) => launchId))
      for (const launchId of troubles.keys()) if (!ids.has(launchId)) troubles.delete(launchId)
      const isDue = [...troubles.values()].some((found) => found.length > 0)
      if (!isDue || round || stopping.signal.aborted) return
      round = lookAgain()
        .catch(() => undefined)
        .finally(() => {
          round = undefined
        })
    },
    warningsOf: (launchId) => (troubles.get(launchId) ?? []).map(({ reason }) => reason),
    watch(onChange) {
      listeners.add(onChange)
      return { stop: () => void listeners.delete(onChange) }
    },
    stop: () => stopping.abort(new Error('the agent stops')),
  }
}
