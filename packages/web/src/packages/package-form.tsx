// Registers an AI package or edits its catalogue entry; the id is chosen once.
import { type AiPackage, ENTRY_LIMITS } from '@bongsu/protocol'
import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { path, withQuery } from '../api/path.ts'
import { fieldErrors, ProblemError } from '../api/problem.ts'
import { useSubmission } from '../api/use-submission.ts'
import { EntryForm } from '../layout/entry-form.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { useNotice } from '../layout/use-notice.ts'
import type { TextKey } from '../locales/translation.ts'
import { useConsole } from '../session/console-context.ts'
import {
  findPackageFaults,
  type PackageField,
  type PackageFormValues,
  packageFieldOf,
  toPackageEntry,
  toPackageFormValues,
} from './package-form-model.ts'

interface PackageFormProps {
  /** The one to edit; absent to register a new one. */
  readonly edited: AiPackage | undefined
  readonly onClose: () => void
  readonly onSaved: (saved: AiPackage) => void
}

export function PackageForm({ edited, onClose, onSaved }: PackageFormProps) {
  const { t } = useTranslation()
  const title = edited ? t('packages.editTitle', { name: edited.koreanName }) : t('packages.register')
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': t('layout.close') }}
    >
      <PackageEntryForm edited={edited} title={title} onClose={onClose} onSaved={onSaved} />
    </Modal>
  )
}

interface Submitted {
  readonly values: PackageFormValues
  /** `allow` once the operator has seen which package has that name. */
  readonly sameName: 'allow' | 'refuse'
}

function usePackageForm({ edited, onSaved }: PackageFormProps) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const form = useForm<PackageFormValues>({ initialValues: toPackageFormValues(edited) })
  const submission = useSubmission<Submitted, AiPackage>(
    ({ values, sameName }, key) =>
      edited
        ? client.patch(
            withQuery(path('packages', edited.id), { sameName }),
            toPackageEntry(values),
            edited.revision,
          )
        : client.post(
            withQuery('/packages', { sameName }),
            { id: values.id.trim(), ...toPackageEntry(values) },
            key,
          ),
    (saved) => {
      void queries.invalidateQueries({ queryKey: ['package'] })
      notice(t('packages.saved', { name: saved.koreanName }))
      onSaved(saved)
    },
  )
  const problem = submission.error instanceof ProblemError ? submission.error.problem : undefined
  const refused = problem ? fieldErrors(problem, packageFieldOf) : { byField: {}, rest: [] }
  const submit = (sameName: Submitted['sameName']) => {
    const faults = findPackageFaults(form.values)
    form.setErrors(Object.fromEntries(Object.entries(faults).map(([field, key]) => [field, t(key)])))
    if (Object.keys(faults).length === 0) submission.submit({ values: form.values, sameName })
  }
  return { form, submission, refused, submit, hasSameName: problem?.code === 'HUB_PACKAGE_SAME_NAME' }
}

interface FieldText {
  readonly field: PackageField
  readonly label: TextKey
  readonly hint: TextKey
  readonly maxLength: number
  readonly presence: 'required' | 'optional'
}

const FIELDS: readonly FieldText[] = [
  {
    field: 'id',
    label: 'packages.field.id',
    hint: 'packages.hint.id',
    maxLength: ENTRY_LIMITS.id,
    presence: 'required',
  },
  {
    field: 'koreanName',
    label: 'packages.field.koreanName',
    hint: 'packages.hint.koreanName',
    maxLength: ENTRY_LIMITS.koreanName,
    presence: 'required',
  },
  {
    field: 'fileName',
    label: 'packages.field.fileName',
    hint: 'packages.hint.fileName',
    maxLength: ENTRY_LIMITS.fileName,
    presence: 'required',
  },
  {
    field: 'copyrightHolder',
    label: 'packages.field.copyrightHolder',
    hint: 'packages.hint.copyrightHolder',
    maxLength: ENTRY_LIMITS.copyrightHolder,
    presence: 'required',
  },
  {
    field: 'licence',
    label: 'packages.field.licence',
    hint: 'packages.hint.licence',
    maxLength: ENTRY_LIMITS.licence,
    presence: 'optional',
  },
  {
    field: 'tags',
    label: 'packages.field.tags',
    hint: 'packages.hint.tags',
    maxLength: ENTRY_LIMITS.tags * (ENTRY_LIMITS.tag + 2),
    presence: 'optional',
  },
]

function PackageEntryForm(props: PackageFormProps & { title: string }) {
  const { t } = useTranslation()
  const { edited, title, onClose } = props
  const { form, submission, refused, submit, hasSameName } = usePackageForm(props)
  const errorOf = (field: PackageField) => {
    const byField: Partial<Record<PackageField, string>> = refused.byField
    return form.errors[field] ?? byField[field]
  }
  return (
    <EntryForm label={title} testId="package-form" onSubmit={() => submit('refuse')}>
      <Stack>
        {FIELDS.map(({ field, label, hint, maxLength, presence }) => (
          <TextInput
            key={field}
            {...form.getInputProps(field)}
            name={field}
            label={t(label)}
            description={t(hint)}
            maxLength={maxLength}
            required={presence === 'required'}
            disabled={field === 'id' && edited !== undefined}
            error={errorOf(field)}
            autoComplete="off"
            data-autofocus={field === (edited ? 'koreanName' : 'id') || undefined}
            data-testid={`package-${field}`}
          />
        ))}
        <Textarea
          {...form.getInputProps('description')}
          name="description"
          label={t('packages.field.description')}
          maxLength={ENTRY_LIMITS.description}
          autosize
          minRows={2}
          maxRows={8}
          error={errorOf('description')}
          data-testid="package-description"
        />
        {submission.error && (
          <ErrorNotice error={submission.error} rest={refused.rest}>
            {hasSameName && (
              <Button
                size="xs"
                variant="default"
                mt="xs"
                onClick={() => submit('allow')}
                data-testid="package-submit-anyway"
              >
                {edited ? t('packages.saveAnyway') : t('packages.registerAnyway')}
              </Button>
            )}
          </ErrorNotice>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('layout.cancel')}
          </Button>
          <Button type="submit" loading={submission.isPending} data-testid="package-submit">
            {edited ? t('layout.save') : t('packages.registerSubmit')}
          </Button>
        </Group>
      </Stack>
    </EntryForm>
  )
}
