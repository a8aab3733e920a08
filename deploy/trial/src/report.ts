// One line per step: on a terminal the line is rewritten while the step works, elsewhere a line at its
// beginning and one at its end. Knows nothing of the steps.
import type { Language, Text } from './text.ts'

/** What a step may say while it works. */
export interface Report {
  /** What is being done right now; replaces what was said before. */
  progress(text: Text): void
}

/** The lines of a whole set-up. */
export interface ProgressLines {
  begin(position: { readonly index: number; readonly count: number }, name: Text): StepLine
  /** A line of its own, between steps. */
  note(text: Text): void
}

export interface StepLine extends Report {
  done(text: Text): void
  skipped(text: Text): void
  failed(text: Text): void
}

export interface LineOutput {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface ProgressLinesOptions {
  readonly output: LineOutput
  readonly language: Language
  /** Milliseconds, for durations only. */
  readonly now: () => number
}

const QUIET_MS = 10_000

/** Progress lines on a terminal or a file. */
export function createProgressLines({ output, language, now }: ProgressLinesOptions): ProgressLines {
  const say = (text: Text) => text[language]
  return {
    note: (text) => void output.write(`${say(text)}\n`),
    begin({ index, count }, name) {
      const head = `[${index}/${count}] ${say(name)}`
      const startedMs = now()
      let saidMs = Number.NEGATIVE_INFINITY
      const seconds = () => `${((now() - startedMs) / 1000).toFixed(1)} s`
      const end = (mark: string, text: Text, time: string) =>
        void output.write(`${output.isTTY ? '\r\x1b[2K' : ''}${mark} ${head}: ${say(text)}${time}\n`)
      return {
        progress(text) {
          if (output.isTTY) {
            output.write(`\r\x1b[2K${fit(`… ${head}: ${say(text)} (${seconds()})`, output.columns ?? 80)}`)
          } else if (now() - saidMs >= QUIET_MS) {
            saidMs = now()
            output.write(`… ${head}: ${say(text)}\n`)
          }
        },
        done: (text) => end('✔', text, ` (${seconds()})`),
        skipped: (text) => end('–', text, ''),
        failed: (text) => end('✘', text, ` (${seconds()})`),
      }
    },
  }
}

/** Cuts a line to the terminal's width; a Hangul syllable or other wide sign takes two columns. */
export function fit(line: string, columns: number): string {
  let used = 0
  let kept = ''
  for (const sign of line) {
    used += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u.test(sign) ? 2 : 1
    if (used >= columns) return kept
    kept += sign
  }
  return kept
}
