// A short notice that something was done; it goes by itself.
import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

export function useNotice(): (message: string) => void {
  const { t } = useTranslation()
  return useCallback(
    (message) =>
      void notifications.show({
        color: 'green',
        message,
        closeButtonProps: { 'aria-label': t('layout.close') },
      }),
    [t],
  )
}
