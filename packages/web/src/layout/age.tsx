// How old something is, counting up while it is looked at; the full time stamp (KST) on hover and for screen readers.
import { Text } from '@mantine/core'
import { formatAge, formatKst } from '../format/timestamps.ts'
import { useLanguage } from '../locales/use-language.ts'
import { useNow } from './use-now.ts'

export function Age({ of, inherit }: { of: string; inherit?: true }) {
  const { language } = useLanguage()
  const now = useNow()
  const text = (
    <time dateTime={of} title={formatKst(of, language)}>
      {formatAge(of, now, language)}
    </time>
  )
  return inherit ? (
    text
  ) : (
    <Text span size="xs" c="dimmed" className="nowrap">
      {text}
    </Text>
  )
}
