// Signed out or signed in: checks the token with the hub, then gives the console everything it needs.
import type { Principal } from '@bongsu/protocol'
import { Center, Loader } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { queryKeys } from '../api/affected-queries.ts'
import { HubClient } from '../api/hub-client.ts'
import { HubClock } from '../api/hub-clock.ts'
import { useLanguage } from '../locales/use-language.ts'
import { type Console, ConsoleContext } from './console-context.ts'
import { SignInPage } from './sign-in-page.tsx'
import { storedToken, storeToken } from './token-store.ts'
import { useChangeFeed } from './use-change-feed.ts'

export function Session({ children }: { children: ReactNode }) {
  const queries = useQueryClient()
  const [token, setToken] = useState(() => storedToken(sessionStorage))
  const [refusal, setRefusal] = useState<Error>()
  const clock = useMemo(() => new HubClock(), [])
  const { language } = useLanguage()

  const end = useCallback(
    (reason?: Error) => {
      storeToken(sessionStorage, undefined)
      setToken(undefined)
      setRefusal(reason)
      queries.clear()
    },
    [queries],
  )
  const client = useMemo(
    () =>
      token === undefined ? undefined : new HubClient({ token, language, clock, onUnauthenticated: end }),
    [token, language, clock, end],
  )
  const me = useQuery({
    queryKey: queryKeys.me,
    queryFn: ({ signal }) => client?.get<Principal>('/me', signal) ?? Promise.reject(new Error('signed out')),
    enabled: client !== undefined,
  })
  const feed = useChangeFeed(me.data ? client : undefined)
  const console = useMemo<Console | undefined>(
    () => (client && me.data ? { client, clock, principal: me.data, feed, signOut: () => end() } : undefined),
    [client, clock, me.data, feed, end],
  )

  if (console) return <ConsoleContext value={console}>{children}</ConsoleContext>
  if (client && me.isPending && !me.failureReason) {
    return (
      <Center h="100dvh">
        <Loader />
      </Center>
    )
  }
  const error = me.failureReason ?? refusal
  return (
    <SignInPage
      error={error}
      busy={client !== undefined && me.isFetching}
      onSignIn={(pasted) => {
        setRefusal(undefined)
        if (pasted === token) return void me.refetch()
        storeToken(sessionStorage, pasted)
        setToken(pasted)
        void queries.resetQueries({ queryKey: queryKeys.me })
      }}
    />
  )
}
