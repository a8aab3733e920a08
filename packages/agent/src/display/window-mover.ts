// Brings one window to its area: by the window manager's own messages where there is one that knows them, else directly.
// Asks once; whether it came about is seen at the next look.
import { longsOf, windowOf } from './window-properties.ts'
import type { ScreenWindow } from './windows.ts'
import type { X11Connection } from './x11/connection.ts'
import { getProperty, internAtom, type PixelRectangle } from './x11/requests.ts'
import { askManager, configureWindow, moveResizeData, stateData } from './x11/window-control.ts'
import { isGone } from './x11/x11-error.ts'

export interface Goal {
  /** `fullscreen`: without frame, over panels. */
  readonly kind: 'fullscreen' | 'area'
  /** On the screen; with the frame where a manager draws one. */
  readonly area: PixelRectangle
}

/** What a window manager draws around the content. */
export interface FrameExtents {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Windows with size steps, as of terminals, end up a little smaller than asked for. */
const SIZE_STEP_PIXELS = 40
const NO_FRAME: FrameExtents = { left: 0, right: 0, top: 0, bottom: 0 }

/** How a screen's windows are moved. */
export interface Manager {
  readonly atoms: {
    readonly state: number
    readonly fullscreen: number
    readonly maximizedX: number
    readonly maximizedY: number
    readonly moveResize: number
    readonly frameExtents: number
  }
}

/** Undefined where no window manager tells by EWMH that it is there. */
export async function findManager(connection: X11Connection): Promise<Manager | undefined> {
  const atom = (name: string) => connection.send(internAtom(name))
  const [check, state, fullscreen, maximizedX, maximizedY, moveResize, frameExtents] = await Promise.all([
    atom('_NET_SUPPORTING_WM_CHECK'),
    atom('_NET_WM_STATE'),
    atom('_NET_WM_STATE_FULLSCREEN'),
    atom('_NET_WM_STATE_MAXIMIZED_HORZ'),
    atom('_NET_WM_STATE_MAXIMIZED_VERT'),
    atom('_NET_MOVERESIZE_WINDOW'),
    atom('_NET_FRAME_EXTENTS'),
  ])
  if (check === 0 || state === 0 || fullscreen === 0 || moveResize === 0) return undefined
  const [{ rootWindow }] = connection.setup.screens
  try {
    const window = await windowOf(connection, rootWindow, check)
    if (window === undefined || (await windowOf(connection, window, check)) !== window) return undefined
  } catch (error) {
    // The manager died and left its word on the root.
    if (isGone(error)) return undefined
    throw error
  }
  return { atoms: { state, fullscreen, maximizedX, maximizedY, moveResize, frameExtents } }
}

/** @throws X11Error `request_failed` when the window went away (see `isGone`) */
export async function readFrame(
  connection: X11Connection,
  { windowId, isUnmanaged }: ScreenWindow,
  manager: Manager | undefined,
): Promise<FrameExtents> {
  if (!manager || isUnmanaged || manager.atoms.frameExtents === 0) return NO_FRAME
  const value = await connection.send(getProperty(windowId, manager.atoms.frameExtents, 16))
  const [left = 0, right = 0, top = 0, bottom = 0] = longsOf(value)
  return { left, right, top, bottom }
}

/** Pure. */
export function isAtGoal(window: PixelRectangle, { kind, area }: Goal, frame: FrameExtents): boolean {
  const wanted = kind === 'fullscreen' ? area : contentOf(area, frame)
  const isNear = (a: number, b: number) => Math.abs(a - b) <= 2
  const step = kind === 'fullscreen' ? 0 : SIZE_STEP_PIXELS
  const fits = (is: number, wish: number) => is <= wish + 2 && is >= wish - 2 - step
  return (
    isNear(window.x, wanted.x) &&
    isNear(window.y, wanted.y) &&
    fits(window.widthPixels, wanted.widthPixels) &&
    fits(window.heightPixels, wanted.heightPixels)
  )
}

function contentOf(area: PixelRectangle, frame: FrameExtents): PixelRectangle {
  return {
    x: area.x + frame.left,
    y: area.y + frame.top,
    widthPixels: Math.max(1, area.widthPixels - frame.left - frame.right),
    heightPixels: Math.max(1, area.heightPixels - frame.top - frame.bottom),
  }
}

export interface Move {
  readonly window: ScreenWindow
  readonly goal: Goal
  readonly frame: FrameExtents
  readonly manager: Manager | undefined
  /** How far off the last direct move ended: a manager that knows no EWMH puts its title in between. */
  readonly offBy: { readonly x: number; readonly y: number }
}

/** @throws X11Error `request_failed` when the window went away (see `isGone`) */
export async function moveWindow(connection: X11Connection, move: Move): Promise<void> {
  const { window, goal, frame, manager, offBy } = move
  if (!manager || window.isUnmanaged) {
    const { x, y } = goal.area
    connection.post(configureWindow(window.windowId, { ...goal.area, x: x - offBy.x, y: y - offBy.y }))
    return
  }
  const { atoms } = manager
  const [{ rootWindow: root }] = connection.setup.screens
  const ask = (type: number, data: readonly number[]) =>
    connection.post(askManager({ root, window: window.windowId, type, data }))
  const states = new Set(longsOf(await connection.send(getProperty(window.windowId, atoms.state, 256))))
  if (states.has(atoms.fullscreen)) ask(atoms.state, stateData('remove', atoms.fullscreen))
  if (states.has(atoms.maximizedX) || states.has(atoms.maximizedY)) {
    ask(atoms.state, stateData('remove', atoms.maximizedX, atoms.maximizedY))
  }
  // A full-screen window fills the output that it lies on, so it is brought there first.
  const { widthPixels, heightPixels } = contentOf(goal.area, frame)
  ask(atoms.moveResize, moveResizeData({ x: goal.area.x, y: goal.area.y, widthPixels, heightPixels }))
  if (goal.kind === 'fullscreen') ask(atoms.state, stateData('add', atoms.fullscreen))
}
