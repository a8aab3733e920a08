// A still of a screen with the time it was taken. The picture needs the token, so it is fetched, not linked.
import { Box, Center, Group, Loader, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ProblemError } from '../api/problem.ts'
import { Age } from '../layout/age.tsx'
import { Icon } from '../layout/icon.tsx'
import { useObjectUrl } from '../layout/use-object-url.ts'
import { type StillWish, useStill } from './device-queries.ts'

interface StillProps extends StillWish {
  readonly alt: string
  readonly testId: string
}

export function Still({ alt, testId, ...wish }: StillProps) {
  const { t } = useTranslation()
  const still = useStill(wish)
  const source = useObjectUrl(still.data?.blob)
  const capturedAt = still.data?.capturedAt
  return (
    <Stack gap={4}>
      <Box className="still-frame">
        {source ? (
          <a href={source} target="_blank" rel="noreferrer" aria-label={t('devices.openStill')}>
            <img src={source} alt={alt} data-testid={testId} data-captured-at={capturedAt} />
          </a>
        ) : (
          <Center h="100%" p={6} c="dimmed">
            {still.isFetching ? <Loader size="sm" /> : <Absence error={still.error} />}
          </Center>
        )}
      </Box>
      {capturedAt && (
        <Group gap={4} c="dimmed">
          <Icon name="clock" size={12} />
          <Age of={capturedAt} />
          {still.error && source && (
            <Text size="xs" c="orange">
              {t('devices.stillOld')}
            </Text>
          )}
        </Group>
      )}
    </Stack>
  )
}

function Absence({ error }: { error: Error | null }) {
  const { t } = useTranslation()
  const title = error instanceof ProblemError ? error.problem.title : t('devices.noStill')
  return (
    <Stack gap={2} align="center" title={title}>
      <Icon name="eyeOff" />
      <Text size="xs" ta="center" lineClamp={3}>
        {title}
      </Text>
    </Stack>
  )
}
