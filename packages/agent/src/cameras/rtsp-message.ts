// Answers of an RTSP server as they come in pieces. Source: RFC 2326 sections 7 and 12. Pure; whoever sends them may be
// hostile, so everything is capped and anything else is `malformed`.

export interface RtspAnswer {
  readonly status: number
  /** Names in lower case; the values of one name in their order. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: string
}

export type Decoded =
  | { readonly kind: 'more' }
  | { readonly kind: 'answer'; readonly answer: RtspAnswer; readonly rest: Buffer }
  | { readonly kind: 'malformed' }

const MAX_HEAD_BYTES = 16 * 1024
const MAX_BODY_BYTES = 64 * 1024
const MAX_HEADERS = 100
const MALFORMED = { kind: 'malformed' } as const

/** @param bytes everything that came and was not used yet */
export function decodeAnswer(bytes: Buffer): Decoded {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return bytes.length > MAX_HEAD_BYTES || !mayBegin(bytes) ? MALFORMED : { kind: 'more' }
  if (end > MAX_HEAD_BYTES) return MALFORMED
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = /^RTSP\/1\.\d (\d{3})(?: |$)/.exec(first)?.[1]
  if (status === undefined || lines.length > MAX_HEADERS) return MALFORMED
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const [, name, value = ''] = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line) ?? []
    if (name === undefined) return MALFORMED
    const key = name.toLowerCase()
    headers.set(key, [...(headers.get(key) ?? []), value.trim()])
  }
  const length = headers.get('content-length')?.[0] ?? '0'
  if (!/^\d{1,6}$/.test(length) || Number(length) > MAX_BODY_BYTES) return MALFORMED
  const start = end + 4
  const stop = start + Number(length)
  if (bytes.length < stop) return { kind: 'more' }
  const body = bytes.subarray(start, stop).toString('latin1')
  return { kind: 'answer', answer: { status: Number(status), headers, body }, rest: bytes.subarray(stop) }
}

/** Something else than RTSP is told from its first bytes, without waiting for the time limit. */
const mayBegin = (bytes: Buffer): boolean => {
  const begin = 'RTSP/1.'
  const given = bytes.subarray(0, begin.length).toString('latin1')
  return begin.startsWith(given)
}

/** Whether a description (SDP, RFC 8866) names a video that is sent. */
export const describesVideo = (description: string): boolean => /^m=video /m.test(description)
