// Chooses the devices of a deployment by site and labels, and says which ones are meant now.
import type { Device, DeviceSelector } from '@bongsu/protocol'
import { Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { readLabels } from '../devices/device-labels.ts'
import { useDevices } from '../devices/device-queries.ts'
import { SiteSelect } from '../devices/site-select.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'

/** Undefined while it would mean every device. */
function selectorOf(site: string | undefined, text: string): DeviceSelector | undefined {
  const labels = readLabels(text) ?? {}
  const hasLabels = Object.keys(labels).length > 0
  if (site === undefined && !hasLabels) return undefined
  return { ...(site !== undefined && { site }), ...(hasLabels && { labels }) }
}

const NOBODY: readonly Device[] = []

/** What was chosen so far; `meant` are those of the first page, enough for a forecast. */
export function useSelectorChoice() {
  const [site, setSite] = useState<string>()
  const [labels, setLabels] = useState('')
  const selector = selectorOf(site, labels)
  const { items, hasMore, error } = useDevices('', selector)
  const meant = selector && items ? items.filter(({ approval }) => approval === 'accepted') : NOBODY
  return { site, setSite, labels, setLabels, selector, meant, hasMore, error }
}

export function SelectorChoice({ choice }: { choice: ReturnType<typeof useSelectorChoice> }) {
  const { t } = useTranslation()
  const { site, setSite, labels, setLabels, selector, meant, hasMore, error } = choice
  return (
    <Stack gap="xs">
      <SiteSelect value={site} onChange={setSite} testId="deploy-site" />
      <TextInput
        label={t('devices.field.labels')}
        placeholder={t('devices.example.labels')}
        value={labels}
        onChange={(event) => setLabels(event.currentTarget.value)}
        error={readLabels(labels) === undefined && t('form.labels')}
        autoComplete="off"
        data-testid="deploy-labels"
      />
      {error && <ErrorNotice error={error} />}
      {selector && (
        <Text size="sm" data-testid="deploy-meant">
          {t(hasMore ? 'deploy.meantAtLeast' : 'deploy.meant', { count: meant.length })}{' '}
          {meant.map(({ name }) => name).join(', ')}
        </Text>
      )}
    </Stack>
  )
}
