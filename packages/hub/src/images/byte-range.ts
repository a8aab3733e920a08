// One byte range of a download (RFC 9110, 14): resuming after a broken link is what it is for. Pure.

export type RangeVerdict =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' }

const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/

/**
 * What to send of `sizeBytes`. Several ranges, and anything we do not understand, mean the whole (14.2 allows it).
 * @param ifRange the tag a resumed download began with; another tag means the whole
 */
export function judgeRange(
  header: string | undefined,
  sizeBytes: number,
  { ifRange, entityTag }: { ifRange: string | undefined; entityTag: string },
): RangeVerdict {
  const match = RANGE.exec(header ?? '')
  if (!match || (ifRange !== undefined && ifRange !== entityTag)) return { kind: 'whole' }
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return { kind: 'whole' }
  const last = sizeBytes - 1
  const start = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? last : Math.min(last, Number(to))
  if (from !== '' && to !== '' && Number(to) < Number(from)) return { kind: 'whole' }
  if (start > last || (from === '' && to !== '' && Number(to) === 0)) return { kind: 'unsatisfiable' }
  return { kind: 'part', start, end }
}
