// The programs' windows on a display, with and without a window manager, and how much of each the glass shows.
// Which of them belong to a launch is told by the process behind them, else by their client machine: a container's hostname.
import { intersection, uncovered } from './rectangles.ts'
import { containerOfProcess, type ProcessOfWindow, readWindowProcesses } from './window-owner.ts'
import { readAtoms, readProperties, type WindowAtoms, type WindowProperties } from './window-properties.ts'
import type { X11Connection } from './x11/connection.ts'
import {
  type Geometry,
  getGeometry,
  getWindowAttributes,
  type PixelRectangle,
  queryTree,
  translateCoordinates,
  type WindowAttributes,
} from './x11/requests.ts'
import { isGone } from './x11/x11-error.ts'

export interface ScreenWindow {
  readonly windowId: number
  readonly title: string | undefined
  readonly clientMachine: string | undefined
  /** The container that the program runs in; undefined where the server cannot tell, or where it is none. */
  readonly containerId: string | undefined
  readonly windowClass: string | undefined
  /** Of the content on the screen, without what a window manager draws around it. */
  readonly geometry: PixelRectangle
  readonly depth: number
  readonly visual: number
  /** `iconic`: minimised by a window manager. */
  readonly state: 'viewable' | 'unmapped' | 'iconic'
  /** `popup`: a tooltip, menu or drop-down, which proves nothing about the program. */
  readonly role: 'top_level' | 'popup'
  /** It told window managers to leave it alone (override-redirect), as some full-screen programs do. */
  readonly isUnmanaged: boolean
  /** What of it lies on the screen and beneath no other window, in screen coordinates. Empty unless viewable. */
  readonly shownParts: readonly PixelRectangle[]
}

/** Toolkits keep tiny windows for selections and session matters. */
const MIN_SIDE_PIXELS = 2
const MAX_TOP_LEVELS = 2048
/** Window managers put a client one or two levels below the frame. */
const MAX_FRAME_DEPTH = 3
const MAX_WINDOWS_PER_FRAME = 256
const ARGB_DEPTH = 32

/** Whose windows are looked for. */
export interface WindowOwner {
  /** Of the launch's lead container. */
  readonly hostname: string
  /** All of the launch: windows are known by them where the server tells the process behind a window. */
  readonly containerIds?: readonly string[] | undefined
}

/** A launch's proper windows: popups come and go, and prove nothing. */
export function windowsOf(
  windows: readonly ScreenWindow[],
  { hostname, containerIds = [] }: WindowOwner,
): ScreenWindow[] {
  const isOwn = ({ containerId, clientMachine }: ScreenWindow): boolean =>
    containerId === undefined || containerIds.length === 0
      ? clientMachine === hostname
      : containerIds.includes(containerId)
  return windows.filter((window) => isOwn(window) && window.role === 'top_level')
}

interface Inspected {
  readonly windowId: number
  readonly attributes: WindowAttributes
  readonly geometry: Geometry
}

/** All top-level windows of the first screen, the topmost first. Windows that go away meanwhile are left out. */
export async function listWindows(connection: X11Connection): Promise<ScreenWindow[]> {
  const [screen] = connection.setup.screens
  const root = screen.rootWindow
  const bounds = { x: 0, y: 0, widthPixels: screen.widthPixels, heightPixels: screen.heightPixels }
  const [atoms, processOf, tree] = await Promise.all([
    readAtoms(connection),
    readWindowProcesses(connection),
    connection.send(queryTree(root)),
  ])
  const containerOf = rememberedContainers(processOf)
  const topmostFirst = tree.children.reverse().slice(0, MAX_TOP_LEVELS)
  const inspected = await Promise.all(topmostFirst.map((id) => inspect(connection, id)))
  const windows: ScreenWindow[] = []
  const covers: PixelRectangle[] = []
  for (const top of inspected) {
    if (!top || top.attributes.windowClass === 'input_only') continue
    const window = await toScreenWindow(connection, { top, atoms, bounds, covers, root, containerOf })
    if (window) windows.push(window)
    if (hides(top)) covers.push(outerRectangle(top.geometry))
  }
  return windows
}

/** A window with an alpha channel may be see-through, so it is not held to hide anything. */
function hides({ attributes, geometry }: Inspected): boolean {
  return attributes.mapState === 'viewable' && geometry.depth !== ARGB_DEPTH
}

function outerRectangle(geometry: Geometry): PixelRectangle {
  return {
    x: geometry.x,
    y: geometry.y,
    widthPixels: geometry.widthPixels + 2 * geometry.borderPixels,
    heightPixels: geometry.heightPixels + 2 * geometry.borderPixels,
  }
}

