// What can go wrong between console and hub: a refusal with its problem details, or no answer at all.
import type { Problem } from '@bongsu/protocol'

/** The hub answered, and refused; `problem` is in the language that was asked for. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.title}`)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** No answer, or one that is not the hub's: link down, hub stopped, something else on that address. */
export class HubUnreachable extends Error {
  constructor(cause?: unknown) {
    super('the hub does not answer', { cause })
    this.name = 'HubUnreachable'
  }
}

/** The problem in an answer's body, or `undefined` when the body is none. */
export function parseProblem(body: string): Problem | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    return isProblem(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false
  return ['code', 'title', 'remedy'].every((key) => typeof Reflect.get(value, key) === 'string')
}

/** Whether it stays unknown if the hub carried the request out: then a repetition needs the same key. */
export function isOutcomeUnknown(error: unknown): boolean {
  if (error instanceof ProblemError) {
    return error.problem.status >= 500 || error.problem.code === 'HUB_IDEMPOTENCY_IN_FLIGHT'
  }
  return true
}

/** Whether the same read may succeed a moment later. */
export const isWorthRetrying = (error: unknown): boolean =>
  error instanceof ProblemError ? error.problem.status >= 500 : error instanceof HubUnreachable

/** Whether somebody behind the hub did not answer in time, or failed in what it tried for it. */
export const isBusy = (error: unknown): boolean =>
  error instanceof ProblemError && (error.problem.status === 502 || error.problem.status === 504)

/**
 * The messages of `problem.errors` by form field, and those that no field takes.
 * @param fieldOf maps a JSON pointer such as `/location/latitude` to the form's field
 */
export function fieldErrors<Field extends string>(
  problem: Problem,
  fieldOf: (pointer: string) => Field | undefined,
): { byField: Partial<Record<Field, string>>; rest: string[] } {
  const byField: Partial<Record<Field, string>> = {}
  const rest: string[] = []
  for (const { pointer, message: said } of problem.errors ?? []) {
    // Where the fault is the problem itself, the hub repeats its code.
    const message = said === problem.code ? problem.title : said
    const field = fieldOf(pointer)
    if (field === undefined) rest.push(pointer === '' ? message : `${pointer}: ${message}`)
    else byField[field] ??= message
  }
  return { byField, rest }
}

/** The messages of a refusal where no field shows them. */
export const problemMessages = (error: Error): string[] =>
  error instanceof ProblemError ? fieldErrors(error.problem, () => undefined).rest : []
