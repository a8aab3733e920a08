// What becomes of one container of a pod.

import { DOCKER_FLAGS } from './docker-flags.ts'
import { applyVariable } from './environment-rules.ts'
import type { NoteCode } from './import-notes.ts'
import {
  type Fields,
  fieldsAt,
  listAt,
  scalarText,
  sourceOf,
  textAt,
  textsAt,
  valueAt,
} from './manifest-fields.ts'
import { applySecurityContext } from './manifest-security.ts'
import { applyVolumeMounts } from './manifest-volumes.ts'
import type { ContainerDraft, Target } from './profile-draft.ts'
import { addDevice, addNote, requireDisplay } from './profile-draft.ts'
import { parseClusterBytes, parseCpus } from './quantities.ts'
import { addPort, applyArguments, applyResource, applyWorkingDirectory } from './setting-rules.ts'
import { literalWord, type Word, wordOf } from './shell-words.ts'
import { takeStrayFlags } from './stray-flags.ts'

type Scope = Omit<Target, 'source'>

const NOTED: Readonly<Record<string, NoteCode>> = {
  envFrom: 'cluster-object',
  imagePullPolicy: 'engine-setting',
  stdin: 'terminal',
  stdinOnce: 'terminal',
  terminationMessagePath: 'cluster-setting',
  terminationMessagePolicy: 'cluster-setting',
  tty: 'terminal',
  volumeDevices: 'host-device',
}
const READ = new Set(
  'name image command args workingDir env ports resources volumeMounts securityContext'.split(' '),
)

export function applyContainer(scope: Scope, { pod, container }: { pod: Fields; container: Fields }): void {
  for (const variable of listAt(container, 'env')) applyEnvironment(scope, variable)
  applySecurityContext(scope, fieldsAt(container, 'securityContext'))
  applyResources(scope, fieldsAt(container, 'resources'))
  applyVolumeMounts(scope, { pod, container })
  for (const port of listAt(container, 'ports')) applyContainerPort(scope, port)
  const directory = textAt(container, 'workingDir')
  if (directory !== undefined) {
    applyWorkingDirectory({ ...scope, source: sourceOf(container, 'workingDir') }, wordOf(directory))
  }
  applyProgram(scope, container)
  for (const key of Object.keys(container.record)) {
    if (READ.has(key)) continue
    const code = Object.hasOwn(NOTED, key) ? NOTED[key] : undefined
    addNote({ ...scope, source: sourceOf(container, key) }, code ?? 'no-such-setting')
  }
}

function applyEnvironment(scope: Scope, variable: Fields): undefined {
  const name = textAt(variable, 'name') ?? ''
  const text = textAt(variable, 'value')
  const source = `${variable.place}${text === undefined ? '' : `: ${text}`}`
  if (valueAt(variable, 'valueFrom') !== undefined) return addNote({ ...scope, source }, 'cluster-object')
  const value = literalWord(expandReferences(text ?? '', scope.container))
  applyVariable({ ...scope, source }, name, value)
}

/** `$(NAME)` is the value of a variable set before; `$$(NAME)` and unknown names stay text. */
function expandReferences(text: string, { environment }: ContainerDraft): string {
  return text.replace(/\$(\$\(\w+\))|\$\((\w+)\)/g, (whole, escaped?: string, name?: string) =>
    escaped === undefined ? (environment.get(name ?? '') ?? whole) : escaped,
  )
}

function applyProgram(scope: Scope, container: Fields): void {
  const { draft } = scope
  for (const [key, field] of [
    ['command', 'entrypoint'],
    ['args', 'command'],
  ] as const) {
    const words = textsAt(container, key).flatMap(splitFlagItem)
    const own = takeStrayFlags(scope, words)
    const expanded = own.map(({ source }) => literalWord(expandReferences(source, scope.container)))
    const source = `${container.place}.${key}: ${own.map((word) => word.source).join(' ')}`
    applyArguments({ draft, container: scope.container, source }, field, expanded)
  }
}

/** An item such as `--device /dev/dri`, flag and value in one, is two words when it can only be docker's. */
function splitFlagItem(text: string): Word[] {
  const at = text.indexOf(' ')
  const name = text.slice(0, at)
  const value = wordOf(text.slice(at + 1).trim())
  const isDocker = at > 0 && DOCKER_FLAGS.get(name)?.onlyDocker?.test(value.text) === true
  return isDocker ? [wordOf(name), value] : [wordOf(text)]
}

function applyContainerPort(scope: Scope, port: Fields): void {
  const hostPort = textAt(port, 'hostPort')
  const protocol = textAt(port, 'protocol')
  const here = { ...scope, source: sourceOf(port, 'containerPort') }
  if (protocol !== undefined && !/^(tcp|udp)$/i.test(protocol)) return void addNote(here, 'invalid-value')
  addPort(here, {
    containerPort: Number(textAt(port, 'containerPort')),
    hostPort: hostPort === undefined ? undefined : Number(hostPort),
    protocol: protocol?.toLowerCase() === 'udp' ? 'udp' : undefined,
  })
}

/** Limits count; requests only name extended resources and are otherwise the cluster's own affair. */
function applyResources(scope: Scope, resources: Fields | undefined): void {
  const limits = fieldsAt(resources, 'limits')
  const requests = fieldsAt(resources, 'requests')
  for (const key of Object.keys(limits?.record ?? {})) if (limits) applyLimit(scope, limits, key)
  for (const key of Object.keys(requests?.record ?? {})) {
    if (!requests || (limits && valueAt(limits, key) !== undefined)) continue
    if (key.includes('/')) applyLimit(scope, requests, key)
    else addNote({ ...scope, source: sourceOf(requests, key) }, 'cluster-setting')
  }
}

function applyLimit(scope: Scope, limits: Fields, key: string): undefined {
  const here: Target = { ...scope, source: sourceOf(limits, key) }
  const text = scalarText(valueAt(limits, key)) ?? ''
  if (key === 'memory') return applyResource(here, 'memoryBytes', parseClusterBytes(text))
  if (key === 'cpu') return applyResource(here, 'cpus', parseCpus(text))
  if (text === '0') return addNote(here, 'switched-off')
  if (key === 'bongsu.dev/display') return requireDisplay(here)
  if (/gpu|\/(dri|i915|xe)\b/i.test(key)) {
    addDevice(here, { kind: 'gpu' })
    return addNote(here, 'gpu-requested')
  }
  if (/\/(video|camera|v4l)/i.test(key)) {
    addDevice(here, { kind: 'camera' })
    return addNote(here, 'camera-requested')
  }
  addNote(here, 'no-such-setting')
}
