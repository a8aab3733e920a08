// The head of a page: its title, and the controls that belong to its list.
import { Title } from '@mantine/core'
import type { ReactNode } from 'react'

export function PageHead({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="page-head">
      <Title order={1} size="h3">
        {title}
      </Title>
      <div className="page-controls">{children}</div>
    </div>
  )
}
