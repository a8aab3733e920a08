// What runs on one device, in short; the launches page tells the rest.
import { Anchor, Group, Paper, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useLaunches } from '../deployments/launch-queries.ts'
import { LaunchState } from '../deployments/launch-state.tsx'
import { isCurrent } from '../deployments/launch-status.ts'
import { PackageName } from '../packages/package-name.tsx'

export function DeviceLaunches({ deviceId }: { deviceId: string }) {
  const { t } = useTranslation()
  const { items } = useLaunches({ deviceId })
  const current = items?.filter(isCurrent) ?? []
  if (current.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {items ? t('devices.noLaunch') : t('layout.loading')}
      </Text>
    )
  }
  return (
    <Stack gap="xs">
      {current.map((launch) => (
        <Paper key={launch.id} withBorder p="sm">
          <Group justify="space-between" align="flex-start">
            <Text fw={600} size="sm">
              <PackageName id={launch.packageId} /> {launch.version}
            </Text>
            <LaunchState launch={launch} />
          </Group>
        </Paper>
      ))}
      <Anchor component={Link} href="/launches" size="sm">
        {t('devices.allLaunches')}
      </Anchor>
    </Stack>
  )
}
