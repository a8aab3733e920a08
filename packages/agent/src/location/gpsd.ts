// Position fixes of gpsd: JSON lines over TCP after a WATCH command. Source: gpsd_json(5).
// A fix counts from mode 2 (two dimensions) on; the median of the last ones removes multipath jumps.
import { connect, type Socket } from 'node:net'
import { findLocationFault } from '@bongsu/protocol'

export interface Fix {
  readonly latitude: number
  readonly longitude: number
  readonly accuracyMetres: number | undefined
}

const MAX_LINE_CHARACTERS = 64 * 1024
const MEDIAN_OF = 30

/** The fix of one line, or `undefined` for any other report, a missing fix and nonsense. */
export function parseFix(line: string): Fix | undefined {
  let report: unknown
  try {
    report = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof report !== 'object' || report === null) return undefined
  const { class: kind, mode, lat, lon, eph } = report as Record<string, unknown>
  if (kind !== 'TPV' || typeof mode !== 'number' || mode < 2) return undefined
  if (typeof lat !== 'number' || typeof lon !== 'number') return undefined
  const fault = findLocationFault({ latitude: lat, longitude: lon })
  if (fault) return undefined
  const accuracyMetres = typeof eph === 'number' && eph >= 0 ? eph : undefined
  return { latitude: lat, longitude: lon, accuracyMetres }
}

/** Each coordinate's median; the accuracy is the middle one's. */
export function medianFix(fixes: readonly Fix[]): Fix | undefined {
  const middle = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
  const latitude = middle(fixes.map((fix) => fix.latitude))
  const longitude = middle(fixes.map((fix) => fix.longitude))
  if (latitude === undefined || longitude === undefined) return undefined
  const accuracyMetres = middle(fixes.flatMap((fix) => fix.accuracyMetres ?? []))
  return { latitude, longitude, accuracyMetres }
}

export interface GpsdOptions {
  readonly host: string
  readonly port: number
  readonly onFix: (fix: Fix) => void
  /** The connection ended; whoever watches decides when to try again. */
  readonly onEnd: () => void
}

/** One connection, from now until it ends or `stop` is called. */
export function watchGpsd({ host, port, onFix, onEnd }: GpsdOptions): { stop(): void } {
  const fixes: Fix[] = []
  let rest = ''
  const socket: Socket = connect({ host, port })
  socket.setEncoding('utf8')
  socket.once('connect', () => socket.write('?WATCH={"enable":true,"json":true};\n'))
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE_CHARACTERS) socket.destroy()
    for (const line of lines) {
      const fix = parseFix(line)
      if (!fix) continue
      fixes.push(fix)
      if (fixes.length > MEDIAN_OF) fixes.shift()
      const median = medianFix(fixes)
      if (median) onFix(median)
    }
  })
  socket.on('error', () => socket.destroy())
  socket.once('close', onEnd)
  return {
    stop() {
      socket.off('close', onEnd)
      socket.destroy()
    },
  }
}
