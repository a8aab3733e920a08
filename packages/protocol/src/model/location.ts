// Where a device stands. Absent means unknown: there is no default coordinate.
import Type, { type Static } from 'typebox'
import { Timestamp } from '../identifiers.ts'
import { line } from '../text.ts'

/** Who says so. A survey by a person is never overwritten by a receiver. */
export const LocationSource = Type.Union([
  Type.Literal('operator'),
  Type.Literal('agent-config'),
  Type.Literal('gpsd'),
])
export type LocationSource = Static<typeof LocationSource>

const Latitude = Type.Number({ minimum: -90, maximum: 90 })
const Longitude = Type.Number({ minimum: -180, maximum: 180 })

/** What a person may enter: an address, a coordinate, or both. WGS 84 degrees. */
export const EnteredLocation = Type.Object(
  {
    address: Type.Optional(line(300)),
    latitude: Type.Optional(Latitude),
    longitude: Type.Optional(Longitude),
  },
  { additionalProperties: false },
)
export type EnteredLocation = Static<typeof EnteredLocation>

/** A location with its origin and age. */
export const Location = Type.Object(
  {
    address: Type.Optional(line(300)),
    latitude: Type.Optional(Latitude),
    longitude: Type.Optional(Longitude),
    source: LocationSource,
    /** Radius in metres within which the true place lies, where the source knows it. */
    accuracyMetres: Type.Optional(Type.Number({ minimum: 0 })),
    measuredAt: Timestamp,
  },
  { additionalProperties: false },
)
export type Location = Static<typeof Location>

export type LocationFault =
  | { code: 'HUB_LOCATION_INCOMPLETE' }
  | { code: 'HUB_LOCATION_NULL_ISLAND' }
  | { code: 'HUB_LOCATION_SWAPPED'; suggestion: { latitude: number; longitude: number } }
  | { code: 'HUB_LOCATION_OUT_OF_RANGE' }

const finite = (value: number | undefined, limit: number) =>
  value !== undefined && Number.isFinite(value) && Math.abs(value) <= limit

const inKorea = (latitude: number, longitude: number) =>
  latitude >= 33 && latitude <= 38.7 && longitude >= 124.5 && longitude <= 132

/**
 * Why a coordinate pair cannot be accepted, or `undefined` when it can (both absent is fine: unknown).
 * Degrees, WGS 84. A pair that only makes sense with latitude and longitude exchanged is refused with the
 * exchanged pair as suggestion; 0/0 is what unset receivers and forms send, never a site.
 */
export function findLocationFault(pair: {
  latitude?: number | undefined
  longitude?: number | undefined
}): LocationFault | undefined {
  const { latitude, longitude } = pair
  if (latitude === undefined && longitude === undefined) return undefined
  if (latitude === undefined || longitude === undefined) return { code: 'HUB_LOCATION_INCOMPLETE' }
  if (latitude === 0 && longitude === 0) return { code: 'HUB_LOCATION_NULL_ISLAND' }
  if (inKorea(longitude, latitude)) {
    return { code: 'HUB_LOCATION_SWAPPED', suggestion: { latitude: longitude, longitude: latitude } }
  }
  if (!finite(latitude, 90) || !finite(longitude, 180)) return { code: 'HUB_LOCATION_OUT_OF_RANGE' }
  return undefined
}
