// Reads fields of a parsed manifest, whose shape nobody has checked: what is not of the wanted type is absent.

/** A JSON object with its place in the manifest, for the notes. */
export interface Fields {
  readonly place: string
  readonly record: Readonly<Record<string, unknown>>
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const toFields = (place: string, value: unknown): Fields | undefined =>
  isRecord(value) ? { place, record: value } : undefined

export const valueAt = ({ record }: Fields, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined

const join = (place: string, key: string) => (place ? `${place}.${key}` : key)

export const fieldsAt = (fields: Fields | undefined, key: string): Fields | undefined =>
  fields && toFields(join(fields.place, key), valueAt(fields, key))

/** Objects of a list, each with its name or number as its place. */
export function listAt(fields: Fields | undefined, key: string): Fields[] {
  const list = fields ? valueAt(fields, key) : undefined
  if (!fields || !Array.isArray(list)) return []
  return list.flatMap((item: unknown, index) => {
    const name = isRecord(item) && typeof item.name === 'string' ? item.name : String(index)
    return toFields(`${join(fields.place, key)}[${name}]`, item) ?? []
  })
}

/** Text of a text, number or boolean. */
export const scalarText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined

export const textAt = (fields: Fields | undefined, key: string): string | undefined =>
  fields && scalarText(valueAt(fields, key))

export function textsAt(fields: Fields, key: string): string[] {
  const list = valueAt(fields, key)
  return Array.isArray(list) ? list.flatMap((item: unknown) => scalarText(item) ?? []) : []
}

export const isTrueAt = (fields: Fields | undefined, key: string): boolean =>
  fields !== undefined && valueAt(fields, key) === true

/** `place.key: value` as it is shown in notes. */
export function sourceOf(fields: Fields, key: string): string {
  const value = valueAt(fields, key)
  const text = scalarText(value)
  return `${join(fields.place, key)}${text === undefined ? '' : `: ${text}`}`
}
