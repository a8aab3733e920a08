// The page before everything: an access token is pasted, the hub says whether it is good.
import { Box, Button, Card, Center, Group, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Beacon } from '../layout/beacon.tsx'
import { EntryForm } from '../layout/entry-form.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { LanguageSwitch } from '../layout/language-switch.tsx'
import { readPastedToken } from './token-store.ts'

export function SignInPage(props: {
  error: Error | undefined
  busy: boolean
  onSignIn: (token: string) => void
}) {
  const { t } = useTranslation()
  const [pasted, setPasted] = useState('')
  const token = readPastedToken(pasted)
  return (
    <Center component="main" mih="100dvh" p="md" className="sign-in">
      <Box w="100%" maw={420}>
        <Group justify="space-between" mb="lg">
          <Group gap="sm">
            <Beacon size={40} />
            <Box>
              <Title order={1} size="h2" lh={1.1}>
                {t('product.name')}
              </Title>
              <Text size="sm" c="dimmed">
                {t('product.tagline')}
              </Text>
            </Box>
          </Group>
          <LanguageSwitch />
        </Group>
        <Card withBorder padding="lg" radius="md" shadow="sm">
          <EntryForm label={t('signIn.title')} onSubmit={() => token !== '' && props.onSignIn(token)}>
            <Stack>
              <PasswordInput
                data-testid="sign-in-token"
                data-autofocus
                autoFocus
                label={t('signIn.token')}
                description={t('signIn.tokenHint')}
                value={pasted}
                onChange={(event) => setPasted(event.currentTarget.value)}
                autoComplete="off"
                spellCheck={false}
                required
                visibilityToggleButtonProps={{ 'aria-label': t('signIn.showToken') }}
              />
              {props.error && <ErrorNotice error={props.error} />}
              <Button type="submit" data-testid="sign-in-submit" loading={props.busy} disabled={token === ''}>
                {t('signIn.submit')}
              </Button>
            </Stack>
          </EntryForm>
        </Card>
      </Box>
    </Center>
  )
}
