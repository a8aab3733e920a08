// The rows of a file and what would become of each: the faults of those refused, the fields that others change.
import {
  type CatalogueAction,
  type CatalogueColumn,
  type CatalogueRow,
  explain,
  type Reason,
} from '@bongsu/protocol'
import { Box, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Status, StatusBadge } from '../layout/status-badge.tsx'
import type { TextKey } from '../locales/translation.ts'
import { useLanguage } from '../locales/use-language.ts'

const ACTIONS: Record<CatalogueAction, Status> = {
  register: { tone: 'good', icon: 'plus', text: 'catalogue.action.register' },
  change: { tone: 'busy', icon: 'edit', text: 'catalogue.action.change' },
  keep: { tone: 'neutral', icon: 'check', text: 'catalogue.action.keep' },
  refuse: { tone: 'bad', icon: 'cross', text: 'catalogue.action.refuse' },
}

const FIELDS: Record<CatalogueColumn, TextKey> = {
  id: 'packages.field.id',
  koreanName: 'packages.field.koreanName',
  fileName: 'packages.field.fileName',
  copyrightHolder: 'packages.field.copyrightHolder',
  description: 'packages.field.description',
  licence: 'packages.field.licence',
  tags: 'packages.field.tags',
}

export function CatalogueRows({ rows }: { rows: readonly CatalogueRow[] }) {
  const { t } = useTranslation()
  const headings = [t('catalogue.row'), t('packages.title'), t('catalogue.outcome'), t('catalogue.detail')]
  return (
    <Box mah={360} style={{ overflow: 'auto' }}>
      <Table stickyHeader aria-label={t('catalogue.importTitle')}>
        <Table.Thead>
          <Table.Tr>
            {headings.map((heading) => (
              <Table.Th key={heading} scope="col">
                {heading}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <PreviewRow key={row.row} row={row} />
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  )
}

function PreviewRow({ row }: { row: CatalogueRow }) {
  const { t } = useTranslation()
  const { language } = useLanguage()
  const title = (reason: Reason) => explain(reason, language).title
  return (
    <Table.Tr data-testid="catalogue-row" data-action={row.action}>
      <Table.Td>{row.row}</Table.Td>
      <Table.Td>
        <Text size="sm">{row.koreanName}</Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {row.id}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={ACTIONS[row.action]} />
      </Table.Td>
      <Table.Td>
        {row.changed && <Text size="sm">{row.changed.map((column) => t(FIELDS[column])).join(', ')}</Text>}
        {row.faults?.map((fault) => (
          <Text size="sm" key={`${fault.code} ${title(fault)}`}>
            {title(fault)}
          </Text>
        ))}
        {row.warnings?.map((warning) => (
          <Text size="sm" c="orange" key={warning.code}>
            {title(warning)}
          </Text>
        ))}
      </Table.Td>
    </Table.Tr>
  )
}
