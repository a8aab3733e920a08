// The devices page: search, registering by hand, join tokens, the table, and the drawer of one device.
import type { Device } from '@bongsu/protocol'
import { Button, Center, Loader, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { EmptyState } from '../layout/empty-state.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { PageHead } from '../layout/page-head.tsx'
import { SearchField } from '../layout/search-field.tsx'
import { SecretsDialog } from '../secrets/secrets-dialog.tsx'
import { useMayOperate } from '../session/console-context.ts'
import { AcceptDialog } from './accept-dialog.tsx'
import { DeviceDrawer } from './device-drawer.tsx'
import { DeviceForm } from './device-form.tsx'
import { useDevices } from './device-queries.ts'
import { DeviceTable } from './device-table.tsx'
import { JoinTokenDialog } from './join-token-dialog.tsx'
import { SiteSelect } from './site-select.tsx'

type OpenDialog =
  | { kind: 'register' }
  | { kind: 'edit'; device: Device }
  | { kind: 'accept'; device: Device }
  | { kind: 'join' }
  | { kind: 'secrets' }

export function DevicesPage({ selected }: { selected: string | undefined }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const mayOperate = useMayOperate()
  const [search, setSearch] = useState('')
  const [site, setSite] = useState<string>()
  const [dialog, setDialog] = useState<OpenDialog>()
  const devices = useDevices(search, site === undefined ? undefined : { site })
  const close = () => setDialog(undefined)
  const edit = (device: Device) => setDialog({ kind: 'edit', device })
  const accept = (device: Device) => setDialog({ kind: 'accept', device })

  return (
    <Stack>
      <PageHead title={t('devices.title')}>
        <SearchField label={t('devices.search')} onSearch={setSearch} testId="device-search" />
        <SiteSelect value={site} onChange={setSite} testId="device-site-filter" />
        {mayOperate && (
          <>
            <Button
              variant="default"
              leftSection={<Icon name="eyeOff" />}
              onClick={() => setDialog({ kind: 'secrets' })}
              data-testid="secrets-open"
            >
              {t('secrets.title')}
            </Button>
            <Button
              variant="default"
              leftSection={<Icon name="key" />}
              onClick={() => setDialog({ kind: 'join' })}
              data-testid="join-token-open"
            >
              {t('devices.join')}
            </Button>
            <Button
              leftSection={<Icon name="plus" />}
              onClick={() => setDialog({ kind: 'register' })}
              data-testid="device-register"
            >
              {t('devices.register')}
            </Button>
          </>
        )}
      </PageHead>
      {devices.error && <ErrorNotice error={devices.error} />}
      <DeviceList
        devices={devices}
        search={search + (site ?? '')}
        onJoin={mayOperate ? () => setDialog({ kind: 'join' }) : undefined}
        onOpen={({ id }) => navigate(`/devices/${id}`)}
        onEdit={edit}
        onAccept={accept}
      />
      <DeviceDrawer id={selected} onClose={() => navigate('/devices')} onEdit={edit} onAccept={accept} />
      {dialog?.kind === 'register' && <DeviceForm device={undefined} onClose={close} />}
      {dialog?.kind === 'edit' && <DeviceForm device={dialog.device} onClose={close} />}
      {dialog?.kind === 'accept' && <AcceptDialog device={dialog.device} onClose={close} />}
      {dialog?.kind === 'join' && <JoinTokenDialog onClose={close} />}
      {dialog?.kind === 'secrets' && <SecretsDialog onClose={close} />}
    </Stack>
  )
}

function DeviceList(props: {
  devices: ReturnType<typeof useDevices>
  search: string
  onJoin: (() => void) | undefined
  onOpen: (device: Device) => void
  onEdit: (device: Device) => void
  onAccept: (device: Device) => void
}) {
  const { t } = useTranslation()
  const { items, error, hasMore, isLoadingMore, loadMore } = props.devices
  if (!items) return error ? null : <LoadingRows />
  if (items.length === 0 && props.search !== '') {
    return <EmptyState icon="search" title={t('devices.noMatch')} text={t('layout.noMatchHint')} />
  }
  if (items.length === 0) {
    return (
      <EmptyState icon="device" title={t('devices.none')} text={t('devices.noneHint')} testId="devices-empty">
        {props.onJoin && (
          <Button leftSection={<Icon name="key" />} onClick={props.onJoin}>
            {t('devices.join')}
          </Button>
        )}
      </EmptyState>
    )
  }
  return (
    <>
      <DeviceTable devices={items} onOpen={props.onOpen} onEdit={props.onEdit} onAccept={props.onAccept} />
      {hasMore && (
        <Button variant="default" loading={isLoadingMore} onClick={loadMore}>
          {t('layout.more')}
        </Button>
      )}
    </>
  )
}

const LoadingRows = () => (
  <Center py="xl">
    <Loader />
  </Center>
)
