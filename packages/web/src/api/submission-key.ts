// The Idempotency-Key of one form: the same while it stays unknown whether the hub carried the request out.
import { isOutcomeUnknown } from './problem.ts'

export class SubmissionKey {
  readonly #fresh: () => string
  #current: { key: string; content: string } | undefined

  /** @param fresh makes a random key, injected for repeatable tests */
  constructor(fresh: () => string = () => globalThis.crypto.randomUUID()) {
    this.#fresh = fresh
  }

  /** The key to send with this content; changed content is another wish and gets another key. */
  keyFor(content: unknown): string {
    const written = JSON.stringify(content)
    if (this.#current?.content !== written) this.#current = { key: this.#fresh(), content: written }
    return this.#current.key
  }

  /** Call with what came back. A definite answer, also a refusal, ends the key: the hub would only repeat it. */
  settle(outcome: { error?: unknown }): void {
    if (!('error' in outcome) || !isOutcomeUnknown(outcome.error)) this.#current = undefined
  }
}
