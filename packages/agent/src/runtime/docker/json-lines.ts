// The engine's streams of JSON values, one a line, as an iteration. A line that is not JSON is given as text.
import { StringDecoder } from 'node:string_decoder'

const LONGEST_LINE = 1024 * 1024

/** @throws what the stream fails with, or RangeError for a line longer than a mebibyte */
export async function* jsonLines(stream: AsyncIterable<Buffer | string>): AsyncGenerator<unknown> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of stream) {
    rest += typeof chunk === 'string' ? chunk : decoder.write(chunk)
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw new RangeError('The engine sent an endless line')
    for (const line of lines) if (line.trim() !== '') yield parse(line)
  }
  rest += decoder.end()
  if (rest.trim() !== '') yield parse(rest)
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return line
  }
}

/** A property of something unknown. */
export const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
