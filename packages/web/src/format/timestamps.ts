// Time stamps as people read them: Korean standard time whatever the browser's zone, and ages.
import type { Language } from '@bongsu/protocol'

const ZONE = 'Asia/Seoul'
const ZONE_OFFSET = '+09:00'

/** `2026-08-01 14:03` with the language's own order, in KST. */
export const formatKst = (timestamp: string, language: Language): string =>
  new Intl.DateTimeFormat(language, {
    timeZone: ZONE,
    year: 'numeric',
    // A written month cannot be taken for a day.
    month: language === 'en' ? 'short' : '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(timestamp))

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

/**
 * How long ago, in the largest unit that fits: `3 min. ago`.
 * @param nowMs by the hub's clock; a time stamp ahead of it counts as just now
 */
export function formatAge(timestamp: string, nowMs: number, language: Language): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(timestamp)) / 1000))
  const [unit, size] = STEPS.find(([, length]) => seconds >= length) ?? (['second', 1] as const)
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' })
  return format.format(-Math.floor(seconds / size), unit)
}

/** UTC time stamp of what a `datetime-local` field holds when it is read as KST; `undefined` when it is no time. */
export function fromKstField(value: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(value)) return undefined
  const date = new Date(`${value}${ZONE_OFFSET}`)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
