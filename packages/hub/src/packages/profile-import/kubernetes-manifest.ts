// Reads a Kubernetes manifest into a profile draft: a pod's containers become the containers of one launch.
import { CodedError } from '@bongsu/foundation'
import { importNote, type NoteCode } from './import-notes.ts'
import { applyContainer } from './manifest-container.ts'
import { readManifest } from './manifest-documents.ts'
import { type Fields, fieldsAt, listAt, sourceOf, textAt } from './manifest-fields.ts'
import { applySecurityContext, applySecurityField } from './manifest-security.ts'
import {
  addDevice,
  addNote,
  newContainer,
  newDraft,
  type ProfileDraft,
  type Target,
  toFreeName,
} from './profile-draft.ts'

type Scope = Omit<Target, 'source'>

const POD_NOTED: Readonly<Record<string, NoteCode>> = {
  affinity: 'cluster-setting',
  automountServiceAccountToken: 'cluster-setting',
  dnsPolicy: 'cluster-setting',
  enableServiceLinks: 'cluster-setting',
  ephemeralContainers: 'init-container',
  hostUsers: 'engine-setting',
  hostname: 'hostname-provided',
  imagePullSecrets: 'cluster-setting',
  nodeName: 'cluster-setting',
  nodeSelector: 'cluster-setting',
  os: 'cluster-setting',
  priority: 'cluster-setting',
  priorityClassName: 'cluster-setting',
  resourceClaims: 'cluster-object',
  restartPolicy: 'restart-provided',
  schedulerName: 'cluster-setting',
  serviceAccount: 'cluster-setting',
  serviceAccountName: 'cluster-setting',
  setHostnameAsFQDN: 'hostname-provided',
  subdomain: 'hostname-provided',
  tolerations: 'cluster-setting',
  topologySpreadConstraints: 'cluster-setting',
}
const POD_READ = new Set(['containers', 'initContainers', 'volumes', 'securityContext'])
const MAX_GRACE_SECONDS = 600

/**
 * @throws CodedError HUB_IMPORT_INVALID_MANIFEST, HUB_IMPORT_NO_CONTAINER, HUB_IMPORT_SEVERAL_PROGRAMS,
 * HUB_IMPORT_NO_IMAGE
 */
export function readKubernetesManifest(text: string): ProfileDraft {
  const { pod, others } = readManifest(text)
  const draft = newDraft()
  for (const other of others) draft.notes.push(importNote('document-skipped', other))
  const containers = listAt(pod.spec, 'containers')
  const image = textAt(containers[0], 'image')
  if (containers.length === 0) throw new CodedError('HUB_IMPORT_NO_CONTAINER')
  for (const container of containers) {
    if (!textAt(container, 'image')) throw new CodedError('HUB_IMPORT_NO_IMAGE')
  }
  const sameImage = containers.filter((container) => textAt(container, 'image') === image)
  const scopes = sameImage.map((container) => makeContainer(draft, container, image ?? ''))
  const [lead] = scopes
  if (lead)
    applyPod(
      lead.scope,
      pod.spec,
      scopes.map(({ scope }) => scope),
    )
  for (const { scope, container } of scopes) applyContainer(scope, { pod: pod.spec, container })
  for (const container of containers) {
    if (!sameImage.includes(container))
      draft.notes.push(importNote('other-image', sourceOf(container, 'image')))
  }
  for (const container of listAt(pod.spec, 'initContainers')) {
    draft.notes.push(importNote('init-container', container.place))
  }
  return draft
}

function makeContainer(
  draft: ProfileDraft,
  container: Fields,
  image: string,
): { scope: Scope; container: Fields } {
  const text = textAt(container, 'name') ?? ''
  const name = toFreeName(
    text,
    'app',
    draft.containers.map((other) => other.name),
  )
  const made = newContainer(name, image)
  draft.containers.push(made)
  if (name !== text) draft.notes.push(importNote('name-changed', sourceOf(container, 'name'), name))
  return { scope: { draft, container: made }, container }
}

/** What holds for the whole pod; its user and its GPU are those of every container. */
function applyPod(lead: Scope, pod: Fields, all: readonly Scope[]): void {
  applySecurityContext(lead, fieldsAt(pod, 'securityContext'))
  for (const { container } of all) if (lead.container.runAs) container.runAs = lead.container.runAs
  for (const key of Object.keys(pod.record)) {
    const here: Target = { ...lead, source: sourceOf(pod, key) }
    if (POD_READ.has(key) || applySecurityField(lead, pod, key)) continue
    if (key === 'terminationGracePeriodSeconds') applyGrace(here, Number(textAt(pod, key)))
    else if (key === 'runtimeClassName' && /nvidia/i.test(textAt(pod, key) ?? '')) {
      addDevice(here, { kind: 'gpu' })
      addNote(here, 'gpu-requested')
    } else {
      const code = Object.hasOwn(POD_NOTED, key) ? POD_NOTED[key] : undefined
      addNote(here, code ?? 'no-such-setting')
    }
  }
}

function applyGrace(target: Target, seconds: number): undefined {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_GRACE_SECONDS) {
    return addNote(target, 'invalid-value')
  }
  target.draft.stopGraceSeconds = seconds
  addNote(target, 'field-set', 'stopGraceSeconds')
}
