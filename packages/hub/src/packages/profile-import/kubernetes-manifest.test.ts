// Manifests: docker flags in args, pod fields and what each becomes, several documents, hostile YAML.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImportNote, ProfileImport } from '@bongsu/protocol'
import { importProfile } from './import-profile.ts'

const find = ({ notes }: ProfileImport, part: string): ImportNote | undefined =>
  notes.find(({ source }) => source.includes(part))

const FIELD = `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: viewer }
spec:
  selector: { matchLabels: { app: viewer } }
  template:
    spec:
      hostIPC: true
      containers:
        - name: viewer
          image: registry.local/viewer:1
          args: ["--device", "/dev/dri", "--user", "$(id -u)", "-e", "DISPLAY=unix$DISPLAY",
            "-v /tmp/.X11-unix:/tmp/.X11-unix", "--workdir=/home/$USER", "python3", "main.py", "--device", "cuda:0"]
          securityContext: { privileged: true }
          resources: { limits: { memory: 2Gi, cpu: 500m, nvidia.com/gpu: 1 } }
          env:
            - { name: DISPLAY, value: "localhost:10.0" }
            - { name: MODEL, value: yolo }
          ports: [{ containerPort: 8080, hostPort: 80 }]
          volumeMounts:
            - { name: shm, mountPath: /dev/shm }
            - { name: x, mountPath: /tmp/.X11-unix }
            - { name: dri, mountPath: /dev/dri }
      volumes:
        - { name: shm, emptyDir: { medium: Memory, sizeLimit: 2Gi } }
        - { name: x, hostPath: { path: /tmp/.X11-unix } }
        - { name: dri, hostPath: { path: /dev/dri } }
`

test('a manifest of the field: docker flags leave the args, the rest becomes fields', () => {
  const result = importProfile(FIELD)
  assert.deepEqual(result.profile, {
    containers: [
      {
        name: 'viewer',
        command: ['python3', 'main.py', '--device', 'cuda:0'],
        environment: { MODEL: 'yolo' },
        ports: [{ containerPort: 8080, hostPort: 80 }],
        devices: [{ kind: 'gpu' }],
        resources: { memoryBytes: 2 ** 31, cpus: 0.5, sharedMemoryBytes: 2 ** 31 },
        runAs: 'session',
      },
    ],
    display: { required: true },
  })
  assert.equal(result.image, 'registry.local/viewer:1')
  assert.equal(result.acceptable, false)
  assert.deepEqual(
    result.notes.filter(({ severity }) => severity === 'refused').map(({ code, source }) => [code, source]),
    [['privileged', 'containers[viewer].securityContext.privileged: true']],
  )
  assert.equal(find(result, 'localhost:10.0')?.code, 'display-remote')
  assert.match(find(result, '--device /dev/dri --user')?.code ?? '', /^moved-from-arguments$/)
})

/** A pod of one container, with more fields of the container and of the pod as JSON. */
const pod = (container: object, spec: object = {}) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'a', image: 'a:1', ...container }], ...spec },
  })
const mounted = (mountPath: string, volume: object) =>
  pod({ volumeMounts: [{ name: 'v', mountPath }] }, { volumes: [{ name: 'v', ...volume }] })

