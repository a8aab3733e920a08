// The importer as a whole: lines as field engineers paste them, what each flag becomes, and that nothing breaks it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { isKnownErrorCode, LaunchProfile, type ProfileImport } from '@bongsu/protocol'
import fc from 'fast-check'
import { Check } from 'typebox/value'
import { DOCKER_FLAGS } from './docker-flags.ts'
import { NOTE_TEXTS } from './import-notes.ts'
import { importProfile } from './import-profile.ts'

const codesOf = ({ notes }: ProfileImport) => notes.map(({ code, source }) => [code, source])
const lead = ({ profile }: ProfileImport) => profile.containers[0]
const FIELD_LINE =
  'docker run -it --rm --device /dev/dri --user $(id -u) -e DISPLAY=unix$DISPLAY -v /tmp/.X11-unix:/tmp/.X11-unix -v /home/$USER:/home/$USER -v /etc/passwd:/etc/passwd:ro -v /etc/group:/etc/group:ro -v /etc/shadow:/etc/shadow:ro -v /etc/sudoers.d:/etc/sudoers.d:ro --workdir="/home/$USER" --ipc=host --gpus all image python3 main.py'

test('the line of the field becomes a clean profile, each part with its note', () => {
  const result = importProfile(FIELD_LINE)
  assert.deepEqual(result.profile, {
    containers: [
      { name: 'image', command: ['python3', 'main.py'], devices: [{ kind: 'gpu' }], runAs: 'session' },
    ],
    display: { required: true },
  })
  assert.equal(result.image, 'image')
  assert.equal(result.acceptable, true)
  assert.deepEqual(codesOf(result), [
    ['terminal', '-it'],
    ['lifetime-provided', '--rm'],
    ['gpu-requested', '--device /dev/dri'],
    ['user-provided', '--user $(id -u)'],
    ['display-unix', '-e DISPLAY=unix$DISPLAY'],
    ['display-required', '-e DISPLAY=unix$DISPLAY'],
    ['x-socket-provided', '-v /tmp/.X11-unix:/tmp/.X11-unix'],
    ['home-provided', '-v /home/$USER:/home/$USER'],
    ['accounts-provided', '-v /etc/passwd:/etc/passwd:ro'],
    ['accounts-provided', '-v /etc/group:/etc/group:ro'],
    ['accounts-provided', '-v /etc/shadow:/etc/shadow:ro'],
    ['accounts-provided', '-v /etc/sudoers.d:/etc/sudoers.d:ro'],
    ['working-directory-dropped', '--workdir="/home/$USER"'],
    ['ipc-host', '--ipc=host'],
    ['gpu-requested', '--gpus all'],
    ['field-set', 'python3 main.py'],
  ])
  const unix = result.notes.find(({ code }) => code === 'display-unix')
  assert.match(unix?.explanation.en ?? '', /unix\$DISPLAY.*could not connect to display unix/)
})

