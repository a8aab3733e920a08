// Cameras of a device as people write them, one a line: `gate = rtsp://10.0.0.9/main | viewer | gate-password`, or
// `dock = usb-…` for one on the device. Pure; the hub judges, this only spares round trips.
import type { DeviceCamera } from '@bongsu/protocol'

const LINE = /^([a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?)\s*=\s*(\S.*)$/
const ID = /^[A-Za-z0-9._:+-]{1,200}$/

export const writeCameras = (cameras: readonly DeviceCamera[] = []): string =>
  cameras
    .map((camera) => {
      if (camera.kind === 'local') return `${camera.name} = ${camera.id}`
      const access = camera.secret === undefined ? [] : [camera.user ?? '', camera.secret]
      return `${camera.name} = ${[camera.url, ...access].join(' | ')}`
    })
    .join('\n')

/** What the lines say; `undefined` when one of them is no camera or a name comes twice. */
export function readCameras(text: string): DeviceCamera[] | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const cameras = lines.filter((line) => line !== '').map(readLine)
  const known = cameras.flatMap((camera) => camera ?? [])
  const names = new Set(known.map(({ name }) => name))
  return known.length === cameras.length && names.size === known.length ? known : undefined
}

function readLine(line: string): DeviceCamera | undefined {
  const [, name, rest] = LINE.exec(line) ?? []
  if (name === undefined || rest === undefined) return undefined
  if (!rest.startsWith('rtsp://')) return ID.test(rest) ? { name, kind: 'local', id: rest } : undefined
  const [url = '', user, secret, ...more] = rest.split('|').map((part) => part.trim())
  if (more.length > 0 || /\s/.test(url)) return undefined
  if (user === undefined && secret === undefined) return { name, kind: 'network', url }
  return user && secret ? { name, kind: 'network', url, user, secret } : undefined
}
