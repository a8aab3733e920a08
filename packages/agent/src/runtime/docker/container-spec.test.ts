import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { containerSpec } from './container-spec.ts'
import { outboundNetwork } from './spec/group.ts'
import { factsFromLabels, labels } from './spec/labels.ts'
import { sharedMemoryBytes } from './spec/shared-memory.ts'
import { BINDING, GIBIBYTE, IMAGE_ID, type InputParts, specInput } from './spec-input.fixture.ts'

const specOf = (parts?: InputParts) => containerSpec(specInput(parts))

const variables = (parts?: InputParts) =>
  Object.fromEntries(
    specOf(parts).Env.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  )

test('a GUI container gets the whole recipe and nothing else', () => {
  const { Env: _env, Labels: _labels, ...spec } = specOf()
  assert.deepEqual(spec, {
    Image: IMAGE_ID,
    Hostname: 'lau-aaaaaaaaaaaaaaaa',
    User: '1000:1001',
    StopTimeout: 10,
    HostConfig: {
      NetworkMode: 'bridge',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      IpcMode: 'private',
      RestartPolicy: { Name: 'no' },
      Memory: Math.floor(8 * GIBIBYTE * 0.8),
      PidsLimit: 2048,
      OomScoreAdj: 500,
      ShmSize: GIBIBYTE,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      Init: true,
      GroupAdd: ['44', '105'],
      Devices: ['/dev/dri/card0', '/dev/dri/renderD128'].map((path) => ({
        PathOnHost: path,
        PathInContainer: path,
        CgroupPermissions: 'rw',
      })),
      Mounts: [
        { Type: 'bind', Source: '/tmp/.X11-unix', Target: '/tmp/.X11-unix', ReadOnly: true },
        { Type: 'bind', Source: BINDING.cookieDir, Target: '/run/xauth', ReadOnly: true },
        { Type: 'bind', Source: '/etc/localtime', Target: '/etc/localtime', ReadOnly: true },
      ],
      Tmpfs: {
        '/run/user/1000': 'rw,nosuid,nodev,size=64m,uid=1000,gid=1001,mode=0700',
        '/home/bongsu': 'rw,nosuid,nodev,exec,uid=1000,gid=1001,mode=0700',
        '/tmp': 'rw,nosuid,nodev,exec,mode=1777',
      },
    },
  })
})

test('the environment names the display and leads programs away from everything else', () => {
  assert.deepEqual(variables(), {
    LANG: 'C.UTF-8',
    PYTHONIOENCODING: 'utf-8',
    PYTHONUNBUFFERED: '1',
    QT_QPA_PLATFORM: 'xcb',
    QT_X11_NO_MITSHM: '1',
    QT_XCB_NO_MITSHM: '1',
    GDK_BACKEND: 'x11',
    NO_AT_BRIDGE: '1',
    QT_ACCESSIBILITY: '0',
    HOME: '/home/bongsu',
    USER: 'bongsu',
    LOGNAME: 'bongsu',
    XDG_RUNTIME_DIR: '/run/user/1000',
    DISPLAY: ':7',
    XAUTHORITY: '/run/xauth/Xauthority',
    WAYLAND_DISPLAY: '',
    DBUS_SESSION_BUS_ADDRESS: '',
  })
})

test('a profile may advise otherwise, but not point to another display', () => {
  const environment = {
    LANG: 'ko_KR.UTF-8',
    MODEL: 'a=b',
    DISPLAY: ':0',
    XAUTHORITY: '/x',
    WAYLAND_DISPLAY: 'w',
  }
  const given = variables({ profile: { environment } })
  assert.deepEqual(
    [given.LANG, given.MODEL, given.DISPLAY, given.XAUTHORITY, given.WAYLAND_DISPLAY],
    ['ko_KR.UTF-8', 'a=b', ':7', '/run/xauth/Xauthority', ''],
  )
})

test('nothing of the agent’s own environment goes in', () => {
  assert.equal(variables().PATH, undefined)
})

test('what the image says stays unless the profile says otherwise', () => {
  const plain = specOf()
  assert.ok(!('Entrypoint' in plain) && !('Cmd' in plain) && !('WorkingDir' in plain))
  const own = specOf({ profile: { entrypoint: ['/a'], command: ['b', 'c'], workingDirectory: '/w' } })
  assert.deepEqual([own.Entrypoint, own.Cmd, own.WorkingDir], [['/a'], ['b', 'c'], '/w'])
})

