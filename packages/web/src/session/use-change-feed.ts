// Follows the change feed while signed in: changes make kept answers out of date, a lost feed falls back to polling.

import type { Change } from '@bongsu/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { isAffected } from '../api/affected-queries.ts'
import { type FeedState, followChanges } from '../api/follow-changes.ts'
import type { HubClient } from '../api/hub-client.ts'

const POLL_MS = 10_000
/** The hub sends a comment at least every 20 s. */
const SILENCE_MS = 50_000
/** A burst of changes leads to one reading. */
const GATHER_MS = 300

const delay = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** @param client of the signed-in session; without one nothing is followed */
export function useChangeFeed(client: HubClient | undefined): FeedState {
  const queries = useQueryClient()
  const [state, setState] = useState<FeedState>('connecting')

  useEffect(() => {
    if (!client) return
    const end = new AbortController()
    const gathered = new Map<string, Change>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const readAgain = () => {
      timer = undefined
      const changes = [...gathered.values()]
      gathered.clear()
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => changes.some((change) => isAffected(queryKey, change)),
      })
    }
    void followChanges(
      {
        open: (signal, lastEventId) => client.openChanges(signal, lastEventId),
        onChange: (change) => {
          gathered.set(`${change.resource} ${change.id}`, change)
          timer ??= setTimeout(readAgain, GATHER_MS)
        },
        // What changed while the feed was down is read once it is back.
        onState: (next) => {
          setState(next)
          if (next === 'live') void queries.invalidateQueries()
        },
        delay,
        random: Math.random,
        silenceMs: SILENCE_MS,
      },
      end.signal,
    )
    return () => {
      end.abort()
      clearTimeout(timer)
    }
  }, [client, queries])

  useEffect(() => {
    if (!client || state !== 'interrupted') return
    const timer = setInterval(() => void queries.invalidateQueries(), POLL_MS)
    return () => clearInterval(timer)
  }, [client, queries, state])

  return state
}
