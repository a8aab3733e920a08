// The frame around every page: which hub, where to go, who is signed in, whether the screen is live.
import { ActionIcon, AppShell, Box, Group, Tabs, Text, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useConsole } from '../session/console-context.ts'
import { Beacon } from './beacon.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { FeedIndicator } from './feed-indicator.tsx'
import { Icon } from './icon.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { pageOf } from './pages.ts'

export function Shell({ children }: { children: ReactNode }) {
  return (
    <AppShell header={{ height: { base: 104, sm: 60 } }} padding={0}>
      <AppShell.Header>
        <Header />
      </AppShell.Header>
      <AppShell.Main>
        <ConnectionBanner />
        <Box p={{ base: 'sm', sm: 'lg' }} maw={1720} mx="auto">
          {children}
        </Box>
      </AppShell.Main>
    </AppShell>
  )
}

function Header() {
  const { t } = useTranslation()
  const { principal, signOut } = useConsole()
  return (
    <div className="header">
      <Group gap={8} wrap="nowrap" className="header-name">
        <Beacon size={28} />
        <Box miw={0}>
          <Text fw={700} lh={1.15} className="nowrap">
            {t('product.name')}
          </Text>
          <Text size="xs" c="dimmed" lh={1.15} truncate title={t('layout.hub')} data-testid="hub-name">
            {globalThis.location.host}
          </Text>
        </Box>
      </Group>
      <Navigation />
      <Group gap="sm" wrap="nowrap" className="header-session">
        <FeedIndicator />
        <LanguageSwitch />
        <Text size="sm" c="dimmed" visibleFrom="lg" maw={160} truncate data-testid="principal">
          {principal.name}
        </Text>
        <Tooltip label={t('layout.signOut')}>
          <ActionIcon
            variant="default"
            size="lg"
            onClick={signOut}
            aria-label={t('layout.signOut')}
            data-testid="sign-out"
          >
            <Icon name="signOut" />
          </ActionIcon>
        </Tooltip>
      </Group>
    </div>
  )
}

function Navigation() {
  const { t } = useTranslation()
  const [location, navigate] = useLocation()
  return (
    <Tabs
      component="nav"
      aria-label={t('layout.pages')}
      value={pageOf(location)}
      onChange={(page) => navigate(`/${page ?? ''}`)}
      className="header-pages"
    >
      <Tabs.List>
        <Tabs.Tab value="devices" leftSection={<Icon name="device" />} data-testid="tab-devices">
          {t('devices.title')}
        </Tabs.Tab>
        <Tabs.Tab value="packages" leftSection={<Icon name="box" />} data-testid="tab-packages">
          {t('packages.title')}
        </Tabs.Tab>
        <Tabs.Tab value="launches" leftSection={<Icon name="play" />} data-testid="tab-launches">
          {t('launches.title')}
        </Tabs.Tab>
      </Tabs.List>
    </Tabs>
  )
}
