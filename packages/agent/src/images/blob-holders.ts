// Which images still need a fetched blob, and whose turn it is to fetch one: images are obtained side by side and share
// layers, but a blob has one file.

export interface BlobHolders {
  /** Replaces what the owner, a version's image, held before. */
  hold(owner: string, digests: readonly string[]): void
  /** Idempotent. */
  release(owner: string): void
  isHeld(digest: string): boolean
  /** Runs the work once nobody else is at this blob. Rejects with the signal's reason when it aborts meanwhile. */
  alone<T>(digest: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

export function createBlobHolders(): BlobHolders {
  const held = new Map<string, readonly string[]>()
  const busy = new Map<string, Promise<unknown>>()
  return {
    hold: (owner, digests) => void held.set(owner, digests),
    release: (owner) => void held.delete(owner),
    isHeld: (digest) => [...held.values()].some((digests) => digests.includes(digest)),
    async alone(digest, work, signal) {
      for (let other = busy.get(digest); other !== undefined; other = busy.get(digest)) {
        await settledOrAborted(other, signal)
      }
      signal?.throwIfAborted()
      const run = work()
      busy.set(digest, run)
      try {
        return await run
      } finally {
        busy.delete(digest)
      }
    },
  }
}

/** How the other one fared is its own matter. */
async function settledOrAborted(other: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const aborted = Promise.withResolvers<void>()
  const onAbort = () => aborted.resolve()
  signal?.addEventListener('abort', onAbort, { once: true })
  await Promise.race([other.then(onAbort, onAbort), aborted.promise])
  signal?.removeEventListener('abort', onAbort)
}
