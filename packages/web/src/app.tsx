// Which page an address shows, and the language of the document.
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Route, Switch } from 'wouter'
import { LaunchesPage } from './deployments/launches-page.tsx'
import { DevicesPage } from './devices/devices-page.tsx'
import { Shell } from './layout/shell.tsx'
import { useLanguage } from './locales/use-language.ts'
import { ArchiveUploadsProvider } from './packages/archive-uploads.tsx'
import { PackagesPage } from './packages/packages-page.tsx'
import { Session } from './session/session.tsx'

export function App() {
  const { t } = useTranslation()
  const { language } = useLanguage()
  useEffect(() => {
    document.documentElement.lang = language
    document.title = t('product.title')
  }, [language, t])
  return (
    <Session>
      <ArchiveUploadsProvider>
        <Shell>
          <Switch>
            <Route path="/launches" component={LaunchesPage} />
            <Route path="/packages/:id?">{({ id }) => <PackagesPage selected={id} />}</Route>
            <Route path="/devices/:id?">{({ id }) => <DevicesPage selected={id} />}</Route>
            <Route>
              <DevicesPage selected={undefined} />
            </Route>
          </Switch>
        </Shell>
      </ArchiveUploadsProvider>
    </Session>
  )
}
