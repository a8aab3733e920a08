// A state as icon, word and colour: each of them says it alone.
import { Badge } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { TextKey } from '../locales/translation.ts'
import { Icon, type IconName } from './icon.tsx'

export type Tone = 'good' | 'busy' | 'warning' | 'bad' | 'neutral'

export interface Status {
  readonly tone: Tone
  readonly icon: IconName
  readonly text: TextKey
}

const COLOURS: Record<Tone, string> = {
  good: 'green',
  busy: 'blue',
  warning: 'orange',
  bad: 'red',
  neutral: 'gray',
}

export function StatusBadge({ status, testId }: { status: Status; testId?: string }) {
  const { t } = useTranslation()
  return (
    <Badge
      color={COLOURS[status.tone]}
      variant="light"
      leftSection={<Icon name={status.icon} size={12} />}
      data-testid={testId}
      data-tone={status.tone}
      className="status-badge"
    >
      {t(status.text)}
    </Badge>
  )
}
