// Fetches the catalogue, or what is searched for, as a file that a spreadsheet opens.
import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { withQuery } from '../api/path.ts'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { useConsole } from '../session/console-context.ts'

const FILE_NAME = 'bongsu-catalogue.csv'
/** The browser has begun to read it by then. */
const REVOKE_AFTER_MS = 60_000

export function CatalogueExport({ search }: { search: string }) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => client.download(withQuery('/catalogue.csv', { q: search })),
    onSuccess: save,
  })
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon name="download" />}
        loading={isPending}
        onClick={() => mutate()}
        data-testid="catalogue-export"
      >
        {t('catalogue.export')}
      </Button>
      {error && <ErrorNotice error={error} />}
    </>
  )
}

/** A link that needs no token stands for the bytes that did. */
function save(blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = FILE_NAME
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS)
}
