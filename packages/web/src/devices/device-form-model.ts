// What the device form holds as text and what it means to the hub. Pure; the hub judges, this only spares round trips.
import type { DeviceEntry } from '@bongsu/protocol'
import type { TextKey } from '../locales/translation.ts'
import { readCameras, writeCameras } from './device-cameras.ts'
import { readLabels, writeLabels } from './device-labels.ts'

export interface DeviceFormValues {
  name: string
  ipAddress: string
  port: string
  address: string
  latitude: string
  longitude: string
  site: string
  /** `role=gate, floor=2` */
  labels: string
  /** One a line. */
  cameras: string
  description: string
}

export type DeviceField = keyof DeviceFormValues

const FIELD_OF_POINTER: Readonly<Record<string, DeviceField>> = {
  '/name': 'name',
  '/ipAddress': 'ipAddress',
  '/port': 'port',
  '/location/address': 'address',
  '/location/latitude': 'latitude',
  '/location/longitude': 'longitude',
  '/location': 'latitude',
  '/site': 'site',
  '/labels': 'labels',
  '/cameras': 'cameras',
  '/description': 'description',
}

/** The field a JSON pointer of a problem speaks of. */
export const deviceFieldOf = (pointer: string): DeviceField | undefined =>
  FIELD_OF_POINTER[pointer.startsWith('/cameras/') ? '/cameras' : pointer]

const written = (value: string | number | undefined) => (value === undefined ? '' : String(value))

/** What was entered before, as the form shows it. */
export const toFormValues = (entry: DeviceEntry): DeviceFormValues => ({
  name: written(entry.name),
  ipAddress: written(entry.ipAddress),
  port: written(entry.port),
  address: written(entry.location?.address),
  latitude: written(entry.location?.latitude),
  longitude: written(entry.location?.longitude),
  site: written(entry.site),
  labels: writeLabels(entry.labels),
  cameras: writeCameras(entry.cameras),
  description: written(entry.description),
})

const NUMBER = /^[+-]?\d+(\.\d+)?$/

/** A number as it was typed; a full-width or comma decimal is not guessed at. */
export const toNumber = (text: string): number | undefined =>
  NUMBER.test(text.trim()) ? Number(text) : undefined

const filled = (text: string) => text.normalize('NFC').trim() || undefined

/** What to send: an empty field is no entry, so that the observed value counts. */
export function toDeviceEntry(values: DeviceFormValues): DeviceEntry {
  const location = compact({
    address: filled(values.address),
    latitude: toNumber(values.latitude),
    longitude: toNumber(values.longitude),
  })
  return compact({
    name: filled(values.name),
    ipAddress: filled(values.ipAddress),
    port: toNumber(values.port),
    location: Object.keys(location).length > 0 ? location : undefined,
    site: filled(values.site),
    labels: filled(values.labels) === undefined ? undefined : readLabels(values.labels),
    cameras: filled(values.cameras) === undefined ? undefined : readCameras(values.cameras),
    description: filled(values.description),
  })
}

type Compact<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }

const compact = <Fields extends object>(fields: Fields): Compact<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Compact<Fields>

export type FieldFaults = Partial<Record<DeviceField, TextKey>>

/**
 * What cannot be sent at all, by field.
 * @param use registering by hand needs a name; an edited device may fall back to its hostname
 */
export function findFaults(values: DeviceFormValues, use: 'register' | 'edit'): FieldFaults {
  const faults: FieldFaults = {}
  if (use === 'register' && values.name.trim() === '') faults.name = 'form.required'
  const port = toNumber(values.port)
  const isPort = port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535
  if (values.port.trim() !== '' && !isPort) faults.port = 'form.portRange'
  if (readLabels(values.labels) === undefined) faults.labels = 'form.labels'
  if (readCameras(values.cameras) === undefined) faults.cameras = 'form.cameras'
  for (const field of ['latitude', 'longitude'] as const) {
    if (values[field].trim() !== '' && toNumber(values[field]) === undefined) {
      faults[field] = 'form.decimalDegrees'
    }
  }
  return faults
}

/** The coordinates that the hub offers instead, for a refusal that has some. */
export function suggestedCoordinates(problem: {
  code: string
  suggestion?: unknown
}): { latitude: number; longitude: number } | undefined {
  const { code, suggestion } = problem
  if (code !== 'HUB_LOCATION_SWAPPED' || typeof suggestion !== 'object' || suggestion === null)
    return undefined
  const latitude: unknown = Reflect.get(suggestion, 'latitude')
  const longitude: unknown = Reflect.get(suggestion, 'longitude')
  return typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : undefined
}
