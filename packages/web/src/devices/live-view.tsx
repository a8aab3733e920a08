// The screen as it changes, while the dialog is open. View only: nothing is ever sent to the device.
import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { path, withQuery } from '../api/path.ts'
import { HubUnreachable, ProblemError, parseProblem } from '../api/problem.ts'
import { Age } from '../layout/age.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { useConsole } from '../session/console-context.ts'
import { LivePartReader } from './multipart-frames.ts'

export interface LiveViewWish {
  readonly deviceId: string
  readonly launchId?: string | undefined
}

const WIDTH_PIXELS = 1280
const FRAMES_PER_SECOND = 2

interface View {
  readonly source?: string
  readonly at?: string | undefined
  readonly frames: number
  readonly end?: Error | 'over'
}

export function LiveViewButton(props: LiveViewWish & { readonly name: string }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<'open' | 'closed'>('closed')
  const close = () => setOpened('closed')
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="eye" />}
        onClick={() => setOpened('open')}
        data-testid="live-view-open"
      >
        {t('live.open')}
      </Button>
      <Modal
        opened={opened === 'open'}
        onClose={close}
        title={t('live.title', { name: props.name })}
        size="xl"
        closeButtonProps={{ 'aria-label': t('layout.close') }}
      >
        <LiveView {...props} />
      </Modal>
    </>
  )
}

function LiveView(props: LiveViewWish & { readonly name: string }) {
  const { t } = useTranslation()
  const [attempt, setAttempt] = useState(0)
  const { source, at, frames, end } = useLiveView(props, attempt)
  return (
    <Stack gap="xs" data-testid="live-view" data-frames={frames}>
      {source && (
        <img
          className="live-frame"
          src={source}
          alt={t('devices.screenOf', { name: props.name })}
          data-testid="live-frame"
        />
      )}
      {!source && !end && <Loader />}
      {end instanceof Error && <ErrorNotice error={end} />}
      <Group justify="space-between">
        <Group gap={4} c="dimmed">
          <Text size="xs">{t(end === undefined ? 'live.viewOnly' : 'live.over')}</Text>
          {at && <Age of={at} />}
        </Group>
        {end !== undefined && (
          <Button size="xs" variant="default" onClick={() => setAttempt(attempt + 1)}>
            {t('live.again')}
          </Button>
        )}
      </Group>
    </Stack>
  )
}

function brokenBy(text: string): Error {
  const problem = parseProblem(text)
  return problem ? new ProblemError(problem) : new HubUnreachable()
}

/** Ends when the component goes; every frame's address is given back when the next one is shown. */
function useLiveView({ deviceId, launchId }: LiveViewWish, attempt: number): View {
  const { client } = useConsole()
  const [view, setView] = useState<View>({ frames: 0 })
  // Another attempt is another view of the same.
  useEffect(() => {
    const abort = new AbortController()
    let shown: string | undefined
    const show = (blob: Blob, at: string | undefined) => {
      const source = URL.createObjectURL(blob)
      setView(({ frames }) => ({ source, at, frames: frames + 1 }))
      if (shown !== undefined) URL.revokeObjectURL(shown)
      shown = source
    }
    const address = withQuery(path('devices', deviceId, 'live-view'), {
      launchId,
      maxWidthPixels: WIDTH_PIXELS,
      framesPerSecond: FRAMES_PER_SECOND,
    })
    const follow = async () => {
      const body = await client.openStream(address, abort.signal)
      const parts = new LivePartReader()
      for await (const chunk of body) {
        for (const part of parts.push(chunk)) {
          if (part.kind === 'frame') show(new Blob([part.png], { type: 'image/png' }), part.receivedAt)
          else throw brokenBy(part.text)
        }
      }
    }
    setView({ frames: 0 })
    follow().then(
      () => setView((last) => ({ ...last, end: 'over' })),
      (error: unknown) => {
        if (!abort.signal.aborted)
          setView((last) => ({ ...last, end: error instanceof Error ? error : new Error() }))
      },
    )
    return () => {
      abort.abort()
      if (shown !== undefined) URL.revokeObjectURL(shown)
    }
  }, [client, deviceId, launchId, attempt])
  return view
}
