// The form of one entry of the error catalogue.

export type Language = 'en' | 'ko'

export interface ErrorEntry {
  /** HTTP status when the hub answers a request with it. */
  readonly status: number
  /** Whether waiting alone may cure it. */
  readonly retryable: boolean
  /** What happened, in one sentence. */
  readonly title: Readonly<Record<Language, string>>
  /** What to do about it, in one sentence. */
  readonly remedy: Readonly<Record<Language, string>>
}

/** Keeps the literal codes as keys while checking every entry's form. */
export const defineErrors = <Code extends string>(entries: Record<Code, ErrorEntry>) => Object.freeze(entries)

type Words = readonly [en: string, ko: string]

const entry = (status: number, retryable: boolean, title: Words, remedy: Words): ErrorEntry => ({
  status,
  retryable,
  title: { en: title[0], ko: title[1] },
  remedy: { en: remedy[0], ko: remedy[1] },
})

/** An error that stays until somebody acts. */
export const lasting = (status: number, title: Words, remedy: Words) => entry(status, false, title, remedy)

/** An error that may pass by itself. */
export const passing = (status: number, title: Words, remedy: Words) => entry(status, true, title, remedy)
