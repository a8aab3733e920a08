// One AI package: its catalogue entry and its versions, with the form for the next one.
import type { AiPackage } from '@bongsu/protocol'
import { Button, Center, Drawer, Group, Loader, Stack, Table, Text, Title } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatKst } from '../format/timestamps.ts'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { useLanguage } from '../locales/use-language.ts'
import { useMayOperate } from '../session/console-context.ts'
import { usePackage } from './package-queries.ts'
import { PackageRemoval } from './package-removal.tsx'
import { TagList } from './tag-list.tsx'
import { VersionForm } from './version-form.tsx'
import { VersionList } from './version-list.tsx'
import { readyVersions } from './version-status.ts'
import { WithdrawalButton, WithdrawalNote } from './withdrawal.tsx'

interface DrawerActions {
  readonly onClose: () => void
  readonly onEdit: (edited: AiPackage) => void
  readonly onDeploy: (deployed: AiPackage) => void
}

/** @param props.id of the package to show; absent keeps the drawer shut */
export function PackageDrawer(props: { id: string | undefined } & DrawerActions) {
  const { t } = useTranslation()
  const shown = usePackage(props.id)
  return (
    <Drawer
      opened={props.id !== undefined}
      onClose={props.onClose}
      position="right"
      size="xl"
      title={<Text fw={700}>{shown.data?.koreanName ?? props.id}</Text>}
      closeButtonProps={{ 'aria-label': t('layout.close') }}
    >
      {shown.error && <ErrorNotice error={shown.error} />}
      {shown.data ? (
        <PackageDetail key={shown.data.id} shown={shown.data} {...props} />
      ) : (
        shown.isPending &&
        props.id && (
          <Center py="xl">
            <Loader />
          </Center>
        )
      )}
    </Drawer>
  )
}

function PackageDetail({ shown, onClose, onEdit, onDeploy }: { shown: AiPackage } & DrawerActions) {
  const { t } = useTranslation()
  const mayOperate = useMayOperate()
  const [adding, setAdding] = useState(false)
  const isAdding = mayOperate && (adding || shown.versions.length === 0)
  return (
    <Stack gap="lg" data-testid="package-detail" data-package-id={shown.id}>
      {mayOperate && (
        <Group gap="xs" justify="flex-end">
          {readyVersions(shown).length > 0 && (
            <Button size="xs" leftSection={<Icon name="play" size={14} />} onClick={() => onDeploy(shown)}>
              {t('packages.deploy')}
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="edit" />}
            onClick={() => onEdit(shown)}
          >
            {t('layout.edit')}
          </Button>
          <WithdrawalButton
            target={{ packageId: shown.id, name: shown.koreanName, withdrawn: shown.withdrawn }}
          />
          <PackageRemoval removed={shown} onRemoved={onClose} />
        </Group>
      )}
      {shown.withdrawn && <WithdrawalNote withdrawn={shown.withdrawn} />}
      <CatalogueEntry shown={shown} />
      <Group justify="space-between">
        <Title order={2} size="h5">
          {t('packages.field.versions')}
        </Title>
        {mayOperate && !isAdding && (
          <Button
            size="xs"
            leftSection={<Icon name="plus" />}
            onClick={() => setAdding(true)}
            data-testid="version-add"
          >
            {t('packages.addVersion')}
          </Button>
        )}
      </Group>
      {isAdding && (
        <VersionForm
          packageId={shown.id}
          onClose={() => setAdding(false)}
          closable={shown.versions.length > 0 ? 'yes' : 'no'}
        />
      )}
      <VersionList versions={shown.versions} />
    </Stack>
  )
}

function CatalogueEntry({ shown }: { shown: AiPackage }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const rows: readonly (readonly [label: string, value: ReactNode])[] = [
    [t('packages.field.id'), shown.id],
    [t('packages.field.koreanName'), shown.koreanName],
    [t('packages.field.fileName'), shown.fileName],
    [t('packages.field.copyrightHolder'), shown.copyrightHolder],
    [t('packages.field.description'), shown.description ?? '–'],
    [t('packages.field.licence'), shown.licence ?? '–'],
    [t('packages.field.tags'), shown.tags ? <TagList key="tags" tags={shown.tags} /> : '–'],
    [t('packages.field.registeredAt'), formatKst(shown.registeredAt, language)],
  ]
  return (
    <Table withTableBorder>
      <Table.Tbody>
        {rows.map(([label, value]) => (
          <Table.Tr key={label}>
            <Table.Th scope="row" fw={500} w="32%">
              {label}
            </Table.Th>
            <Table.Td style={{ whiteSpace: 'pre-wrap' }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
