// The deployment dialog: which version, on which devices, until when; and what is to be expected of it.
import type { AiPackage, Deployment, DeploymentRequest, Device, PackageVersion } from '@bongsu/protocol'
import {
  Button,
  Checkbox,
  Group,
  Modal,
  SegmentedControl,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { problemMessages } from '../api/problem.ts'
import { useSubmission } from '../api/use-submission.ts'
import { fromKstField } from '../format/timestamps.ts'
import { EntryForm } from '../layout/entry-form.tsx'
import { ErrorNotice } from '../layout/error-notice.tsx'
import { useNotice } from '../layout/use-notice.ts'
import { readyVersions } from '../packages/version-status.ts'
import { useConsole } from '../session/console-context.ts'
import { DeviceChoice } from './device-choice.tsx'
import { ForecastList, useForecast } from './forecast-list.tsx'
import { isGroupName, lacksDisplay } from './forecast-summary.ts'
import { readOverride } from './override-text.ts'
import { countOutlooks, preflight } from './preflight.ts'
import { readWaves } from './rollout-status.ts'
import { SelectorChoice, useSelectorChoice } from './selector-choice.tsx'

export function DeployDialog({ deployed, onClose }: { deployed: AiPackage; onClose: () => void }) {
  const { t } = useTranslation()
  const title = t('deploy.title', { name: deployed.koreanName })
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': t('layout.close') }}
    >
      <DeployForm deployed={deployed} title={title} onClose={onClose} />
    </Modal>
  )
}

function useDeploying(onClose: () => void) {
  const { t } = useTranslation()
  const { client } = useConsole()
  const queries = useQueryClient()
  const notice = useNotice()
  const [, navigate] = useLocation()
  return useSubmission<DeploymentRequest, Deployment>(
    (request, key) => client.post('/deployments', request, key),
    ({ deviceIds }) => {
      void queries.invalidateQueries({ queryKey: ['launch'] })
      notice(t('deploy.done', { count: deviceIds.length }))
      onClose()
      navigate('/launches')
    },
  )
}