const FIELDS: readonly [name: string, text: string, code: string, part?: object][] = [
  ['hostPID', pod({}, { hostPID: true }), 'host-namespace'],
  ['hostNetwork', pod({}, { hostNetwork: true }), 'network-host'],
  ['hostNetwork off', pod({}, { hostNetwork: false }), 'switched-off'],
  ['runAsUser', pod({}, { securityContext: { runAsUser: 1000 } }), 'user-provided', { runAs: 'session' }],
  ['runAsUser 0', pod({ securityContext: { runAsUser: 0 } }), 'user-root', { runAs: 'session' }],
  ['supplementalGroups', pod({}, { securityContext: { supplementalGroups: [44] } }), 'groups-provided'],
  ['capabilities', pod({ securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }), 'capability'],
  ['seccomp off', pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }), 'confinement-off'],
  ['workingDir', pod({ workingDir: '/app' }), 'working-directory-kept', { workingDirectory: '/app' }],
  ['workingDir of a home', pod({ workingDir: '/home/user' }), 'working-directory-dropped'],
  ['command', pod({ command: ['a', 'b'] }), 'field-set', { entrypoint: ['a', 'b'] }],
  ['args for a shell', pod({ args: ['-c', 'echo $HOME'] }), 'field-set', { command: ['-c', 'echo $HOME'] }],
  ['docker.sock', mounted('/s', { hostPath: { path: '/var/run/docker.sock' } }), 'engine-socket'],
  ['a host folder', mounted('/m', { hostPath: { path: '/opt/m' } }), 'host-mount'],
  [
    'a camera by hostPath',
    mounted('/dev/video0', { hostPath: { path: '/dev/video0' } }),
    'camera-requested',
    { devices: [{ kind: 'camera', path: '/dev/video0' }] },
  ],
  ['an X folder shared by containers', mounted('/tmp/.X11-unix', { emptyDir: {} }), 'x-socket-provided'],
  ['shared memory', mounted('/dev/shm', { emptyDir: { medium: 'Memory' } }), 'shared-memory-provided'],
  ['a scratch folder', mounted('/tmp', { emptyDir: {} }), 'scratch-provided'],
  [
    'a claim',
    mounted('/d', { persistentVolumeClaim: { claimName: 'x' } }),
    'volume-made',
    { volumes: [{ volume: 'v', path: '/d' }] },
  ],
  ['a secret', mounted('/d', { secret: { secretName: 'x' } }), 'cluster-object'],
  ['a mount of nothing', pod({ volumeMounts: [{ name: 'v', mountPath: '/d' }] }), 'invalid-value'],
  ['a value from a secret', pod({ env: [{ name: 'A', valueFrom: { secretKeyRef: {} } }] }), 'cluster-object'],
  ['a number as value', pod({ env: [{ name: 'A', value: 1 }] }), 'field-set', { environment: { A: '1' } }],
  ['envFrom', pod({ envFrom: [] }), 'cluster-object'],
  ['a probe', pod({ livenessProbe: {} }), 'no-such-setting'],
  [
    'a camera plugin',
    pod({ resources: { limits: { 'squat.ai/video': 1 } } }),
    'camera-requested',
    { devices: [{ kind: 'camera' }] },
  ],
  [
    'an Intel GPU plugin',
    pod({ resources: { requests: { 'gpu.intel.com/i915': 1 } } }),
    'gpu-requested',
    { devices: [{ kind: 'gpu' }] },
  ],
  ['a display plugin', pod({ resources: { limits: { 'bongsu.dev/display': 1 } } }), 'display-required'],
  ['a wrong size', pod({ resources: { limits: { memory: 'much' } } }), 'invalid-value'],
  ['a request', pod({ resources: { requests: { cpu: 1 } } }), 'cluster-setting'],
  ['an init container', pod({}, { initContainers: [{ name: 'i', image: 'b' }] }), 'init-container'],
  [
    'another image',
    pod(
      {},
      {
        containers: [
          { name: 'a', image: 'a:1' },
          { name: 'b', image: 'b:1' },
        ],
      },
    ),
    'other-image',
  ],
  ['a long name', pod({ name: 'a'.repeat(40) }), 'name-changed'],
  ['SCTP', pod({ ports: [{ containerPort: 1, protocol: 'SCTP' }] }), 'invalid-value'],
  [
    'runtimeClassName',
    pod({}, { runtimeClassName: 'nvidia' }),
    'gpu-requested',
    { devices: [{ kind: 'gpu' }] },
  ],
]
for (const [name, text, code, part = {}] of FIELDS) {
  test(`${name} → ${code}`, () => {
    const result = importProfile(text)
    assert.equal(result.notes[0]?.code, code, JSON.stringify(result.notes))
    const { name: _, ...rest } = { name: '', ...result.profile.containers[0] }
    assert.deepEqual(rest, part)
  })
}

