// The hub's time as far as the console knows it: ages must not depend on a wrong clock in the browser's machine.

/** Differences below this are the resolution of the Date header and the way it travelled. */
const TOLERANCE_MS = 5_000

export class HubClock {
  readonly #localNow: () => number
  #offsetMs = 0

  constructor(localNow: () => number = Date.now) {
    this.#localNow = localNow
  }

  /** Milliseconds since the epoch by the hub's clock. */
  now(): number {
    return this.#localNow() + this.#offsetMs
  }

  /** Takes the Date header of an answer that has just arrived. */
  observe(dateHeader: string | null): void {
    const hubMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader)
    if (Number.isNaN(hubMs)) return
    const differenceMs = hubMs - this.#localNow()
    this.#offsetMs = Math.abs(differenceMs) < TOLERANCE_MS ? 0 : differenceMs
  }
}
