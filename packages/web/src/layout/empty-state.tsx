// What a list says when it is empty: why, and what to do next.
import { Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

export function EmptyState(props: {
  icon: IconName
  title: string
  text: string
  children?: ReactNode
  testId?: string
}) {
  return (
    <Paper withBorder p="xl" radius="md" data-testid={props.testId}>
      <Stack align="center" gap="sm" maw={620} mx="auto" py="md">
        <ThemeIcon variant="light" size={56} radius="xl">
          <Icon name={props.icon} size={28} />
        </ThemeIcon>
        <Title order={2} size="h4" ta="center">
          {props.title}
        </Title>
        <Text c="dimmed" ta="center">
          {props.text}
        </Text>
        {props.children}
      </Stack>
    </Paper>
  )
}
