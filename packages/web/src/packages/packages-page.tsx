// The AI packages page: search, registering, the table, the drawer with versions, and the way to a deployment.
import type { AiPackage } from '@bongsu/protocol'
import { Button, Center, Loader, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { DeployDialog } from '../deployments/deploy-dialog.tsx'
import { EmptyState } from '../layout/empty-state.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { PageHead } from '../layout/page-head.tsx'
import { SearchField } from '../layout/search-field.tsx'
import { useMayOperate } from '../session/console-context.ts'
import { CatalogueExport } from './catalogue-export.tsx'
import { CatalogueImportButton } from './catalogue-import.tsx'
import { PackageDrawer } from './package-drawer.tsx'
import { PackageForm } from './package-form.tsx'
import { usePackages } from './package-queries.ts'
import { PackageTable } from './package-table.tsx'

type OpenDialog =
  | { kind: 'register' }
  | { kind: 'edit'; edited: AiPackage }
  | { kind: 'deploy'; deployed: AiPackage }

export function PackagesPage({ selected }: { selected: string | undefined }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const mayOperate = useMayOperate()
  const [search, setSearch] = useState('')
  const [dialog, setDialog] = useState<OpenDialog>()
  const packages = usePackages(search)
  const close = () => setDialog(undefined)
  const register = mayOperate ? () => setDialog({ kind: 'register' }) : undefined
  const open = ({ id }: AiPackage) => navigate(`/packages/${id}`)
  const edit = (edited: AiPackage) => setDialog({ kind: 'edit', edited })
  const deploy = (deployed: AiPackage) => setDialog({ kind: 'deploy', deployed })

  return (
    <Stack>
      <PageHead title={t('packages.title')}>
        <SearchField label={t('packages.search')} onSearch={setSearch} testId="package-search" />
        <CatalogueExport search={search} />
        {mayOperate && <CatalogueImportButton />}
        {register && (
          <Button leftSection={<Icon name="plus" />} onClick={register} data-testid="package-register">
            {t('packages.register')}
          </Button>
        )}
      </PageHead>
      {packages.error && <ErrorNotice error={packages.error} />}
      <PackageList
        packages={packages}
        search={search}
        onRegister={register}
        onOpen={open}
        onEdit={edit}
        onDeploy={deploy}
      />
      <PackageDrawer id={selected} onClose={() => navigate('/packages')} onEdit={edit} onDeploy={deploy} />
      {(dialog?.kind === 'register' || dialog?.kind === 'edit') && (
        <PackageForm
          edited={dialog.kind === 'edit' ? dialog.edited : undefined}
          onClose={close}
          onSaved={(saved) => {
            close()
            open(saved)
          }}
        />
      )}
      {dialog?.kind === 'deploy' && <DeployDialog deployed={dialog.deployed} onClose={close} />}
    </Stack>
  )
}

function PackageList(props: {
  packages: ReturnType<typeof usePackages>
  search: string
  onRegister: (() => void) | undefined
  onOpen: (opened: AiPackage) => void
  onEdit: (edited: AiPackage) => void
  onDeploy: (deployed: AiPackage) => void
}) {
  const { t } = useTranslation()
  const { items, error, hasMore, isLoadingMore, loadMore } = props.packages
  if (!items) return error ? null : <LoadingRows />
  if (items.length === 0 && props.search !== '') {
    return <EmptyState icon="search" title={t('packages.noMatch')} text={t('layout.noMatchHint')} />
  }
  if (items.length === 0) {
    return (
      <EmptyState icon="box" title={t('packages.none')} text={t('packages.noneHint')} testId="packages-empty">
        {props.onRegister && (
          <Button leftSection={<Icon name="plus" />} onClick={props.onRegister}>
            {t('packages.register')}
          </Button>
        )}
      </EmptyState>
    )
  }
  return (
    <>
      <PackageTable packages={items} onOpen={props.onOpen} onEdit={props.onEdit} onDeploy={props.onDeploy} />
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
