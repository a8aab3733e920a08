// Chooses one of the sites that devices name, with how many are there.
import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useSites } from './device-queries.ts'

export function SiteSelect(props: {
  value: string | undefined
  onChange: (site: string | undefined) => void
  testId: string
}) {
  const { t } = useTranslation()
  const sites = useSites()
  const data = (sites.data ?? []).map(({ site, devices }) => ({
    value: site,
    label: t('devices.siteCount', { site, count: devices }),
  }))
  return (
    <Select
      aria-label={t('devices.field.site')}
      placeholder={t('devices.allSites')}
      data={data}
      value={props.value ?? null}
      onChange={(site) => props.onChange(site ?? undefined)}
      clearable
      searchable
      data-testid={props.testId}
    />
  )
}
