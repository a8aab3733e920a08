// Takes a CSV file into the catalogue: first what would become of each row, then all of it at once.
import type { CatalogueImport } from '@bongsu/protocol'
import { Alert, Button, FileButton, Group, Loader, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { withQuery } from '../api/path.ts'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { Icon } from '../layout/icon.tsx'
import { useNotice } from '../layout/use-notice.ts'
import { useConsole } from '../session/console-context.ts'
import { CatalogueRows } from './catalogue-rows.tsx'

export function CatalogueImportButton() {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon name="upload" />}
        onClick={() => setOpen(true)}
        data-testid="catalogue-import"
      >
        {t('catalogue.import')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t('catalogue.importTitle')}
        size="xl"
        closeButtonProps={{ 'aria-label': t('layout.close') }}
      >
        <ImportDialog onClose={() => setOpen(false)} />
      </Modal>
    </>
  )
}

function useImport(onDone: (done: CatalogueImport) => void) {
  const { client } = useConsole()
  const send = (file: Blob, dryRun: 'true' | 'false') =>
    client.sendFile<CatalogueImport>(withQuery('/catalogue.csv', { dryRun }), file, 'text/csv')
  const previewing = useMutation({ mutationFn: (file: Blob) => send(file, 'true') })
  const importing = useMutation({ mutationFn: (file: Blob) => send(file, 'false'), onSuccess: onDone })
  return { previewing, importing }
}

interface Chosen {
  readonly name: string
  readonly bytes: Blob
}

function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const notice = useNotice()
  const [chosen, setChosen] = useState<Chosen>()
  // A browser does not tell of the same file chosen again, which is what somebody does who has corrected it.
  const reset = useRef<() => void>(null)
  const { previewing, importing } = useImport(({ counts }) => {
    void queries.invalidateQueries({ queryKey: ['package'] })
    notice(t('catalogue.imported', { registered: counts.register, changed: counts.change }))
    onClose()
  })
  const choose = async (file: File | null) => {
    if (!file) return
    // Its bytes as they are now: what is previewed is what is imported, whatever is saved meanwhile.
    const bytes = new Blob([await file.arrayBuffer()])
    reset.current?.()
    importing.reset()
    setChosen({ name: file.name, bytes })
    previewing.mutate(bytes)
  }
  const preview = previewing.data
  const error = importing.error ?? previewing.error
  return (
    <Stack>
      <Text size="sm">{t('catalogue.fileHint')}</Text>
      <Group gap="xs">
        <FileButton resetRef={reset} accept=".csv,text/csv" onChange={(file) => void choose(file)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<Icon name="upload" />}
              data-testid="catalogue-file"
            >
              {t('version.chooseFile')}
            </Button>
          )}
        </FileButton>
        {chosen && <Text size="sm">{chosen.name}</Text>}
      </Group>
      {previewing.isPending && <Loader size="sm" />}
      {preview && <Preview preview={preview} />}
      {error && <ErrorNotice error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('layout.cancel')}
        </Button>
        <Button
          disabled={!chosen || !preview || !isWorthImporting(preview)}
          loading={importing.isPending}
          onClick={() => chosen && importing.mutate(chosen.bytes)}
          data-testid="catalogue-import-submit"
        >
          {t('catalogue.importSubmit')}
        </Button>
      </Group>
    </Stack>
  )
}

const isWorthImporting = ({ counts }: CatalogueImport): boolean =>
  counts.refuse === 0 && counts.register + counts.change > 0

function Preview({ preview }: { preview: CatalogueImport }) {
  const { t } = useTranslation()
  const { counts, encoding, rows } = preview
  return (
    <Stack gap="xs" data-testid="catalogue-preview" data-encoding={encoding}>
      <Text size="sm" fw={600} role="status">
        {t('catalogue.counts', {
          registered: counts.register,
          changed: counts.change,
          kept: counts.keep,
          refused: counts.refuse,
        })}
      </Text>
      {encoding === 'cp949' && (
        <Alert color="yellow" icon={<Icon name="alert" />}>
          {t('catalogue.cp949')}
        </Alert>
      )}
      {counts.refuse > 0 && (
        <Alert color="red" icon={<Icon name="alert" />}>
          {t('catalogue.refused')}
        </Alert>
      )}
      {rows.length > 0 && <CatalogueRows rows={rows} />}
    </Stack>
  )
}