test('the image’s own user is left alone when the profile says so, and its home with it', () => {
  const parts = { profile: { runAs: 'image' } } as const
  const spec = specOf(parts)
  assert.ok(!('User' in spec))
  assert.deepEqual(spec.HostConfig.Tmpfs, {})
  assert.deepEqual([variables(parts).HOME, variables(parts).DISPLAY], [undefined, ':7'])
})

test('a launch without display gets nothing of a display', () => {
  const spec = specOf({ display: undefined })
  assert.ok(!('User' in spec))
  assert.deepEqual(spec.HostConfig.Devices, [])
  assert.deepEqual(
    spec.HostConfig.Mounts.map(({ Target }) => Target),
    ['/etc/localtime'],
  )
  assert.deepEqual(Object.keys(variables({ display: undefined })).toSorted(), [
    'LANG',
    'PYTHONIOENCODING',
    'PYTHONUNBUFFERED',
  ])
})

test('cameras come when asked for, all or one; groups are numeric, once, without root and the own one', () => {
  const all = specOf({ profile: { devices: [{ kind: 'camera' }, { kind: 'gpu' }] }, display: undefined })
  assert.deepEqual(all.HostConfig.Devices.map(({ PathOnHost }) => PathOnHost).toSorted(), [
    '/dev/dri/card0',
    '/dev/dri/renderD128',
    '/dev/video0',
  ])
  assert.deepEqual(all.HostConfig.GroupAdd, ['44', '105'])
  const named = [
    { path: '/dev/video2', gid: 0 },
    { path: '/dev/ttyUSB0', gid: 1001 },
  ]
  const one = specOf({
    host: { named, gpu: [] },
    profile: {
      devices: [
        { kind: 'camera', path: '/dev/video2' },
        { kind: 'path', path: '/dev/ttyUSB0' },
      ],
    },
  })
  assert.deepEqual(
    one.HostConfig.Devices.map(({ PathOnHost }) => PathOnHost),
    ['/dev/video2', '/dev/ttyUSB0'],
  )
  assert.deepEqual(one.HostConfig.GroupAdd, [])
})

for (const devices of [
  [{ kind: 'camera' }],
  [{ kind: 'camera', path: '/dev/video9' }],
  [{ kind: 'path', path: '/dev/x' }],
] as const) {
  test(`a device that is asked for and missing is named: ${JSON.stringify(devices)}`, () => {
    const missing = 'path' in devices[0] ? devices[0].path : '/dev/video*'
    assert.throws(
      () => specOf({ host: { cameras: [] }, profile: { devices: [...devices] } }),
      (error) =>
        isCodedError(error) &&
        error.code === 'AGENT_DEVICE_NODE_MISSING' &&
        error.parameters?.path === missing,
    )
  })
}

test('a GPU that is asked for and missing is no obstacle: software renders', () => {
  assert.deepEqual(
    specOf({ host: { gpu: [] }, profile: { devices: [{ kind: 'gpu' }] } }).HostConfig.Devices,
    [],
  )
})

test('limits follow the profile where it has any', () => {
  const resources = { memoryBytes: 2 * GIBIBYTE, cpus: 1.5, pids: 99, sharedMemoryBytes: 3 * GIBIBYTE }
  const { HostConfig } = specOf({ profile: { resources }, launch: { stopGraceSeconds: 0 } })
  assert.deepEqual(
    [HostConfig.Memory, HostConfig.NanoCpus, HostConfig.PidsLimit, HostConfig.ShmSize],
    [2 * GIBIBYTE, 1_500_000_000, 99, 3 * GIBIBYTE],
  )
  assert.equal(specOf({ launch: { stopGraceSeconds: 0 } }).StopTimeout, 0)
})

for (const [wanted, device, expected] of [
  [undefined, 8, 1],
  [0.5, 8, 1],
  [3, 8, 3],
  [6, 8, 4],
  [undefined, 1, 0.5],
] as const) {
  test(`shared memory: ${wanted} GiB wanted of a device with ${device} is ${expected}`, () => {
    const wantedBytes = wanted === undefined ? undefined : wanted * GIBIBYTE
    assert.equal(sharedMemoryBytes(wantedBytes, device * GIBIBYTE), expected * GIBIBYTE)
  })
}

