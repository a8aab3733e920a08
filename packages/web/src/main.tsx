// Entry of the console: makes what lives as long as the page and draws the application.
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './console.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { isWorthRetrying } from './api/problem.ts'
import { App } from './app.tsx'
import { chooseLanguage, rememberedLanguage } from './locales/language.ts'
import { createTranslation } from './locales/translation.ts'
import { theme } from './theme.ts'

const RETRIES = 2

const language = chooseLanguage(rememberedLanguage(localStorage), navigator.languages)
const translation = createTranslation(language)
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The change feed says when something is out of date.
      staleTime: 30_000,
      retry: (failures, error) => failures < RETRIES && isWorthRetrying(error),
    },
  },
})

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={translation}>
        <MantineProvider theme={theme} defaultColorScheme="auto">
          <Notifications position="bottom-left" containerWidth={330} />
          <QueryClientProvider client={queries}>
            <App />
          </QueryClientProvider>
        </MantineProvider>
      </I18nextProvider>
    </StrictMode>,
  )
}