test('references to variables are filled in, escaped ones are not', () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'B', value: '$(A)2$$(A)$(C)' },
  ]
  const { profile } = importProfile(pod({ env, args: ['x', '$(B)'] }))
  assert.deepEqual(profile.containers[0]?.environment, { A: '1', B: '12$(A)$(C)' })
  assert.deepEqual(profile.containers[0]?.command, ['x', '12$(A)$(C)'])
})

test('containers of one image share a launch and its volumes', () => {
  const volumeMounts = [{ name: 'Data', mountPath: '/d' }]
  const containers = ['main', 'side'].map((name) => ({ name, image: 'a', volumeMounts }))
  const { profile, acceptable } = importProfile(
    pod({}, { containers, volumes: [{ name: 'Data', emptyDir: {} }], terminationGracePeriodSeconds: 30 }),
  )
  assert.deepEqual(profile, {
    containers: ['main', 'side'].map((name) => ({ name, volumes: [{ volume: 'data', path: '/d' }] })),
    volumes: [{ name: 'data' }],
    stopGraceSeconds: 30,
  })
  assert.equal(acceptable, true)
})

const KINDS: readonly [name: string, object: object][] = [
  ['Deployment', { kind: 'Deployment', spec: { template: { spec: { containers: [{ image: 'a' }] } } } }],
  ['Job', { kind: 'Job', spec: { template: { spec: { containers: [{ image: 'a' }] } } } }],
  [
    'CronJob',
    {
      kind: 'CronJob',
      spec: { jobTemplate: { spec: { template: { spec: { containers: [{ image: 'a' }] } } } } },
    },
  ],
  [
    'List',
    { kind: 'List', items: [{ kind: 'Service' }, { kind: 'Pod', spec: { containers: [{ image: 'a' }] } }] },
  ],
]
for (const [name, object] of KINDS) {
  test(`${name} is read`, () => assert.equal(importProfile(JSON.stringify(object)).image, 'a'))
}

test('other documents are named and skipped', () => {
  const text = `# a comment\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n---\n${pod({})}\n---\n`
  const result = importProfile(text)
  assert.deepEqual(
    [result.image, result.notes[0]?.code, result.notes[0]?.source],
    ['a:1', 'document-skipped', 'Service web'],
  )
})

const nested = (open: string, count: number) => `kind: Pod\nspec: ${open.repeat(count)}`
const bomb = `kind: Pod\nspec:\n  a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh']
  .map((name, index) => `  ${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
  .join('\n')}\n`
const FAULTS: readonly [name: string, text: string, code: string][] = [
  ['no container', 'kind: Pod\nspec: {}', 'HUB_IMPORT_NO_CONTAINER'],
  ['no pod', 'kind: Service\nspec: {}', 'HUB_IMPORT_NO_CONTAINER'],
  ['containers of another shape', 'kind: Pod\nspec: {containers: [1, null, [a]]}', 'HUB_IMPORT_NO_CONTAINER'],
  ['no image', 'kind: Pod\nspec: {containers: [{name: a}]}', 'HUB_IMPORT_NO_IMAGE'],
  ['two programs', `${pod({})}\n---\n${pod({})}`, 'HUB_IMPORT_SEVERAL_PROGRAMS'],
  ['a fault of YAML', 'kind: Pod\nspec: "', 'HUB_IMPORT_INVALID_MANIFEST'],
  ['a key twice', 'kind: Pod\nkind: Job', 'HUB_IMPORT_INVALID_MANIFEST'],
  ['a tag of a program', 'kind: Pod\nspec: !!js/function a', 'HUB_IMPORT_INVALID_MANIFEST'],
  ['an unknown anchor', 'kind: Pod\nspec: *a', 'HUB_IMPORT_INVALID_MANIFEST'],
  ['aliases that multiply', bomb, 'HUB_IMPORT_INVALID_MANIFEST'],
  ['brackets without end', nested('[', 30_000), 'HUB_IMPORT_INVALID_MANIFEST'],
  ['braces without end', nested('{a: ', 15_000), 'HUB_IMPORT_INVALID_MANIFEST'],
]
for (const [name, text, code] of FAULTS) {
  test(`${name} → ${code}`, () => assert.throws(() => importProfile(text), { code }))
}
