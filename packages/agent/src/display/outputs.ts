// The monitors of a display: which connectors are lit, where they lie on the screen, which is the primary one.
import { createHash } from 'node:crypto'
import type { DisplayOutput } from '@bongsu/protocol'
import type { X11Connection } from './x11/connection.ts'
import { queryExtension } from './x11/extension.ts'
import {
  getCrtcInfo,
  getOutputInfo,
  getOutputPrimary,
  getOutputProperty,
  getScreenResources,
  queryVersion,
} from './x11/randr.ts'
import { internAtom } from './x11/requests.ts'
import { X11Error } from './x11/x11-error.ts'

const MAX_OUTPUTS = 32

/**
 * Lit outputs, the primary one first, then from left to right. A server without RANDR has one, called `screen`.
 * @throws X11Error when the display does not answer
 */
export async function readOutputs(connection: X11Connection): Promise<[DisplayOutput, ...DisplayOutput[]]> {
  const opcode = await connection.send(queryExtension('RANDR'))
  const [first, ...others] = opcode === undefined ? [] : await readRandr(connection, opcode)
  return first ? [first, ...others] : [wholeScreen(connection)]
}

function wholeScreen({ setup }: X11Connection): DisplayOutput {
  const [{ widthPixels, heightPixels }] = setup.screens
  return { name: 'screen', x: 0, y: 0, widthPixels, heightPixels, isPrimary: true }
}

async function readRandr(connection: X11Connection, opcode: number): Promise<DisplayOutput[]> {
  const [{ rootWindow }] = connection.setup.screens
  const { major, minor } = await connection.send(queryVersion(opcode))
  if (major < 1 || (major === 1 && minor < 3)) return []
  const [resources, primary, edid] = await Promise.all([
    connection.send(getScreenResources(opcode, rootWindow)),
    connection.send(getOutputPrimary(opcode, rootWindow)),
    connection.send(internAtom('EDID')),
  ])
  const read = resources.outputs.slice(0, MAX_OUTPUTS).map(async (id) => {
    const info = await connection.send(getOutputInfo(opcode, id, resources.configTimestamp))
    if (info.crtc === 0 || info.connection === 'disconnected') return undefined
    const [area, edidBytes] = await Promise.all([
      connection.send(getCrtcInfo(opcode, info.crtc, resources.configTimestamp)),
      edid === 0 ? Buffer.alloc(0) : connection.send(getOutputProperty(opcode, id, edid)),
    ])
    if (area.widthPixels === 0 || area.heightPixels === 0) return undefined
    const edidHash = edidBytes.length > 0 ? hashOf(edidBytes) : undefined
    return { id, name: info.name, ...area, ...(edidHash && { edidHash }) }
  })
  const lit = (await Promise.all(read.map(unlessGone))).filter((output) => output !== undefined)
  const chosen = lit.find(({ id }) => id === primary)
  const sorted = lit.toSorted((a, b) => Number(b === chosen) - Number(a === chosen) || a.x - b.x || a.y - b.y)
  return sorted.map(({ id, ...output }, index) => ({ ...output, isPrimary: index === 0 }))
}

/** A monitor may be unplugged between two questions. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof X11Error && error.code === 'request_failed') return undefined
    throw error
  }
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16)
