// A reason as a person needs it: cause, remedy, and the words of the engine or program itself.
import { explain, type Reason } from '@bongsu/protocol'
import { Code, Stack, Text } from '@mantine/core'
import { useLanguage } from '../locales/use-language.ts'

export function ReasonNote({ reason, testId }: { reason: Reason; testId?: string }) {
  const { language } = useLanguage()
  const { title, remedy } = explain(reason, language)
  return (
    <Stack gap={2}>
      <Text size="sm" fw={600} data-testid={testId} data-code={reason.code}>
        {title}
      </Text>
      <Text size="sm">{remedy}</Text>
      {reason.quote && reason.quote !== title && (
        <Code block mah={120} style={{ overflow: 'auto', whiteSpace: 'pre-wrap' }}>
          {reason.quote}
        </Code>
      )}
      <Text size="xs" c="dimmed" ff="monospace">
        {reason.code}
      </Text>
    </Stack>
  )
}