const FLAGS: readonly [flags: string, code: string, part?: object][] = [
  ['--privileged', 'privileged'],
  ['--privileged=false', 'switched-off'],
  ['--pid=host', 'host-namespace'],
  ['--uts host', 'host-namespace'],
  ['--userns=keep-id', 'engine-setting'],
  ['--cap-add SYS_ADMIN', 'capability'],
  ['--cap-drop ALL', 'hardening-provided'],
  ['--security-opt seccomp=unconfined', 'confinement-off'],
  ['--security-opt no-new-privileges', 'hardening-provided'],
  ['-v /var/run/docker.sock:/var/run/docker.sock', 'engine-socket'],
  ['-v /run/user/1000/podman/podman.sock:/s', 'engine-socket'],
  ['-v /srv/cri-dockerd.sock:/s', 'engine-socket'],
  ['-v /run/crio:/s', 'engine-socket'],
  ['-v /run:/run', 'host-mount'],
  ['-v /:/host', 'host-mount'],
  ['-v /opt/models:/models:ro', 'host-mount'],
  ['-v $(pwd):/app', 'folder-of-caller'],
  ['-v ./config:/config', 'folder-of-caller'],
  ['-v $DATA:/data', 'unresolved-expansion'],
  ['-v $HOME/models:/models', 'device-value'],
  ['-v ~/.Xauthority:/root/.Xauthority', 'cookie-provided'],
  ['-v $XAUTH:$XAUTH', 'cookie-provided'],
  ['-v $XSOCK:/tmp/.X11-unix', 'x-socket-provided'],
  ['-v /etc/localtime:/etc/localtime:ro', 'clock-provided'],
  ['-v /dev/shm:/dev/shm', 'shared-memory-provided'],
  ['-v /dev:/dev', 'privileged'],
  ['-v /dev/video0:/dev/video0', 'camera-requested', { devices: [{ kind: 'camera', path: '/dev/video0' }] }],
  ['-v /dev/dri:/dev/dri', 'gpu-requested', { devices: [{ kind: 'gpu' }] }],
  ['-v model_data:/data', 'volume-made', { volumes: [{ volume: 'model-data', path: '/data' }] }],
  ['-v /data', 'volume-made', { volumes: [{ volume: 'data', path: '/data' }] }],
  ['--mount type=volume,source=a,target=/a', 'volume-made', { volumes: [{ volume: 'a', path: '/a' }] }],
  ['--mount type=bind,src=/srv,dst=/srv', 'host-mount'],
  ['--mount type=bind,src=/tmp/.X11-unix,dst=/tmp/.X11-unix', 'x-socket-provided'],
  ['--mount type=tmpfs,dst=/run', 'scratch-provided'],
  ['--tmpfs /dev/shm:size=2g', 'field-set', { resources: { sharedMemoryBytes: 2 ** 31 } }],
  [
    '--device=/dev/video0:/dev/video0:rw',
    'camera-requested',
    { devices: [{ kind: 'camera', path: '/dev/video0' }] },
  ],
  ['--device $(ls /dev/video*)', 'camera-requested', { devices: [{ kind: 'camera' }] }],
  ['--device nvidia.com/gpu=all', 'gpu-requested', { devices: [{ kind: 'gpu' }] }],
  ['--device /dev/ttyUSB0', 'device-requested', { devices: [{ kind: 'path', path: '/dev/ttyUSB0' }] }],
  ['--device /dev/sda', 'host-device'],
  ['--device /dev/mem', 'host-device'],
  ['--device /etc/passwd', 'invalid-value'],
  ['--device /dev/snd/..', 'invalid-value'],
  ['--device /dev/dri/../sda', 'invalid-value'],
  ['--mount type=volume,source=$X,target=/a', 'unresolved-expansion'],
  ['--gpus "device=0"', 'gpu-requested', { devices: [{ kind: 'gpu' }] }],
  ['--runtime=nvidia', 'gpu-requested', { devices: [{ kind: 'gpu' }] }],
  ['-e NVIDIA_VISIBLE_DEVICES=all', 'gpu-requested', { devices: [{ kind: 'gpu' }] }],
  ['--shm-size=1g', 'field-set', { resources: { sharedMemoryBytes: 2 ** 30 } }],
  ['-m 1.5g', 'field-set', { resources: { memoryBytes: 1.5 * 2 ** 30 } }],
  ['-m much', 'invalid-value'],
  ['--cpus 1.5', 'field-set', { resources: { cpus: 1.5 } }],
  ['--pids-limit 100', 'field-set', { resources: { pids: 100 } }],
  ['--pids-limit -1', 'invalid-value'],
  ['-u $(id -u):$(id -g)', 'user-provided', { runAs: 'session' }],
  ['-u 1000:1000', 'user-provided', { runAs: 'session' }],
  ['-uroot', 'user-root', { runAs: 'session' }],
  ['-u app', 'user-other', { runAs: 'image' }],
  ['-w /app', 'working-directory-kept', { workingDirectory: '/app' }],
  ['-w app', 'invalid-value'],
  ['--entrypoint python3', 'field-set', { entrypoint: ['python3'] }],
  ['-p8080:80', 'field-set', { ports: [{ containerPort: 80, hostPort: 8080 }] }],
  ['-p 127.0.0.1:53:53/udp', 'field-set', { ports: [{ containerPort: 53, hostPort: 53, protocol: 'udp' }] }],
  ['-p 80', 'field-set', { ports: [{ containerPort: 80 }] }],
  ['-p 8000-8010:8000-8010', 'invalid-value'],
  ['-p 0:80', 'invalid-value'],
  ['-eA=b=c', 'field-set', { environment: { A: 'b=c' } }],
  ['--env=A=', 'field-set', { environment: { A: '' } }],
  ['-e A', 'value-of-caller'],
  ['-e A=$B', 'unresolved-expansion'],
  ['-e A=$(id -u)', 'device-value'],
  ['-e 1A=b', 'invalid-value'],
  ['-e QT_X11_NO_MITSHM=1', 'variable-provided'],
  ['-e QT_QPA_PLATFORM=offscreen', 'no-picture', { environment: { QT_QPA_PLATFORM: 'offscreen' } }],
  ['-e XAUTHORITY=$XAUTH', 'cookie-provided'],
  ['-e DISPLAY', 'display-provided'],
  ['-e DISPLAY=:0.0', 'display-provided'],
  ['-e DISPLAY=localhost:10.0', 'display-remote'],
  ['-e DISPLAY=unix:0', 'display-unix'],
  ['--network host', 'network-host'],
  ['--net=my-net', 'network-other'],
  ['--restart unless-stopped', 'restart-provided'],
  ['--group-add video', 'groups-provided'],
  ['--name "My App"', 'name-changed', { name: 'my-app' }],
  ['--name viewer', 'field-set', { name: 'viewer' }],
  ['-h box', 'hostname-provided'],
  ['-d', 'detached'],
  ['--init', 'init-provided'],
  ['--env-file .env', 'file-of-caller'],
  ['--label a=b', 'label'],
  ['--stop-timeout 5', 'field-set'],
  ['--sysctl a=b', 'privileged'],
  ['--ulimit core=0', 'no-such-setting'],
  ['--future=1', 'unknown-flag'],
  ['-Z', 'unknown-flag'],
]
for (const [flags, code, part = {}] of FLAGS) {
  test(`docker run ${flags} → ${code}`, () => {
    const result = importProfile(`docker run ${flags} registry.local:5000/a/viewer:1`)
    assert.equal(result.notes[0]?.code, code)
    assert.equal(result.notes[0]?.source, flags)
    assert.equal(
      result.acceptable,
      NOTE_TEXTS[result.notes[0]?.code as keyof typeof NOTE_TEXTS][0] !== 'refused',
    )
    assert.equal(result.image, 'registry.local:5000/a/viewer:1')
    const { name, ...rest } = { name: '', ...lead(result) }
    assert.deepEqual('name' in part ? { name, ...rest } : rest, part)
  })
}

