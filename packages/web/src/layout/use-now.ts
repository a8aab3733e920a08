// The hub's present time, told once a second to whoever shows an age.
import { useEffect, useState } from 'react'
import { useConsole } from '../session/console-context.ts'

const TICK_MS = 1_000

/** Milliseconds since the epoch by the hub's clock. */
export function useNow(): number {
  const { clock } = useConsole()
  const [now, setNow] = useState(() => clock.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [clock])
  return now
}
