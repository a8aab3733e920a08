// Puts the windows of launches where their profiles say, and keeps them there while they start. It does not fight for
// ever: a window that is moved later stays where somebody moved it.
import type { Clock } from '@bongsu/foundation'
import type { DisplayOutput, Reason, WindowPlacement } from '@bongsu/protocol'
import { readOutputs } from './outputs.ts'
import { chooseOutput, geometryArea, type Placement, parsePlacement, tileArea } from './placement.ts'
import type { TileBook } from './tile-book.ts'
import { findManager, type Goal, isAtGoal, moveWindow, readFrame } from './window-mover.ts'
import { listWindows, type ScreenWindow, type WindowOwner, windowsOf } from './windows.ts'
import type { X11Connection } from './x11/connection.ts'
import type { PixelRectangle } from './x11/requests.ts'
import { isGone } from './x11/x11-error.ts'

export interface PlacedLaunch {
  readonly launchId: string
  /** RANDR name; absent: the primary one. */
  readonly output: string | undefined
  readonly placement: WindowPlacement
}

export interface PlacerOptions {
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>
  readonly tiles: TileBook
  /** All that are placed on this device, in the order of the desired state. */
  readonly launches: () => readonly PlacedLaunch[]
}

export interface Placer {
  /**
   * Looks where the launch's main window is, and brings it to its place where it may. Up to a second.
   * @returns what of the wish could not be had; empty for a launch without a wish
   * @throws X11Error when the display does not answer; the signal's reason when aborted
   */
  place(connection: X11Connection, launch: PlacementRequest, signal?: AbortSignal): Promise<Reason[]>
}

export interface PlacementRequest extends WindowOwner {
  readonly launchId: string
}

const MAX_MOVES = 6
/** Programs that place themselves do so while they start. */
const STARTS_FOR_MS = 30_000
const MOVES_PER_LOOK = 3
const SETTLES_IN_MS = 120

/** What was done about one window. */
interface Attempt {
  readonly firstSeenMs: number
  moves: number
  offBy: { readonly x: number; readonly y: number }
}

export function createPlacer({ clock, tiles, launches }: PlacerOptions): Placer {
  const attempts = new Map<string, Map<number, Attempt>>()

  const attemptOf = (launchId: string, windowId: number): Attempt => {
    const ofLaunch = attempts.get(launchId) ?? new Map<number, Attempt>()
    attempts.set(launchId, ofLaunch)
    const known = ofLaunch.get(windowId)
    const attempt = known ?? { firstSeenMs: clock.monotonicMs(), moves: 0, offBy: { x: 0, y: 0 } }
    ofLaunch.set(windowId, attempt)
    return attempt
  }
  const forget = (placed: readonly PlacedLaunch[]) => {
    for (const launchId of attempts.keys()) {
      if (!placed.some((launch) => launch.launchId === launchId)) attempts.delete(launchId)
    }
  }
  const forgetWindows = (launchId: string, windows: readonly ScreenWindow[]) => {
    const ofLaunch = attempts.get(launchId)
    for (const windowId of ofLaunch?.keys() ?? []) {
      if (!windows.some((window) => window.windowId === windowId)) ofLaunch?.delete(windowId)
    }
  }

  return {
    async place(connection, request, signal) {
      const placed = launches()
      forget(placed)
      const wish = placed.find(({ launchId }) => launchId === request.launchId)
      const placement = wish && parsePlacement(wish.placement)
      if (!wish || !placement) return []
      const outputs = await readOutputs(connection)
      const target = await resolveGoal({ wish, placement, placed, outputs, tiles })
      for (let look = 0; look <= MOVES_PER_LOOK; look += 1) {
        const windows = windowsOf(await listWindows(connection), request)
        forgetWindows(request.launchId, windows)
        const window = mainWindow(windows)
        if (!window) break
        const attempt = attemptOf(request.launchId, window.windowId)
        const isOver = attempt.moves >= MAX_MOVES || clock.monotonicMs() - attempt.firstSeenMs > STARTS_FOR_MS
        const isMoved =
          look < MOVES_PER_LOOK && !isOver && (await bring(connection, window, target.goal, attempt))
        if (!isMoved) break
        await clock.sleep(SETTLES_IN_MS, signal)
      }
      return target.notes
    },
  }
}

/** The largest one: dialogues come and go where they like. */
function mainWindow(windows: readonly ScreenWindow[]): ScreenWindow | undefined {
  const area = ({ geometry }: ScreenWindow) => geometry.widthPixels * geometry.heightPixels
  return windows.filter(({ state }) => state === 'viewable').toSorted((a, b) => area(b) - area(a))[0]
}

/** @returns false when the window is where it belongs, or has gone */
async function bring(
  connection: X11Connection,
  window: ScreenWindow,
  goal: Goal,
  attempt: Attempt,
): Promise<boolean> {
  try {
    const manager = await findManager(connection)
    const frame = await readFrame(connection, window, manager)
    if (isAtGoal(window.geometry, goal, frame)) return false
    if (attempt.moves > 0) {
      const { x, y } = attempt.offBy
      attempt.offBy = { x: x + window.geometry.x - goal.area.x, y: y + window.geometry.y - goal.area.y }
    }
    await moveWindow(connection, { window, goal, frame, manager, offBy: attempt.offBy })
    attempt.moves += 1
    return true
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

interface Resolving {
  readonly wish: PlacedLaunch
  readonly placement: Placement
  readonly placed: readonly PlacedLaunch[]
  readonly outputs: readonly [DisplayOutput, ...DisplayOutput[]]
  readonly tiles: TileBook
}

async function resolveGoal({ wish, placement, placed, outputs, tiles }: Resolving) {
  const { output, isFallback } = chooseOutput(outputs, wish.output)
  const notes: Reason[] = isFallback ? [fallbackNote(wish, output, outputs)] : []
  if (placement.kind === 'fullscreen') {
    return { goal: { kind: 'fullscreen', area: areaOf(output) } satisfies Goal, notes }
  }
  if (placement.kind === 'geometry') {
    return { goal: { kind: 'area', area: geometryArea(placement.area, output) } satisfies Goal, notes }
  }
  const wishes = placed.flatMap((launch) => {
    const tile = parsePlacement(launch.placement)
    if (tile?.kind !== 'tile') return []
    const { name } = chooseOutput(outputs, launch.output).output
    return [{ launchId: launch.launchId, output: name, columns: tile.columns, rows: tile.rows }]
  })
  const own = (await tiles.assign(wishes)).find(({ launchId }) => launchId === wish.launchId)
  if (!own || own.isShared) {
    notes.push({
      code: 'AGENT_PLACEMENT_FULL',
      parameters: { placement: wish.placement, output: output.name },
    })
  }
  const area = tileArea(own ?? { ...placement, index: 0 }, output)
  return { goal: { kind: 'area', area } satisfies Goal, notes }
}

const areaOf = ({ x, y, widthPixels, heightPixels }: PixelRectangle): PixelRectangle => ({
  x,
  y,
  widthPixels,
  heightPixels,
})

function fallbackNote(
  { output }: PlacedLaunch,
  used: DisplayOutput,
  outputs: readonly DisplayOutput[],
): Reason {
  const names = outputs.map(({ name }) => name).join(', ')
  return {
    code: 'AGENT_OUTPUT_NOT_FOUND',
    parameters: { output: output ?? '', used: used.name, outputs: names.slice(0, 200) },
  }
}
