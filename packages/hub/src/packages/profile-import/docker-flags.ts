// The table of docker run's flags: how each is written and what becomes of it. Reading a line is in docker-line.ts.
import { applyDeviceNode, isDevicePath } from './device-rules.ts'
import { applyVariable } from './environment-rules.ts'
import type { NoteCode } from './import-notes.ts'
import { applyMount, applyVolume, parseBind, parseMount, partOf } from './mount-rules.ts'
import { addDevice, addNote, knownText, type Target, toName } from './profile-draft.ts'
import { parseCpus, parseDockerBytes } from './quantities.ts'
import {
  applyArguments,
  applyPort,
  applyResource,
  applyUser,
  applyWorkingDirectory,
} from './setting-rules.ts'
import type { Word } from './shell-words.ts'

export interface DockerFlag {
  readonly takesValue: boolean
  /** @param value an empty word for a flag without value */
  readonly apply: (target: Target, value: Word) => void
  /** Values that no program's own flag of this name would have: it is docker's even among a program's arguments. */
  readonly onlyDocker?: RegExp
  /** Values that may be docker's when another flag beside it certainly is. */
  readonly maybeDocker?: RegExp
}

type Rule = (target: Target, value: Word) => void
type Options = Pick<DockerFlag, 'onlyDocker' | 'maybeDocker'>

const noting =
  (code: NoteCode): Rule =>
  (target) =>
    addNote(target, code)

/** Notes the first code whose pattern fits the value, else the last one given. */
const choosing =
  (cases: readonly (readonly [RegExp, NoteCode])[], otherwise: NoteCode): Rule =>
  (target, { text }) =>
    addNote(target, cases.find(([pattern]) => pattern.test(text))?.[1] ?? otherwise)

const bytes =
  (field: 'memoryBytes' | 'sharedMemoryBytes'): Rule =>
  (target, { text }) =>
    applyResource(target, field, parseDockerBytes(text))

const setVariable: Rule = (target, word) => {
  const at = word.text.indexOf('=')
  if (at < 0) return applyVariable(target, word.text, undefined)
  applyVariable(target, word.text.slice(0, at), partOf(word, word.text.slice(at + 1)))
}

const bind: Rule = (target, word) => {
  const mount = parseBind(word)
  if (mount) applyMount(target, mount)
  else addNote(target, 'invalid-value')
}

const mount: Rule = (target, word) => {
  const request = parseMount(word)
  if (!request) addNote(target, 'invalid-value')
  else if (request.type === 'tmpfs') addNote(target, 'scratch-provided')
  else if (request.host && /^(volume|bind)$/.test(request.type)) applyMount(target, request)
  else if (request.type === 'volume') applyVolume(target, { name: '', path: request.path })
  else addNote(target, 'invalid-value')
}

const tmpfs: Rule = (target, { text }) => {
  const size = /^\/dev\/shm:.*\bsize=(\w+)/.exec(text)?.[1]
  if (size) applyResource(target, 'sharedMemoryBytes', parseDockerBytes(size))
  else addNote(target, 'scratch-provided')
}

/** `host`, `host:container`, `host:container:rights`. */
const device: Rule = (target, word) => {
  const [path = ''] = isDevicePath(word.text) ? word.text.split(':') : [word.text]
  applyDeviceNode(target, partOf(word, path))
}

const gpus: Rule = (target, { text }) => {
  if (/^"?(0|none)"?$/.test(text)) return addNote(target, 'switched-off')
  addDevice(target, { kind: 'gpu' })
  addNote(target, 'gpu-requested')
}

const runtime: Rule = (target, word) => {
  if (/^nvidia/.test(word.text)) gpus(target, word)
  else addNote(target, 'engine-setting')
}

const network: Rule = (target, { text }) => {
  if (text === 'none') {
    target.draft.network = 'none'
    addNote(target, 'field-set', 'network')
  } else if (/^(bridge|default)$/.test(text)) addNote(target, 'field-set', 'network')
  else addNote(target, text === 'host' ? 'network-host' : 'network-other')
}

const name: Rule = (target, word) => {
  const text = knownText(target, word)
  if (text === undefined) return
  target.container.name = toName(text, target.container.name)
  if (target.container.name === text) addNote(target, 'field-set', 'containers.name')
  else addNote(target, 'name-changed', target.container.name)
}

const entrypoint: Rule = (target, word) => {
  if (word.text === '') addNote(target, 'no-such-setting')
  else applyArguments(target, 'entrypoint', [word])
}

const stopTimeout: Rule = (target, { text }) => {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 600) return addNote(target, 'invalid-value')
  target.draft.stopGraceSeconds = Number(text)
  addNote(target, 'field-set', 'stopGraceSeconds')
}

const pidsLimit: Rule = (target, { text }) =>
  applyResource(target, 'pids', /^\d{1,6}$/.test(text) ? Number(text) : undefined)

const withValue = (names: string, apply: Rule, options: Options = {}) =>
  entries(names, { takesValue: true, apply, ...options })
const without = (names: string, apply: Rule, options: Options = {}) =>
  entries(names, { takesValue: false, apply, ...options })
const entries = (names: string, flag: DockerFlag) => names.split(' ').map((one) => [one, flag] as const)

const securityOption = choosing(
  [
    [/unconfined|disable|systempaths/, 'confinement-off'],
    [/^no-new-privileges(?!.*false)/, 'hardening-provided'],
  ],
  'confinement-off',
)
const CERTAIN = /^/

