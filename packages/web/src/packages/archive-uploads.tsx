// Uploads under way, kept above the pages: closing a drawer must not lose a gigabyte that is half sent.
import type { PackageVersion } from '@bongsu/protocol'
import { useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import type { Progress } from '../api/upload.ts'
import { useNotice } from '../layout/use-notice.ts'
import { useConsole } from '../session/console-context.ts'

type VersionKey = Pick<PackageVersion, 'packageId' | 'version'>

/** `waiting`: the line broke, and it goes on by itself. */
export type UploadState =
  | (Sending & { readonly kind: 'sending' | 'waiting' | 'paused' })
  | { readonly kind: 'failed'; readonly error: Error }

export interface Sending {
  readonly progress: Progress
  readonly pause: () => void
  readonly resume: () => void
  readonly cancel: () => void
}

interface ArchiveUploads {
  readonly stateOf: (version: VersionKey) => UploadState | undefined
  readonly start: (version: VersionKey, file: File) => void
}

const Uploads = createContext<ArchiveUploads | undefined>(undefined)

export function useArchiveUploads(): ArchiveUploads {
  const uploads = useContext(Uploads)
  if (!uploads) throw new Error('used outside of ArchiveUploadsProvider')
  return uploads
}

const keyOf = ({ packageId, version }: VersionKey) => `${packageId} ${version}`

export function ArchiveUploadsProvider({ children }: { children: ReactNode }) {
  const { client } = useConsole()
  const { t } = useTranslation()
  const queries = useQueryClient()
  const notice = useNotice()
  const [states, setStates] = useState<ReadonlyMap<string, UploadState>>(new Map())
  // A change of language makes a new client; an upload under way keeps the one it began with.
  const latest = useRef({ client, notice, t })
  latest.current = { client, notice, t }

  const start = useCallback(
    (version: VersionKey, file: File) => {
      const set = (state: UploadState | undefined) =>
        setStates((before) => {
          const after = new Map(before)
          if (state) after.set(keyOf(version), state)
          else after.delete(keyOf(version))
          return after
        })
      let progress: Progress = { sentBytes: 0, totalBytes: file.size }
      const show = (kind: Exclude<UploadState['kind'], 'failed'>) =>
        set({
          kind,
          progress,
          pause: () => {
            running.pause()
            show('paused')
          },
          resume: () => {
            running.resume()
            show('sending')
          },
          cancel: () => running.cancel(),
        })
      const running = latest.current.client.upload(version, file, {
        onProgress: (now) => {
          progress = now
          show('sending')
        },
        onBroken: () => show('waiting'),
      })
      show('sending')
      running.done
        .then(() => {
          set(undefined)
          const { notice: tell, t: text } = latest.current
          tell(text('version.uploaded', { version: version.version }))
        })
        .catch((error: Error) => set(error.name === 'AbortError' ? undefined : { kind: 'failed', error }))
        .finally(() => void queries.invalidateQueries({ queryKey: ['package'] }))
    },
    [queries],
  )
  useLeavingGuard([...states.values()].some(({ kind }) => kind !== 'failed') ? 'guarded' : 'free')
  const uploads = useMemo(
    () => ({ start, stateOf: (version: VersionKey) => states.get(keyOf(version)) }),
    [start, states],
  )
  return <Uploads value={uploads}>{children}</Uploads>
}

/** Lets the browser ask before the page is closed. */
function useLeavingGuard(state: 'guarded' | 'free') {
  useEffect(() => {
    if (state === 'free') return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    globalThis.addEventListener('beforeunload', ask)
    return () => globalThis.removeEventListener('beforeunload', ask)
  }, [state])
}
