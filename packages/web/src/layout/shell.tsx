// The frame around every page: which hub, where to go, who is signed in, whether the screen is live.
import { ActionIcon, AppShell, Box, Group, Text, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { TextKey } from '../locales/translation.ts'
import { useConsole } from '../session/console-context.ts'
import { Beacon } from './beacon.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { FeedIndicator } from './feed-indicator.tsx'
import { Icon, type IconName } from './icon.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { type Page, pageOf } from './pages.ts'

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

const LINKS: readonly { page: Page; icon: IconName; text: TextKey }[] = [
  { page: 'devices', icon: 'device', text: 'devices.title' },
  { page: 'packages', icon: 'box', text: 'packages.title' },
  { page: 'launches', icon: 'play', text: 'launches.title' },
]

function Navigation() {
  const { t } = useTranslation()
  const [location] = useLocation()
  const shown = pageOf(location)
  return (
    <nav className="header-pages" aria-label={t('layout.pages')}>
      {LINKS.map(({ page, icon, text }) => (
        <Link
          key={page}
          href={`/${page}`}
          aria-current={page === shown ? 'page' : undefined}
          data-testid={`tab-${page}`}
        >
          <Icon name={icon} />
          {t(text)}
        </Link>
      ))}
    </nav>
  )
}