test('the lead publishes the ports of all containers', () => {
  const containers = [
    {
      name: 'main',
      ports: [
        { containerPort: 80, hostPort: 8080 },
        { containerPort: 80, hostPort: 8081 },
        { containerPort: 81 },
      ],
    },
    { name: 'helper', ports: [{ containerPort: 53, hostPort: 5353, protocol: 'udp' as const }] },
  ]
  const { ExposedPorts, HostConfig } = specOf({ launch: { containers } })
  assert.deepEqual(ExposedPorts, { '80/tcp': {}, '53/udp': {} })
  assert.deepEqual(HostConfig.PortBindings, {
    '80/tcp': [{ HostPort: '8080' }, { HostPort: '8081' }],
    '53/udp': [{ HostPort: '5353' }],
  })
  assert.equal(specOf({ launch: { containers, network: 'none' } }).HostConfig.PortBindings, undefined)
})

test('other containers join the lead’s network and take its name', () => {
  const spec = specOf({ profile: { name: 'helper' }, leadContainerId: 'f'.repeat(64) })
  assert.equal(spec.HostConfig.NetworkMode, `container:${'f'.repeat(64)}`)
  assert.ok(!('Hostname' in spec))
  assert.equal(spec.HostConfig.PortBindings, undefined)
})

test('volumes are folders per deployment; an undeclared one is refused', () => {
  const volumes = [{ volume: 'models', path: '/models' }]
  const spec = specOf({ profile: { volumes }, launch: { volumes: [{ name: 'models' }] } })
  assert.deepEqual(spec.HostConfig.Mounts.at(-1), {
    Type: 'bind',
    Source: '/var/lib/bongsu/volumes/dep-bbbbbbbbbbbbbbbb/models',
    Target: '/models',
    ReadOnly: false,
  })
  assert.throws(
    () => specOf({ profile: { volumes } }),
    (error) => isCodedError(error) && error.code === 'AGENT_PROFILE_INVALID',
  )
})

test('a volume at HOME takes the place of the temporary one', () => {
  const volumes = [{ volume: 'home', path: '/home/bongsu' }]
  const spec = specOf({ profile: { volumes }, launch: { volumes: [{ name: 'home' }] } })
  assert.deepEqual(Object.keys(spec.HostConfig.Tmpfs), ['/run/user/1000', '/tmp'])
})

test('labels say what a container is, and are read back', () => {
  const input = specInput({ leadContainerId: 'lead', launch: { stopGraceSeconds: 4 } })
  assert.deepEqual(factsFromLabels(labels(input)), {
    launchId: 'lau-aaaaaaaaaaaaaaaa',
    deploymentId: 'dep-bbbbbbbbbbbbbbbb',
    name: 'main',
    specHash: 'abc',
    leadContainerId: 'lead',
    displayName: ':7',
    displayIncarnation: '1-1',
    rendering: undefined,
    group: undefined,
    restarts: 3,
    stopGraceMs: 4000,
  })
  assert.equal(factsFromLabels({ 'bongsu.dev/launch': 'lau-a' }), undefined)
  const damaged = factsFromLabels({
    ...labels(input),
    'bongsu.dev/restarts': 'many',
    'bongsu.dev/stop-grace-seconds': '-1',
  })
  assert.deepEqual([damaged?.restarts, damaged?.stopGraceMs], [0, 10_000])
})

test('a launch in a group joins its network first and has its folder, and the way out only when it has one', () => {
  const { NetworkingConfig, HostConfig, Hostname } = specOf({ group: 'bay-3', launch: { network: 'none' } })
  const name = 'bongsu-key-fingerprint-bay-3'
  assert.equal(Hostname, 'lau-aaaaaaaaaaaaaaaa')
  assert.equal(HostConfig.NetworkMode, name)
  const Aliases = ['lau-aaaaaaaaaaaaaaaa', 'person-detector']
  assert.deepEqual(NetworkingConfig, { EndpointsConfig: { [name]: { Aliases } } })
  assert.deepEqual(
    HostConfig.Mounts.filter(({ Source }) => Source.startsWith('/run/bongsu/groups')),
    [{ Type: 'bind', Source: '/run/bongsu/groups/bay-3', Target: '/run/bongsu/group', ReadOnly: false }],
  )
  const outbound = (parts: InputParts) => outboundNetwork(specInput({ group: 'bay-3', ...parts }))
  assert.equal(outbound({ launch: { network: 'none' } }), undefined)
  assert.equal(outbound({ launch: { network: 'bridge' } }), 'bridge')
  assert.equal(outbound({}), 'bridge')
  assert.equal(outboundNetwork(specInput()), undefined)
})