/** Every flag of docker run by the way it is written, dashes included. */
export const DOCKER_FLAGS: ReadonlyMap<string, DockerFlag> = new Map([
  ...withValue('-e --env', setVariable, {
    onlyDocker: /^(DISPLAY|XAUTHORITY|QT_X11_NO_MITSHM|NVIDIA_\w+)(=|$)/,
    maybeDocker: /^[A-Z_][A-Z0-9_]*(=|$)/,
  }),
  ...withValue('-v --volume', bind, {
    onlyDocker: /^(\/|\$|~)[^:]*:\/[^:]*(:[a-z,]+)?$/i,
    maybeDocker: /^[\w.-]+:\//,
  }),
  ...withValue('--mount', mount, { onlyDocker: /^type=\w+,/ }),
  ...withValue('--tmpfs', tmpfs, { maybeDocker: /^\// }),
  ...withValue('--device', device, {
    onlyDocker: /^\/dev\/(dri|nvidia|snd|bus)|^\/dev\/[^:]+:\/dev\/|^nvidia\.com\/gpu/,
    maybeDocker: /^\/dev\//,
  }),
  ...withValue('--gpus', gpus, { onlyDocker: /^(all|"?device=.*)$/, maybeDocker: /^\d+$/ }),
  ...withValue('--runtime', runtime, { onlyDocker: /^nvidia$/ }),
  ...withValue(
    '--ipc',
    choosing(
      [
        [/^host$/, 'ipc-host'],
        [/^(private|shareable|none|)$/, 'shared-memory-provided'],
      ],
      'network-other',
    ),
    { onlyDocker: /^(host|private|shareable)$/ },
  ),
  ...withValue('--shm-size', bytes('sharedMemoryBytes'), { onlyDocker: /^[\d.]+[bkmg]?b?$/i }),
  ...withValue('-m --memory', bytes('memoryBytes'), { maybeDocker: /^[\d.]+[bkmg]$/i }),
  ...withValue('--cpus', (target, { text }) => applyResource(target, 'cpus', parseCpus(text)), {
    maybeDocker: /^[\d.]+$/,
  }),
  ...withValue('--pids-limit', pidsLimit, { onlyDocker: /^\d+$/ }),
  ...withValue('-u --user', applyUser, {
    onlyDocker: /^\$\(id -u\)/,
    maybeDocker: /^(\$USER|root|\d+(:\d+)?)$/,
  }),
  ...withValue('-w --workdir', applyWorkingDirectory, { maybeDocker: /^(\/|\$)/ }),
  ...withValue('--entrypoint', entrypoint, { maybeDocker: /./ }),
  ...withValue('-p --publish', applyPort, { onlyDocker: /^\d+:\d+(\/(tcp|udp))?$/ }),
  ...withValue('--expose', noting('engine-setting'), { maybeDocker: /^\d+/ }),
  ...withValue('--network --net', network, { onlyDocker: /^(host|bridge|none)$/ }),
  ...withValue('--name', name, { maybeDocker: /^[\w.-]+$/ }),
  ...withValue('-h --hostname --domainname', noting('hostname-provided'), { maybeDocker: /^[\w.-]+$/ }),
  ...withValue('--restart', noting('restart-provided'), {
    onlyDocker: /^(no|always|unless-stopped|on-failure(:\d+)?)$/,
  }),
  ...withValue('--cap-add', noting('capability'), { onlyDocker: /^(CAP_)?[A-Z_]+$/ }),
  ...withValue('--cap-drop', noting('hardening-provided'), { onlyDocker: /^(CAP_)?[A-Z_]+$/ }),
  ...withValue('--security-opt', securityOption, { onlyDocker: CERTAIN }),
  ...withValue(
    '--pid --uts --userns --cgroupns',
    choosing([[/^(private|keep-id.*|auto)$/, 'engine-setting']], 'host-namespace'),
    { onlyDocker: /^host$/ },
  ),
  ...withValue('--group-add', noting('groups-provided'), { onlyDocker: CERTAIN }),
  ...withValue('--device-cgroup-rule --sysctl --cgroup-parent', noting('privileged'), {
    onlyDocker: CERTAIN,
  }),
  ...withValue('--env-file', noting('file-of-caller'), { maybeDocker: /./ }),
  ...withValue('--volumes-from --volume-driver', noting('host-mount'), { onlyDocker: CERTAIN }),
  ...withValue('-l --label --label-file', noting('label'), { maybeDocker: /=/ }),
  ...withValue('--stop-timeout', stopTimeout, { onlyDocker: /^\d+$/ }),
  ...withValue(
    '--stop-signal --add-host --dns --dns-search --dns-option --link --network-alias --ip --ip6 --mac-address --ulimit --annotation --health-cmd --health-interval --health-retries --health-timeout --health-start-period',
    noting('no-such-setting'),
  ),
  ...withValue('-a --attach --detach-keys', noting('terminal')),
  ...withValue(
    '-c --cpu-shares --cpu-period --cpu-quota --cpuset-cpus --cpuset-mems --blkio-weight --memory-swap --memory-swappiness --memory-reservation --kernel-memory --oom-score-adj --log-driver --log-opt --pull --platform --cidfile --storage-opt --isolation --device-read-bps --device-write-bps',
    noting('engine-setting'),
  ),
  ...without('-i --interactive -t --tty', noting('terminal'), { maybeDocker: CERTAIN }),
  ...without('-d --detach', noting('detached'), { maybeDocker: CERTAIN }),
  ...without('--rm', noting('lifetime-provided'), { onlyDocker: CERTAIN }),
  ...without('--init', noting('init-provided'), { maybeDocker: CERTAIN }),
  ...without('--privileged', noting('privileged'), { onlyDocker: CERTAIN }),
  ...without('--read-only -P --publish-all --no-healthcheck', noting('no-such-setting')),
  ...without(
    '-q --quiet --sig-proxy --disable-content-trust --oom-kill-disable --replace',
    noting('engine-setting'),
  ),
])
