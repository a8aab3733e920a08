// Amounts as people read them: bytes, shares, durations, coordinates.
import type { Language } from '@bongsu/protocol'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Decimal units (1 kB = 1,000 B), as disks and archives are sold and measured. */
export function formatBytes(bytes: number, language: Language): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[power] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1000 ** power)
}

/** @param ratio 0 to 1 */
export const formatPercent = (ratio: number, language: Language): string =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(ratio)

/** The largest fitting unit of a duration: `3 days`. */
export function formatDuration(seconds: number, language: Language): string {
  const [unit, size] =
    seconds >= 86_400 ? ['day', 86_400] : seconds >= 3_600 ? ['hour', 3_600] : ['minute', 60]
  const format = { style: 'unit', unit: String(unit), unitDisplay: 'long' } as const
  return new Intl.NumberFormat(language, format).format(Math.floor(seconds / Number(size)))
}

/** WGS 84 degrees, six decimals (about 0.1 m), latitude first. */
export const formatCoordinates = (latitude: number, longitude: number): string =>
  `${Number(latitude.toFixed(6))}, ${Number(longitude.toFixed(6))}`

/** Host and port as one address; IPv6 in brackets. */
export function formatEndpoint(ipAddress: string | undefined, port: number | undefined): string | undefined {
  if (ipAddress === undefined) return port === undefined ? undefined : `:${port}`
  if (port === undefined) return ipAddress
  return ipAddress.includes(':') ? `[${ipAddress}]:${port}` : `${ipAddress}:${port}`
}