test('a launch in a group is told where its group is, whatever its profile says', () => {
  const told = variables({ group: 'bay-3', profile: { environment: { BONGSU_GROUP: 'another' } } })
  assert.equal(told.BONGSU_GROUP, 'bay-3')
  assert.equal(told.BONGSU_GROUP_DIR, '/run/bongsu/group')
  assert.equal(told.BONGSU_DATA_SOCKET, '/run/bongsu/group/data.sock')
  assert.equal(variables().BONGSU_GROUP, undefined)
})

test('a member of a launch in a group shares the folder, and the network of its lead', () => {
  const input = specInput({ group: 'bay-3', leadContainerId: 'f'.repeat(64) })
  const { NetworkingConfig, HostConfig } = containerSpec(input)
  assert.equal(HostConfig.NetworkMode, `container:${'f'.repeat(64)}`)
  assert.equal(NetworkingConfig, undefined)
  assert.equal(outboundNetwork(input), undefined)
  assert.ok(HostConfig.Mounts.some(({ Target }) => Target === '/run/bongsu/group'))
  assert.equal(factsFromLabels(labels(input))?.group, 'bay-3')
})

for (const [what, parts] of [
  ['works there', { profile: { workingDirectory: '/tmp/app' } }],
  ['is started from there', { profile: { command: ['python3', '/tmp/app.py'] } }],
  ['is started from there by a shell', { profile: { command: ['sh', '-c', 'exec /tmp/app --fast'] } }],
  ['is there by the image’s word', { imageWords: ['/app', 'python3', '--model=/tmp/model.onnx'] }],
] as const) {
  test(`a program that ${what} keeps the image’s own /tmp`, () => {
    assert.equal(specOf(parts as InputParts).HostConfig.Tmpfs['/tmp'], undefined)
  })
}

test('a program elsewhere gets a /tmp of its own, whatever its path resembles', () => {
  const { HostConfig } = specOf({ profile: { command: ['/var/tmp/app', '/tmpl'] } })
  assert.ok(HostConfig.Tmpfs['/tmp'])
})

test('a user whom the image does not know comes with a database that does', () => {
  const { HostConfig } = specOf({ userFolder: '/run/bongsu/users/1-1000-1001' })
  assert.deepEqual(
    HostConfig.Mounts.filter(({ Target }) => /passwd|group/.test(Target)),
    [
      {
        Type: 'bind',
        Source: '/run/bongsu/users/1-1000-1001/passwd',
        Target: '/etc/passwd',
        ReadOnly: true,
      },
      { Type: 'bind', Source: '/run/bongsu/users/1-1000-1001/group', Target: '/etc/group', ReadOnly: true },
    ],
  )
})

test('where the engine shifts users, the session’s one keeps its number; the image’s own is shifted', () => {
  const engine = { users: 'remapped' } as const
  assert.equal(specOf({ engine }).HostConfig.UsernsMode, 'host')
  assert.equal(specOf({ engine, profile: { runAs: 'image' } }).HostConfig.UsernsMode, undefined)
  assert.equal(specOf().HostConfig.UsernsMode, undefined)
})

test('the time zone comes under its own name, since /etc/localtime may be a link to the file of UTC', () => {
  const parts: InputParts = { host: { timeZone: 'Asia/Seoul' } }
  const zone = ({ HostConfig }: ReturnType<typeof specOf>) =>
    HostConfig.Mounts.filter(({ Source }) => Source === '/etc/localtime').map(({ Target }) => Target)
  assert.deepEqual(zone(specOf(parts)), ['/usr/share/zoneinfo/Asia/Seoul'])
  assert.equal(variables(parts).TZ, 'Asia/Seoul')
  assert.equal(variables({ ...parts, profile: { environment: { TZ: 'UTC' } } }).TZ, 'UTC')
  assert.deepEqual(zone(specOf()), ['/etc/localtime'])
  assert.equal(variables().TZ, undefined)
  assert.deepEqual(zone(specOf({ host: { hasLocaltime: false, timeZone: 'Asia/Seoul' } })), [])
})
