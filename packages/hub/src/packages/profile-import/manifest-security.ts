// What becomes of security contexts and of what a pod takes from its host.
import type { NoteCode } from './import-notes.ts'
import { type Fields, fieldsAt, sourceOf, textAt, textsAt, valueAt } from './manifest-fields.ts'
import { addNote, type Target } from './profile-draft.ts'
import { applyUser } from './setting-rules.ts'
import { wordOf } from './shell-words.ts'

type Rule = NoteCode | ((value: unknown) => NoteCode)

const when =
  (wanted: unknown, code: NoteCode, otherwise: NoteCode): Rule =>
  (value) =>
    value === wanted ? code : otherwise

const RULES: Readonly<Record<string, Rule>> = {
  allowPrivilegeEscalation: when(true, 'confinement-off', 'hardening-provided'),
  fsGroup: 'groups-provided',
  fsGroupChangePolicy: 'cluster-setting',
  hostIPC: when(true, 'ipc-host', 'switched-off'),
  hostNetwork: when(true, 'network-host', 'switched-off'),
  hostPID: when(true, 'host-namespace', 'switched-off'),
  privileged: when(true, 'privileged', 'switched-off'),
  procMount: when('Unmasked', 'confinement-off', 'engine-setting'),
  readOnlyRootFilesystem: when(true, 'no-such-setting', 'switched-off'),
  runAsGroup: 'user-provided',
  runAsNonRoot: 'hardening-provided',
  seLinuxOptions: 'engine-setting',
  supplementalGroups: 'groups-provided',
  supplementalGroupsPolicy: 'groups-provided',
  sysctls: 'privileged',
}

/** Notes one field by its rule; false when it has none. */
export function applySecurityField(target: Omit<Target, 'source'>, fields: Fields, key: string): boolean {
  const rule = Object.hasOwn(RULES, key) ? RULES[key] : undefined
  if (!rule) return false
  const code = typeof rule === 'string' ? rule : rule(valueAt(fields, key))
  addNote({ ...target, source: sourceOf(fields, key) }, code)
  return true
}

/** Of a pod or of a container. */
export function applySecurityContext(target: Omit<Target, 'source'>, context: Fields | undefined): void {
  if (!context) return
  for (const key of Object.keys(context.record)) {
    const here = { ...target, source: sourceOf(context, key) }
    if (key === 'runAsUser') applyUser(here, wordOf(textAt(context, key) ?? ''))
    else if (key === 'capabilities') applyCapabilities(target, context)
    else if (key === 'seccompProfile' || key === 'appArmorProfile') {
      const isOff = textAt(fieldsAt(context, key), 'type') === 'Unconfined'
      addNote(here, isOff ? 'confinement-off' : 'hardening-provided')
    } else if (!applySecurityField(target, context, key)) addNote(here, 'no-such-setting')
  }
}

function applyCapabilities(target: Omit<Target, 'source'>, context: Fields): void {
  const capabilities = fieldsAt(context, 'capabilities')
  if (!capabilities) return
  for (const name of textsAt(capabilities, 'add')) {
    addNote({ ...target, source: `${capabilities.place}.add: ${name}` }, 'capability')
  }
  for (const name of textsAt(capabilities, 'drop')) {
    addNote({ ...target, source: `${capabilities.place}.drop: ${name}` }, 'hardening-provided')
  }
}
