// Paths of the API with their query, every part escaped.

/** `/devices/dev-1` from `path('devices', 'dev-1')`. */
export const path = (...parts: readonly string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part)}`).join('')

export type QueryValue = string | number | readonly string[] | undefined

/** Appends a query; absent and empty values are left out, and each value of a list comes under the same name. */
export function withQuery(base: string, query: Readonly<Record<string, QueryValue>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, String(one)]),
  )
  const present = pairs.filter(([, value]) => value !== '')
  return present.length === 0 ? base : `${base}?${new URLSearchParams(present)}`
}