test('a variable named __proto__ is a variable', () => {
  const environment = lead(importProfile('docker run -e __proto__=b -e A=b a'))?.environment ?? {}
  assert.deepEqual(Object.entries(environment), [
    ['__proto__', 'b'],
    ['A', 'b'],
  ])
})

test('a port that was kept to one address says that it no longer is', () => {
  const codes = (address: string) =>
    codesOf(importProfile(`docker run -p ${address}:80:80 a`)).map(([code]) => code)
  assert.deepEqual(codes('127.0.0.1'), ['field-set', 'port-address'])
  assert.deepEqual(codes('0.0.0.0'), ['field-set'])
})

test('network none and the grace of a stop are the launch’s', () => {
  const { profile } = importProfile('docker run --network none --stop-timeout 5 a')
  assert.deepEqual([profile.network, profile.stopGraceSeconds], ['none', 5])
})

const MOVED: readonly [text: string, command: string[] | undefined, moved: string | undefined][] = [
  ['docker run a --device /dev/dri python3 x.py', ['python3', 'x.py'], '--device /dev/dri'],
  ['docker run a --device /dev/video0 -e A=b --rm x', ['x'], '--device /dev/video0 -e A=b --rm'],
  ['docker run a x --gpus all --ipc=host', ['x'], '--gpus all --ipc=host'],
  ['docker run a -v /tmp/.X11-unix:/tmp/.X11-unix', undefined, '-v /tmp/.X11-unix:/tmp/.X11-unix'],
  ['docker run a python3 x.py --device cpu', ['python3', 'x.py', '--device', 'cpu'], undefined],
  ['docker run a x --device /dev/video0', ['x', '--device', '/dev/video0'], undefined],
  ['docker run a --device cuda:0 -v', ['--device', 'cuda:0', '-v'], undefined],
  ['docker run a x -v -e --user', ['x', '-v', '-e', '--user'], undefined],
  ["docker run a sh -c 'echo --gpus all $HOME'", ['sh', '-c', 'echo --gpus all $HOME'], undefined],
]
for (const [text, command, moved] of MOVED) {
  test(`arguments of ${text}`, () => {
    const result = importProfile(text)
    assert.deepEqual(lead(result)?.command, command)
    assert.equal(result.notes.find(({ code }) => code === 'moved-from-arguments')?.source, moved)
  })
}

test('what stands around the command is named; a line of a script is found', () => {
  const text = `#!/bin/sh
XSOCK=/tmp/.X11-unix
xhost +local:docker && cd /srv
$ sudo DISPLAY=:0 /usr/bin/docker container run \\
   --rm a x > /dev/null 2>&1 &`
  const result = importProfile(text)
  assert.deepEqual(codesOf(result), [
    ['other-command', 'XSOCK=/tmp/.X11-unix'],
    ['xhost-provided', 'xhost +local:docker'],
    ['other-command', 'cd /srv'],
    ['lifetime-provided', '--rm'],
    ['field-set', 'x'],
    ['other-command', '> /dev/null'],
  ])
  assert.deepEqual(lead(result)?.command, ['x'])
})

