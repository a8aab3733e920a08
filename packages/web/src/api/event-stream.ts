// Parser of server-sent events (WHATWG HTML, 9.2.6): text in pieces of any size in, whole events out.

export interface ServerEvent {
  readonly id: string | undefined
  readonly data: string
}

export class EventStreamParser {
  #rest = ''
  #data: string[] = []
  #id: string | undefined

  /** The events that this piece completes, in order. */
  push(piece: string): ServerEvent[] {
    const text = this.#rest + piece
    // A CR at the end may be the first half of a CRLF.
    const usable = text.endsWith('\r') ? text.slice(0, -1) : text
    const lines = usable.split(/\r\n|\r|\n/)
    this.#rest = (lines.pop() ?? '') + text.slice(usable.length)
    return lines.flatMap((line) => this.#take(line))
  }

  #take(line: string): ServerEvent[] {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') this.#data.push(value)
    if (field === 'id' && !value.includes('\0')) this.#id = value
    return []
  }

  #dispatch(): ServerEvent[] {
    if (this.#data.length === 0) return []
    const event = { id: this.#id, data: this.#data.join('\n') }
    this.#data = []
    return [event]
  }
}
