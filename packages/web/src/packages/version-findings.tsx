// What the hub found in a version's image when it took it in: cause and remedy, those that hold it back first.
import type { VersionFinding } from '@bongsu/protocol'
import { Alert, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ReasonNote } from '../deployments/reason-note.tsx'

export function VersionFindings({ findings }: { findings: readonly VersionFinding[] }) {
  const { t } = useTranslation()
  if (findings.length === 0) return null
  return (
    <Stack gap={4} role="list" aria-label={t('version.findings')} data-testid="version-findings">
      {findings.map(({ severity, reason }) => (
        <Alert
          key={JSON.stringify(reason)}
          role="listitem"
          variant="light"
          p="xs"
          color={severity === 'block' ? 'red' : 'yellow'}
          title={severity === 'block' ? t('version.findingBlocks') : t('version.findingWarns')}
          data-severity={severity}
        >
          <ReasonNote reason={reason} testId="version-finding" />
        </Alert>
      ))}
    </Stack>
  )
}
