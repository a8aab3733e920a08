// A fault that keeps the agent from starting, in words for a terminal. Loaded then only: the catalogue is large.
import { isCodedError } from '@bongsu/foundation'
import { explain } from '@bongsu/protocol'

/** Title and remedy of a coded error, else everything that is known of it. */
export function explainFault(error: unknown, language: 'ko' | 'en'): string {
  if (!isCodedError(error)) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  const { title, remedy } = explain(error.toReason(), language)
  return `${error.code}: ${title}\n${remedy}`
}