interface Surroundings {
  readonly top: Inspected
  readonly atoms: WindowAtoms
  readonly bounds: PixelRectangle
  /** Windows above this one. */
  readonly covers: readonly PixelRectangle[]
  readonly root: number
  readonly containerOf: (windowId: number) => Promise<string | undefined>
}

/** Each process is looked up once, however many windows it has. */
function rememberedContainers(processOf: ProcessOfWindow): Surroundings['containerOf'] {
  const known = new Map<number, Promise<string | undefined>>()
  return async (windowId) => {
    const pid = processOf(windowId)
    if (pid === undefined) return undefined
    const found = known.get(pid) ?? containerOfProcess(pid)
    known.set(pid, found)
    return found
  }
}

async function toScreenWindow(
  connection: X11Connection,
  { top, atoms, bounds, covers, root, containerOf }: Surroundings,
): Promise<ScreenWindow | undefined> {
  const found = await orGone(findClient(connection, top, atoms))
  if (!found) return undefined
  const { client, properties } = found
  const origin = await orGone(connection.send(translateCoordinates(client.windowId, root)))
  const { widthPixels, heightPixels, depth } = client.geometry
  if (!origin || widthPixels < MIN_SIDE_PIXELS || heightPixels < MIN_SIDE_PIXELS) return undefined
  const geometry = { ...origin, widthPixels, heightPixels }
  const onScreen = intersection(geometry, bounds)
  const isViewable = client.attributes.mapState === 'viewable'
  return {
    windowId: client.windowId,
    title: properties.title,
    clientMachine: properties.clientMachine,
    containerId: await containerOf(client.windowId),
    windowClass: properties.windowClass,
    geometry,
    depth,
    visual: client.attributes.visual,
    state: isViewable ? 'viewable' : properties.managed === 'iconic' ? 'iconic' : 'unmapped',
    role: isPopup(client, properties) ? 'popup' : 'top_level',
    isUnmanaged: client.attributes.isOverrideRedirect,
    shownParts: isViewable && onScreen ? uncovered(onScreen, covers) : [],
  }
}

function isPopup({ attributes }: Inspected, properties: WindowProperties): boolean {
  // Full-screen programs bypass the window manager too, so override-redirect alone is no sign of a popup.
  return properties.isPopupType || (attributes.isOverrideRedirect && properties.isTransient)
}

interface FoundClient {
  readonly client: Inspected
  readonly properties: WindowProperties
}

/** The program's own window in a child of the root: the child itself, or one that a window manager framed. */
async function findClient(
  connection: X11Connection,
  top: Inspected,
  atoms: WindowAtoms,
): Promise<FoundClient | undefined> {
  const properties = await readProperties(connection, top.windowId, atoms)
  const own = { client: top, properties }
  if (properties.managed !== 'no') return own
  const hasIdentity = properties.windowClass !== undefined || properties.clientMachine !== undefined
  // No window has a WM_STATE before the first window manager named the atom, and clients have their own class.
  const framed = atoms.wmState === 0 || hasIdentity ? undefined : await findFramed(connection, top, atoms)
  if (framed) return framed
  // A window without any word on it may still be a program's whole face: OpenGL programs often set nothing.
  return own
}

async function findFramed(
  connection: X11Connection,
  frame: Inspected,
  atoms: WindowAtoms,
): Promise<FoundClient | undefined> {
  let level = [frame.windowId]
  let seen = 0
  for (
    let depth = 0;
    depth < MAX_FRAME_DEPTH && level.length > 0 && seen < MAX_WINDOWS_PER_FRAME;
    depth += 1
  ) {
    const trees = await Promise.all(level.map((id) => orGone(connection.send(queryTree(id)))))
    level = trees.flatMap((tree) => tree?.children ?? []).slice(0, MAX_WINDOWS_PER_FRAME - seen)
    seen += level.length
    const found = await Promise.all(
      level.map(async (id) => ({ id, properties: await orGone(readProperties(connection, id, atoms)) })),
    )
    for (const { id, properties } of found) {
      if (!properties || properties.managed === 'no') continue
      const client = await inspect(connection, id)
      if (client) return { client, properties }
    }
  }
  return undefined
}

async function inspect(connection: X11Connection, windowId: number): Promise<Inspected | undefined> {
  const [attributes, geometry] = await Promise.all([
    orGone(connection.send(getWindowAttributes(windowId))),
    orGone(connection.send(getGeometry(windowId))),
  ])
  return attributes && geometry && { windowId, attributes, geometry }
}

/** Windows come and go while we walk: what is gone is not there, and no failure. */
async function orGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}
