// The table of AI packages: the catalogue entry, the newest version, and the button that deploys it.
import type { AiPackage } from '@bongsu/protocol'
import { ActionIcon, Anchor, Box, Button, Group, Stack, Text, Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatKst } from '../format/timestamps.ts'
import { Icon } from '../layout/icon.tsx'
import { RecordRow, RecordTable } from '../layout/record-table.tsx'
import { StatusBadge } from '../layout/status-badge.tsx'
import { useLanguage } from '../locales/use-language.ts'
import { useMayOperate } from '../session/console-context.ts'
import { TagList } from './tag-list.tsx'
import { newestFirst, readyVersions, statusOf, WITHDRAWN } from './version-status.ts'

interface RowActions {
  readonly onOpen: (opened: AiPackage) => void
  readonly onEdit: (edited: AiPackage) => void
  readonly onDeploy: (deployed: AiPackage) => void
}

export function PackageTable({ packages, ...actions }: { packages: readonly AiPackage[] } & RowActions) {
  const { t } = useTranslation()
  const headings = [
    t('packages.field.koreanName'),
    t('packages.field.fileName'),
    t('packages.field.copyrightHolder'),
    t('packages.field.description'),
    t('packages.field.versions'),
    t('packages.field.registeredAt'),
    t('layout.actions'),
  ]
  return (
    <RecordTable label={t('packages.title')} headings={headings}>
      {packages.map((listed) => (
        <PackageRow key={listed.id} listed={listed} {...actions} />
      ))}
    </RecordTable>
  )
}

function PackageRow({ listed, onOpen, onEdit, onDeploy }: { listed: AiPackage } & RowActions) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const mayOperate = useMayOperate()
  const isDeployable = readyVersions(listed).length > 0
  return (
    <RecordRow data-testid="package-row" data-package-id={listed.id}>
      <Box>
        <Anchor component="button" type="button" size="sm" fw={600} ta="start" onClick={() => onOpen(listed)}>
          {listed.koreanName}
        </Anchor>
        <Text size="xs" c="dimmed" ff="monospace" className="nowrap">
          {listed.id}
        </Text>
      </Box>
      <Text size="sm">{listed.fileName}</Text>
      <Text size="sm">{listed.copyrightHolder}</Text>
      {listed.description || listed.tags ? (
        <Stack gap={4}>
          <Text size="sm" lineClamp={2}>
            {listed.description}
          </Text>
          <TagList tags={listed.tags} />
        </Stack>
      ) : null}
      <VersionSummary listed={listed} />
      <Text size="sm" className="nowrap">
        {formatKst(listed.registeredAt, language)}
      </Text>
      <Group gap="xs" wrap="nowrap">
        {mayOperate && (
          <>
            <Tooltip
              label={t(listed.withdrawn ? 'withdrawal.notDeployable' : 'packages.notDeployable')}
              disabled={isDeployable}
            >
              <Button
                size="sm"
                px="sm"
                leftSection={<Icon name="play" size={14} />}
                variant={isDeployable ? 'filled' : 'default'}
                aria-disabled={!isDeployable}
                onClick={() => (isDeployable ? onDeploy(listed) : onOpen(listed))}
                data-testid="deploy-open"
              >
                {t('packages.deploy')}
              </Button>
            </Tooltip>
            <ActionIcon
              variant="default"
              size="lg"
              onClick={() => onEdit(listed)}
              aria-label={t('packages.editTitle', { name: listed.koreanName })}
              data-testid="package-edit"
            >
              <Icon name="edit" />
            </ActionIcon>
          </>
        )}
      </Group>
    </RecordRow>
  )
}

function VersionSummary({ listed }: { listed: AiPackage }) {
  const { t } = useTranslation()
  const [newest] = newestFirst(listed.versions)
  if (!newest) {
    return (
      <Text size="sm" c="dimmed">
        {t('packages.noVersion')}
      </Text>
    )
  }
  return (
    <Stack gap={4} align="flex-start">
      <Text size="sm">
        {newest.version}
        {listed.versions.length > 1 && (
          <Text span size="xs" c="dimmed">
            {' '}
            {t('packages.moreVersions', { count: listed.versions.length - 1 })}
          </Text>
        )}
      </Text>
      <StatusBadge status={listed.withdrawn ? WITHDRAWN : statusOf(newest)} />
    </Stack>
  )
}
