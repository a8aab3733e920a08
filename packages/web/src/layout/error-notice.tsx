// An error as a person needs it: what happened, what to do, and what to quote when asking for help.
import { Alert, Code, List, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemError } from '../api/problem.ts'
import { Icon } from './icon.tsx'

/** @param props.rest messages about parts that no field of the form shows */
export function ErrorNotice(props: { error: Error; rest?: readonly string[]; children?: ReactNode }) {
  const { t } = useTranslation()
  const problem = props.error instanceof ProblemError ? props.error.problem : undefined
  const title = problem?.title ?? t('error.unreachableTitle')
  const remedy = problem?.remedy ?? t('error.unreachableRemedy')
  return (
    <Alert role="alert" color="red" icon={<Icon name="alert" />} title={title} data-testid="error-notice">
      {problem?.detail && problem.detail !== title && <Text size="sm">{problem.detail}</Text>}
      <Text size="sm">{remedy}</Text>
      {props.rest && props.rest.length > 0 && (
        <List size="sm" mt={4}>
          {props.rest.map((message) => (
            <List.Item key={message}>{message}</List.Item>
          ))}
        </List>
      )}
      {problem && (
        <Text size="xs" mt={6} c="dimmed">
          <Code>{problem.code}</Code> {problem.requestId}
        </Text>
      )}
      {props.children}
    </Alert>
  )
}