test('several volumes whose names shorten alike stay several', () => {
  const { profile } = importProfile('docker run -v a_b:/1 -v a.b:/2 -v a_b:/3 x')
  assert.deepEqual(profile.volumes, [{ name: 'a-b' }, { name: 'a-b-2' }])
  assert.deepEqual(
    profile.containers[0]?.volumes?.map(({ volume }) => volume),
    ['a-b', 'a-b-2', 'a-b'],
  )
})

const FAULTS: readonly [text: string, code: string][] = [
  ['hello', 'HUB_IMPORT_UNRECOGNISED'],
  ['docker ps', 'HUB_IMPORT_UNRECOGNISED'],
  ['docker run', 'HUB_IMPORT_NO_IMAGE'],
  ['docker run -it ""', 'HUB_IMPORT_NO_IMAGE'],
  ['docker run -e', 'HUB_IMPORT_FLAG_WITHOUT_VALUE'],
  ['docker run a; docker run b', 'HUB_IMPORT_SEVERAL_PROGRAMS'],
  ['docker run "a', 'HUB_IMPORT_UNTERMINATED'],
  [`docker run a ${'x'.repeat(4097)}`, 'HUB_IMPORT_BEYOND_LIMITS'],
  [`docker run ${'-t '.repeat(1001)}a`, 'HUB_IMPORT_BEYOND_LIMITS'],
  ['x'.repeat(65_537), 'HUB_IMPORT_TOO_LARGE'],
]
for (const [text, code] of FAULTS) {
  test(`${text.slice(0, 40)} → ${code}`, () => assert.throws(() => importProfile(text), { code }))
}

test('every note speaks both languages', () => {
  for (const [code, [, en, ko]] of Object.entries(NOTE_TEXTS)) {
    assert.match(code, /^[a-z][a-z-]*$/)
    assert.doesNotMatch(en, /\p{Script=Hangul}/u)
    assert.match(ko, /\p{Script=Hangul}/u)
    assert.equal(en.includes('{value}'), ko.includes('{value}'), code)
  }
})

/** Reads or refuses with a code of the catalogue; what is read fits the schema. */
function requireSound(text: string): void {
  try {
    const result = importProfile(text)
    assert.ok(Check(LaunchProfile, result.profile))
    assert.equal(
      result.acceptable,
      result.notes.every(({ severity }) => severity !== 'refused'),
    )
  } catch (error) {
    if (!isCodedError(error) || !isKnownErrorCode(error.code)) throw error
  }
}

test('no text throws anything but a coded error', () => {
  const flag = fc.constantFrom(...DOCKER_FLAGS.keys())
  const piece = fc.oneof(
    flag,
    fc.string(),
    fc.constantFrom('$DISPLAY', '$(id -u)', '`', '$(', '"', "'", '\\', '\n', '/dev/dri', '/:/', '=', 'a:b:c'),
    fc.constantFrom('kind: Pod', 'spec:', '  containers:', '- name: a', '&a', '*a', '!!x', '{', '[', '---'),
  )
  const words = fc.array(piece, { maxLength: 30 })
  fc.assert(fc.property(words, fc.constantFrom(' ', '\n', ''), (list, glue) => requireSound(list.join(glue))))
  fc.assert(
    fc.property(words, (list) => requireSound(`docker run ${list.join(' ')} image`)),
    { numRuns: 300 },
  )
  fc.assert(fc.property(fc.string({ unit: 'binary' }), requireSound))
})

const HOSTILE: readonly string[] = [
  ' ',
  '\n',
  '"',
  "'",
  '\\',
  '$',
  '$(',
  `$${'{'}`,
  '`',
  '# ',
  '(',
  '[',
  '{',
  '{a: ',
  '- ',
  '-',
  '&',
  '& ',
  '*a ',
  '!',
  '? ',
  'a: ',
  'a:\n',
  '~',
  '>',
  '-e ',
  '-it ',
  '--device /dev/dri ',
  '-v a:/b ',
  '$(id -u)',
  '"$(" ',
  '\t',
  ' \\\n',
  '| ',
]
for (const unit of HOSTILE) {
  // No clock: a quadratic reading of 64 KiB would keep the test from ending within the runner's limit.
  test(`a text full of ${JSON.stringify(unit)} is read or refused`, { timeout: 20_000 }, () => {
    const filler = unit.repeat(Math.floor(60_000 / unit.length))
    for (const text of [
      filler,
      `docker run ${filler}`,
      `docker run a ${filler}`,
      `kind: Pod\nspec: ${filler}`,
    ]) {
      requireSound(text)
    }
  })
}
