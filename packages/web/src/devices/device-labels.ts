// Labels as people write them on one line, `role=gate, floor=2`. Pure; the hub judges, this only spares round trips.
import type { DeviceLabels } from '@bongsu/protocol'

const PAIR =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)=((?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?)$/

export const writeLabels = (labels: DeviceLabels = {}): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')

/** What the line says; `undefined` when a part of it is no label or a key comes twice. */
export function readLabels(text: string): DeviceLabels | undefined {
  const parts = text.split(',').map((part) => part.trim())
  const labels = new Map<string, string>()
  for (const part of parts.filter((written) => written !== '')) {
    const [, key, value] = PAIR.exec(part) ?? []
    if (key === undefined || value === undefined || labels.has(key)) return undefined
    labels.set(key, value)
  }
  return Object.fromEntries(labels)
}
