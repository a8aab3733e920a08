// What the hub foresees for each chosen device, with the remedy, before anything is deployed.
import type { DeploymentForecast, Device, LaunchOverride, PackageVersion } from '@bongsu/protocol'
import { Alert, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { queryKeys } from '../api/affected-queries.ts'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { useConsole } from '../session/console-context.ts'
import { isWorthTelling } from './forecast-summary.ts'
import { ReasonNote } from './reason-note.tsx'

/** Asked anew for another choice, and when one of the devices has changed. */
export function useForecast(
  version: PackageVersion | undefined,
  chosen: readonly Device[],
  overrides: readonly LaunchOverride[],
) {
  const { client } = useConsole()
  const deviceIds = chosen.map(({ id }) => id)
  const wish = { packageId: version?.packageId, version: version?.version, deviceIds, overrides }
  return useQuery({
    queryKey: queryKeys.forecast(wish),
    queryFn: () =>
      client.post<DeploymentForecast>('/deployments/forecast', wish, globalThis.crypto.randomUUID()),
    enabled: version !== undefined && deviceIds.length > 0,
    staleTime: 10_000,
    placeholderData: (previous) => previous,
  })
}

export function ForecastList(props: {
  forecast: DeploymentForecast | undefined
  error: Error | null
  chosen: readonly Device[]
}) {
  const { t } = useTranslation()
  if (props.error) return <ErrorNotice error={props.error} />
  const told = props.forecast?.devices.filter(isWorthTelling) ?? []
  const nameOf = (id: string) => props.chosen.find((device) => device.id === id)?.name ?? id
  return (
    <Stack gap="xs" data-testid="deploy-foreseen">
      {told.map(({ deviceId, obstacles, warnings }) => (
        <Alert
          key={deviceId}
          color={obstacles.length > 0 ? 'red' : 'orange'}
          icon={<Icon name="alert" />}
          title={nameOf(deviceId)}
        >
          <Stack gap="xs">
            <Text size="sm">{t(obstacles.length > 0 ? 'deploy.hasObstacles' : 'deploy.hasWarnings')}</Text>
            {[...obstacles, ...warnings].map((reason) => (
              <ReasonNote key={JSON.stringify(reason)} reason={reason} testId="deploy-omen" />
            ))}
          </Stack>
        </Alert>
      ))}
    </Stack>
  )
}
