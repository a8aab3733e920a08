// What one known failure looks like in a log or in an engine's answer; its words live in the error catalogue.
import type { KnownErrorCode } from '@bongsu/protocol'

/** A consequence is named first only when no cause is seen; noise never is. */
export type SignatureRole = 'cause' | 'consequence' | 'noise'

export interface Signature {
  /** Its place in the reference table: `X1`, `Q6`. */
  readonly id: string
  readonly code: KnownErrorCode
  /** Flags `im`; every repetition is bounded, so that hostile text costs linear time. Named groups are parameters. */
  readonly pattern: RegExp
  readonly role: SignatureRole
  /** 0 to 100: among findings of one role the higher comes first. X causes stand above everything of Qt. */
  readonly specificity: number
  /** Counts only in the engine's words; in a program's log the same words mean something else. */
  readonly scope?: 'engine'
  /** With one of these seen too, it says nothing new. */
  readonly unless?: readonly string[]
  /** Environment for one more run, which tells more or avoids the failure. */
  readonly retryWith?: Readonly<Record<string, string>>
}

type Extra = Pick<Signature, 'scope' | 'unless' | 'retryWith'>

const signature =
  (role: SignatureRole) =>
  (id: string, code: KnownErrorCode, specificity: number, pattern: RegExp, extra: Extra = {}): Signature => ({
    id,
    code,
    pattern,
    role,
    specificity,
    ...extra,
  })

export const cause = signature('cause')
export const consequence = signature('consequence')
export const noise = signature('noise')