function DeployForm(props: { deployed: AiPackage; title: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { deployed, onClose } = props
  const versions = readyVersions(deployed)
  const [name, setName] = useState(versions[0]?.version ?? '')
  const [picked, setPicked] = useState<readonly Device[]>([])
  const [choice, setChoice] = useState<'devices' | 'selector'>('devices')
  const bySelector = useSelectorChoice()
  const chosen = choice === 'selector' ? bySelector.meant : picked
  const [deadline, setDeadline] = useState('')
  const [group, setGroup] = useState('')
  const [changes, setChanges] = useState('')
  const override = readOverride(changes)
  const overrides = override && Object.keys(override).length > 0 ? [override] : []
  const [waves, setWaves] = useState('')
  const inWaves = waves === '' ? undefined : readWaves(waves)
  const [mayWait, setMayWait] = useState<'wait' | 'refuse'>('refuse')
  const submission = useDeploying(onClose)
  const version = versions.find((candidate) => candidate.version === name)
  const notAfter = fromKstField(deadline)
  const isDeadlineWrong = deadline !== '' && notAfter === undefined
  const foreseen = useForecast(version, chosen, overrides)
  const forecast = chosen.length > 0 ? foreseen.data : undefined
  const submit = () => {
    if (!version || chosen.length === 0 || isDeadlineWrong || !isGroupName(group) || !override) return
    if (waves !== '' && !inWaves) return
    submission.submit({
      packageId: deployed.id,
      version: version.version,
      ...(choice === 'selector' && bySelector.selector
        ? { selector: bySelector.selector }
        : { deviceIds: chosen.map(({ id }) => id) }),
      ...(notAfter === undefined ? {} : { notAfter }),
      ...(group === '' ? {} : { group }),
      ...(overrides.length > 0 ? { overrides } : {}),
      ...(inWaves ? { rollout: { waves: inWaves } } : {}),
      ...(lacksDisplay(forecast) && mayWait === 'wait' ? { ifNoDisplay: 'wait' as const } : {}),
    })
  }
  return (
    <EntryForm label={props.title} testId="deploy-form" onSubmit={submit}>
      <Stack>
        <Select
          label={t('deploy.version')}
          data={versions.map((candidate) => candidate.version)}
          value={name}
          onChange={(value) => setName(value ?? '')}
          allowDeselect={false}
          data-testid="deploy-version"
        />
        <SegmentedControl
          aria-label={t('deploy.chooseBy')}
          value={choice}
          onChange={(by) => setChoice(by === 'selector' ? 'selector' : 'devices')}
          data={[
            { value: 'devices', label: t('deploy.byDevice') },
            { value: 'selector', label: t('deploy.bySelector') },
          ]}
          data-testid="deploy-choice"
        />
        {version && choice === 'devices' && (
          <DeviceChoice version={version} chosen={picked} onChange={setPicked} />
        )}
        {choice === 'selector' && <SelectorChoice choice={bySelector} />}
        <TextInput
          type="datetime-local"
          label={t('deploy.notAfter')}
          description={t('deploy.notAfterHint')}
          value={deadline}
          onChange={(event) => setDeadline(event.currentTarget.value)}
          error={isDeadlineWrong && t('form.time')}
          maw={320}
          data-testid="deploy-not-after"
        />
        <TextInput
          label={t('deploy.group')}
          description={t('deploy.groupHint')}
          value={group}
          onChange={(event) => setGroup(event.currentTarget.value)}
          error={!isGroupName(group) && t('deploy.groupName')}
          maxLength={32}
          maw={320}
          autoComplete="off"
          data-testid="deploy-group"
        />
        <TextInput
          label={t('deploy.waves')}
          description={t('deploy.wavesHint')}
          placeholder="1, 10%, 100%"
          value={waves}
          onChange={(event) => setWaves(event.currentTarget.value)}
          error={waves !== '' && !inWaves && t('deploy.wavesForm')}
          maw={320}
          autoComplete="off"
          data-testid="deploy-waves"
        />
        <Textarea
          label={t('deploy.overrides')}
          description={t('deploy.overridesHint')}
          value={changes}
          onChange={(event) => setChanges(event.currentTarget.value)}
          error={!override && t('deploy.overridesForm')}
          autosize
          minRows={1}
          maxRows={6}
          data-testid="deploy-overrides"
        />
        {chosen.length > 0 && <ForecastList forecast={forecast} error={foreseen.error} chosen={chosen} />}
        {lacksDisplay(forecast) && (
          <Checkbox
            label={t('deploy.mayWait')}
            checked={mayWait === 'wait'}
            onChange={(event) => setMayWait(event.currentTarget.checked ? 'wait' : 'refuse')}
            data-testid="deploy-may-wait"
          />
        )}
        {submission.error && (
          <ErrorNotice error={submission.error} rest={problemMessages(submission.error)} />
        )}
        <Group justify="space-between">
          <Forecast version={version} chosen={chosen} />
          <Group gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('layout.cancel')}
            </Button>
            <Button
              type="submit"
              loading={submission.isPending}
              disabled={!version || chosen.length === 0}
              data-testid="deploy-submit"
            >
              {t('packages.deploy')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </EntryForm>
  )
}

/** What will become of it, as one sentence. */
function Forecast(props: { version: PackageVersion | undefined; chosen: readonly Device[] }) {
  const { t } = useTranslation()
  const { version, chosen } = props
  if (!version || chosen.length === 0) return <Text size="sm">{t('deploy.chooseDevices')}</Text>
  const counts = countOutlooks(chosen.map((device) => preflight(device, version).outlook))
  const parts = [
    counts.now > 0 && t('deploy.now', { count: counts.now }),
    counts.later > 0 && t('deploy.later', { count: counts.later }),
    counts.never > 0 && t('deploy.never', { count: counts.never }),
  ].filter((part) => typeof part === 'string')
  return (
    <Text size="sm" fw={600} role="status" data-testid="deploy-forecast">
      {parts.join(', ')}
    </Text>
  )
}
