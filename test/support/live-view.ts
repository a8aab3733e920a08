// Watches a device's live view as a client of the hub's API does: parts of a multipart answer, one after another.
import { readAdminToken, type TrialPaths } from '@bongsu/trial'

export interface LivePart {
  readonly type: string
  readonly body: Buffer
}

export interface LiveView {
  readonly status: number
  readonly contentType: string
  /** The next part; undefined when the answer has ended. */
  next(): Promise<LivePart | undefined>
  /** The whole answer, where it is no view. */
  json(): Promise<{ code?: string }>
  leave(): void
}

export interface LiveViewOptions {
  readonly hubUrl: string
  readonly paths: TrialPaths
  readonly deviceId: string
  /** As in the address. */
  readonly query?: Readonly<Record<string, string | number>>
}

export async function watchLive({ hubUrl, paths, deviceId, query = {} }: LiveViewOptions): Promise<LiveView> {
  const leaving = new AbortController()
  const texts = Object.entries(query).map(([name, value]) => [name, String(value)])
  const answer = await fetch(`${hubUrl}/api/v1/devices/${deviceId}/live-view?${new URLSearchParams(texts)}`, {
    headers: { authorization: `Bearer ${readAdminToken(paths)}` },
    signal: leaving.signal,
  })
  const reader = answer.body?.getReader()
  let held = Buffer.alloc(0)
  const more = async (): Promise<boolean> => {
    const piece = await reader?.read()
    if (!piece || piece.done) return false
    held = Buffer.concat([held, piece.value])
    return true
  }
  return {
    status: answer.status,
    contentType: answer.headers.get('content-type') ?? '',
    async next() {
      for (;;) {
        const headEnd = held.indexOf('\r\n\r\n')
        if (headEnd >= 0) {
          const head = held.toString('latin1', 0, headEnd)
          const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
          const end = headEnd + 4 + length
          if (held.length >= end + 2) {
            const part = {
              type: /content-type: (\S+)/i.exec(head)?.[1] ?? '',
              body: held.subarray(headEnd + 4, end),
            }
            held = held.subarray(end + 2)
            return part
          }
        }
        if (!(await more())) return undefined
      }
    },
    json: async () => {
      while (await more());
      return JSON.parse(held.toString()) as { code?: string }
    },
    leave: () => leaving.abort(),
  }
}
