// Paths of the API with their query, every part escaped.

/** `/devices/dev-1` from `path('devices', 'dev-1')`. */
export const path = (...parts: readonly string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part)}`).join('')

/** Appends a query; absent and empty values are left out. */
export function withQuery(
  base: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const present = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  if (present.length === 0) return base
  return `${base}?${new URLSearchParams(present.map(([name, value]) => [name, String(value)]))}`
}
