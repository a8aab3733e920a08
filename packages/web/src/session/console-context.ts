// What every part of the signed-in console may use: the hub's client, its clock, and who is signed in.
import type { Principal } from '@bongsu/protocol'
import { createContext, useContext } from 'react'
import type { FeedState } from '../api/follow-changes.ts'
import type { HubClient } from '../api/hub-client.ts'
import type { HubClock } from '../api/hub-clock.ts'

export interface Console {
  readonly client: HubClient
  readonly clock: HubClock
  readonly principal: Principal
  readonly feed: FeedState
  readonly signOut: () => void
}

export const ConsoleContext = createContext<Console | undefined>(undefined)

export function useConsole(): Console {
  const console = useContext(ConsoleContext)
  if (!console) throw new Error('used outside of the signed-in console')
  return console
}

/** Whether the signed-in person may change anything; the hub decides, this only hides what it would refuse. */
export const useMayOperate = (): boolean => useConsole().principal.role !== 'viewer'
