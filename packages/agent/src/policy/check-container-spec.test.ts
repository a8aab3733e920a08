import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { containerSpec } from '../runtime/docker/container-spec.ts'
import type { CreateOptions } from '../runtime/docker/create-options.ts'
import { userMounts } from '../runtime/docker/spec/user-files.ts'
import { specInput } from '../runtime/docker/spec-input.fixture.ts'
import { checkContainerSpec, checkNetworkJoin } from './check-container-spec.ts'
import { type PolicyFile, policyOf } from './policy.ts'

const policy = (file: PolicyFile = {}) =>
  policyOf(file, { runDir: '/run/bongsu', stateDir: '/var/lib/bongsu' })
const isForbidden = (what: RegExp) => (error: unknown) =>
  isCodedError(error) && error.code === 'AGENT_POLICY_FORBIDS' && what.test(String(error.parameters?.what))
const LEAD = 'f'.repeat(64)

/** Of the launch that the fixture speaks of. */
const OWN = {
  ownFolders: ['/run/bongsu/x/lau-aaaaaaaaaaaaaaaa', '/var/lib/bongsu/volumes/dep-bbbbbbbbbbbbbbbb'],
}

const good = () => containerSpec(specInput())

/** The good specification with something in it that whoever commands the agent would like. */
function hostile(top: Record<string, unknown>, host: Record<string, unknown> = {}): CreateOptions {
  const spec = good()
  return { ...spec, ...top, HostConfig: { ...spec.HostConfig, ...host } } as CreateOptions
}

const mount = (more: Record<string, unknown>) => ({
  Mounts: [{ Type: 'bind', Source: '/etc/localtime', Target: '/t', ReadOnly: true, ...more }],
})
const device = (more: Record<string, unknown>) => ({
  Devices: [{ PathOnHost: '/dev/video0', PathInContainer: '/dev/video0', CgroupPermissions: 'rw', ...more }],
})

const gpu = (more: Record<string, unknown>) =>
  hostile({}, { DeviceRequests: [{ Driver: 'nvidia', Capabilities: [['gpu']], ...more }] })

const REFUSED: readonly (readonly [what: RegExp, spec: CreateOptions])[] = [
  [/Privileged/, hostile({}, { Privileged: true })],
  [/PidMode/, hostile({}, { PidMode: 'host' })],
  [/UTSMode/, hostile({}, { UTSMode: 'host' })],
  [/user namespace host/, hostile({}, { UsernsMode: 'host' })],
  [/CgroupnsMode/, hostile({}, { CgroupnsMode: 'host' })],
  [/IPC namespace host/, hostile({}, { IpcMode: 'host' })],
  [/IPC namespace container/, hostile({}, { IpcMode: `container:${LEAD}` })],
  [/network host/, hostile({}, { NetworkMode: 'host' })],
  [/network container/, hostile({}, { NetworkMode: `container:${'e'.repeat(64)}` })],
  [/network secret/, hostile({}, { NetworkMode: 'secret' })],
  [/capability SYS_ADMIN/, hostile({}, { CapAdd: ['SYS_ADMIN'] })],
  [/capability CAP_NET_RAW/, hostile({}, { CapAdd: ['CAP_NET_RAW'] })],
  [/default capabilities/, hostile({}, { CapDrop: [] })],
  [/new privileges/, hostile({}, { SecurityOpt: [] })],
  [/seccomp=unconfined/, hostile({}, { SecurityOpt: ['no-new-privileges', 'seccomp=unconfined'] })],
  [/apparmor=unconfined/, hostile({}, { SecurityOpt: ['no-new-privileges', 'apparmor=unconfined'] })],
  [
    /systempaths=unconfined/,
    hostile({}, { SecurityOpt: ['no-new-privileges:true', 'systempaths=unconfined'] }),
  ],
  [/no-new-privileges:false/, hostile({}, { SecurityOpt: ['no-new-privileges:false'] })],
  [/label=disable/, hostile({}, { SecurityOpt: ['no-new-privileges', 'label=disable'] })],
  [/docker.sock/, hostile({}, mount({ Source: '/var/run/docker.sock' }))],
  [/docker.sock/, hostile({}, mount({ Source: '/run/docker.sock' }))],
  [/mounting \/run$/, hostile({}, mount({ Source: '/run' }))],
  [/mounting \/$/, hostile({}, mount({ Source: '/' }))],
  [/mounting \/etc$/, hostile({}, mount({ Source: '/etc' }))],
  [/mounting \/root/, hostile({}, mount({ Source: '/root/.ssh' }))],
  [/mounting \/proc/, hostile({}, mount({ Source: '/proc/sys' }))],
  [/mounting \/var\/lib\/docker/, hostile({}, mount({ Source: '/var/lib/docker/volumes' }))],
  [/mounting \/run\/bongsu\/x\/\.\./, hostile({}, mount({ Source: '/run/bongsu/x/../../../etc' }))],
  [/mounting \/run\/bongsu\/xyz/, hostile({}, mount({ Source: '/run/bongsu/xyz' }))],
  [/mounting relative/, hostile({}, mount({ Source: 'relative' }))],
  [/X11-unix writable/, hostile({}, mount({ Source: '/tmp/.X11-unix', ReadOnly: false }))],
  [/over \/etc\/passwd/, hostile({}, mount({ Target: '/etc/passwd' }))],
  [/over \/proc/, hostile({}, mount({ Target: '/proc/1' }))],
  [/over \/$/, hostile({}, mount({ Target: '/' }))],
  [/type volume/, hostile({}, mount({ Type: 'volume', Source: 'data' }))],
  [/BindOptions/, hostile({}, mount({ BindOptions: { Propagation: 'rshared' } }))],
  [/VolumeOptions/, hostile({}, mount({ VolumeOptions: { DriverConfig: {} } }))],
  [/Binds/, hostile({}, { Binds: ['/:/host'] })],
  [/VolumesFrom/, hostile({}, { VolumesFrom: ['other'] })],
  [/VolumeDriver/, hostile({}, { VolumeDriver: 'evil' })],
  [/device \/dev\/mem/, hostile({}, device({ PathOnHost: '/dev/mem', PathInContainer: '/dev/mem' }))],
  [/device \/dev\/sda/, hostile({}, device({ PathOnHost: '/dev/sda', PathInContainer: '/dev/sda' }))],
  [
    /dri\/\.\.\/sda/,
    hostile({}, device({ PathOnHost: '/dev/dri/../sda', PathInContainer: '/dev/dri/../sda' })),
  ],
  [
    /dri\/by-path\/x/,
    hostile({}, device({ PathOnHost: '/dev/dri/by-path/x', PathInContainer: '/dev/dri/by-path/x' })),
  ],
  [/video0 as \/dev\/sda/, hostile({}, device({ PathInContainer: '/dev/sda' }))],
  [/making device nodes/, hostile({}, device({ CgroupPermissions: 'rwm' }))],
  [/DeviceCgroupRules/, hostile({}, { DeviceCgroupRules: ['a *:* rwm'] })],
  [/something other than a GPU/, hostile({}, { DeviceRequests: [{ Driver: 'nvidia', Count: -1 }] })],
  [/driver evil/, gpu({ Driver: 'evil' })],
  [/device ngx/, gpu({ Capabilities: [['gpu', 'ngx']] })],
  [/device \/dev\/sda/, gpu({ DeviceIDs: ['/dev/sda'] })],
  [/request option Options/, gpu({ Options: { mode: 'legacy' } })],
  [/device vendor.com\/net=all/, gpu({ Driver: 'cdi', DeviceIDs: ['vendor.com/net=all'] })],
  [/device nvidia.com\/gpu=\.\./, gpu({ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=../x'] })],
  [/more than is named/, gpu({ Driver: 'cdi', Count: -1, DeviceIDs: ['nvidia.com/gpu=0'] })],
  [/more than is named/, gpu({ Driver: 'cdi', DeviceIDs: [] })],
  [/x, which is another’s/, hostile({}, mount({ Source: '/run/bongsu/x' }))],
  [/another’s/, hostile({}, mount({ Source: '/run/bongsu/x/lau-cccccccccccccccc' }))],
  [/another’s/, hostile({}, mount({ Source: '/var/lib/bongsu/volumes/dep-cccccccccccccccc/models' }))],
  [/udev\/data writable/, hostile({}, mount({ Source: '/run/udev/data', ReadOnly: false }))],
  [/user namespace private/, hostile({}, { UsernsMode: 'private' })],
  [/MaskedPaths/, hostile({}, { MaskedPaths: [] })],
  [/ReadonlyPaths/, hostile({}, { ReadonlyPaths: [] })],
  [/Sysctls/, hostile({}, { Sysctls: { 'net.ipv4.ip_forward': '1' } })],
  [/Ulimits/, hostile({}, { Ulimits: [{ Name: 'nofile', Soft: 1e6, Hard: 1e6 }] })],
  [/Runtime/, hostile({}, { Runtime: 'evil' })],
  [/CgroupParent/, hostile({}, { CgroupParent: '/' })],
  [/OomKillDisable/, hostile({}, { OomKillDisable: true })],
  [/ExtraHosts/, hostile({}, { ExtraHosts: ['hub:10.0.0.1'] })],
  [/Links/, hostile({}, { Links: ['other:db'] })],
  [/PublishAllPorts/, hostile({}, { PublishAllPorts: true })],
  [/ContainerIDFile/, hostile({}, { ContainerIDFile: '/etc/cron.d/x' })],
  [/AutoRemove/, hostile({}, { AutoRemove: true })],
  [/restart policy always/, hostile({}, { RestartPolicy: { Name: 'always' } })],
  [/memory limit of 0/, hostile({}, { Memory: 0 })],
  [/memory limit of -1/, hostile({}, { Memory: -1 })],
  [/-1 processes/, hostile({}, { PidsLimit: -1 })],
  [/limit of 0 processes/, hostile({}, { PidsLimit: 0 })],
  [/out-of-memory score -1000/, hostile({}, { OomScoreAdj: -1000 })],
  [/without PidsLimit/, hostile({}, { PidsLimit: undefined })],
  [/without SecurityOpt/, hostile({}, { SecurityOpt: undefined })],
  [/without CapDrop/, hostile({}, { CapDrop: undefined })],
  [/log driver syslog/, hostile({}, { LogConfig: { Type: 'syslog', Config: { 'max-size': '1m' } } })],
  [/without a size limit/, hostile({}, { LogConfig: { Type: 'json-file', Config: {} } })],
  [/group docker/, hostile({}, { GroupAdd: ['docker'] })],
  [/group 0$/, hostile({}, { GroupAdd: ['0'] })],
  [/temporary file system over \/proc/, hostile({}, { Tmpfs: { '/proc/x': 'rw,nosuid,nodev' } })],
  [/without nosuid/, hostile({}, { Tmpfs: { '/scratch': 'rw,suid,dev' } })],
  [/port 22$/, hostile({}, { PortBindings: { '22/tcp': [{ HostPort: '22' }] } })],
  [/port $/, hostile({}, { PortBindings: { '22/tcp': [{ HostPort: '' }] } })],
  [/host address/, hostile({}, { PortBindings: { '1/tcp': [{ HostPort: '8080', HostIp: '0.0.0.0' }] } })],
  [/image name evil/, hostile({ Image: 'evil:latest' })],
  [/user root/, hostile({ User: 'root' })],
  [/hostname/, hostile({ Hostname: '../etc' })],
  [/the network host/, hostile({ NetworkingConfig: { EndpointsConfig: { host: {} } } })],
  [/Volumes/, hostile({ Volumes: { '/data': {} } })],
  [/MacAddress/, hostile({ MacAddress: '02:00:00:00:00:01' })],
]

test('an option that is required is missed when it is null, as an engine says it', () => {
  const spec = hostile({}, { SecurityOpt: null })
  assert.throws(() => checkContainerSpec(spec, policy(), OWN), isForbidden(/SecurityOpt/))
})

const USER_FILES = '/run/bongsu/users/1-1000-1001'
const userFile = (more: Record<string, unknown>) =>
  hostile({}, mount({ Source: `${USER_FILES}/passwd`, Target: '/etc/passwd', ...more }))
const OWN_MOUNTS = { ...OWN, ownMounts: userMounts(USER_FILES) }

test('the user database that the agent has made up is mounted exactly so, or not at all', () => {
  checkContainerSpec(userFile({}), policy(), OWN_MOUNTS)
  checkContainerSpec(containerSpec(specInput({ userFolder: USER_FILES })), policy(), OWN_MOUNTS)
  for (const more of [
    { ReadOnly: false },
    { Source: '/etc/passwd' },
    { Target: '/etc/shadow' },
    { BindOptions: {} },
  ])
    assert.throws(() => checkContainerSpec(userFile(more), policy(), OWN_MOUNTS), isCodedError)
  assert.throws(() => checkContainerSpec(userFile({}), policy(), OWN), isCodedError)
})

const GPUS: readonly Record<string, unknown>[] = [
  { Count: -1, Capabilities: [['gpu', 'compute', 'utility', 'video', 'graphics', 'display']] },
  { DeviceIDs: ['0', 'GPU-1a2b-3c'], Capabilities: [['gpu']] },
  // As the engine gives back what it was asked for.
  { Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} },
  { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'], Capabilities: null },
]

for (const request of GPUS) {
  test(`a GPU by request is allowed unless the device says otherwise: ${JSON.stringify(request)}`, () => {
    checkContainerSpec(gpu(request), policy(), OWN)
    assert.throws(
      () => checkContainerSpec(gpu(request), policy({ gpu: false }), OWN),
      isForbidden(/GPU by request/),
    )
  })
}

test('only where the engine shifts users may one keep its number', () => {
  const kept = hostile({}, { UsernsMode: 'host' })
  checkContainerSpec(kept, policy(), { ...OWN, userNamespace: 'host' })
  assert.throws(() => checkContainerSpec(kept, policy(), OWN), isForbidden(/user namespace host/))
})

test('the recipe itself passes, for the lead and for others', () => {
  checkContainerSpec(good(), policy(), OWN)
  checkContainerSpec(containerSpec(specInput({ leadContainerId: LEAD })), policy(), {
    ...OWN,
    leadContainerId: LEAD,
  })
  const volumes = {
    profile: { volumes: [{ volume: 'm', path: '/m' }] },
    launch: { volumes: [{ name: 'm' }] },
  }
  checkContainerSpec(containerSpec(specInput(volumes)), policy(), OWN)
})

test('options that say nothing are passed over', () => {
  checkContainerSpec(
    hostile({ Domainname: '' }, { Privileged: false, PidMode: '', CpuShares: 0, Binds: null }),
    policy(),
    OWN,
  )
})

for (const [what, spec] of REFUSED) {
  test(`the policy forbids ${what.source}`, () => {
    assert.throws(
      () => checkContainerSpec(spec, policy(), { ...OWN, leadContainerId: LEAD }),
      (error) =>
        isCodedError(error) &&
        error.code === 'AGENT_POLICY_FORBIDS' &&
        what.test(String(error.parameters?.what)),
    )
  })
}

const ALLOWED: readonly (readonly [what: string, file: PolicyFile, spec: CreateOptions])[] = [
  ['host network', { network: ['host'] }, hostile({}, { NetworkMode: 'host' })],
  ['a capability', { capabilities: ['SYS_NICE'] }, hostile({}, { CapAdd: ['CAP_SYS_NICE'] })],
  [
    'a folder',
    { bindMounts: [{ path: '/srv/models', mode: 'rw' }] },
    hostile({}, mount({ Source: '/srv/models/a', ReadOnly: false })),
  ],
  [
    'a device',
    { devices: ['/dev/ttyUSB*'] },
    hostile({}, device({ PathOnHost: '/dev/ttyUSB0', PathInContainer: '/dev/ttyUSB0' })),
  ],
  ['a low port', { lowestHostPort: 80 }, hostile({}, { PortBindings: { '80/tcp': [{ HostPort: '80' }] } })],
]

for (const [what, file, spec] of ALLOWED) {
  test(`the device may allow ${what}, which is forbidden otherwise`, () => {
    checkContainerSpec(spec, policy(file), OWN)
    assert.throws(() => checkContainerSpec(spec, policy(), OWN), isCodedError)
  })
}

test('no list can allow the engine’s socket', () => {
  const everything = policy({ bindMounts: [{ path: '/', mode: 'rw' }] })
  for (const Source of ['/', '/var', '/var/run', '/var/run/docker.sock', '/run', '/run/docker.sock']) {
    assert.throws(() => checkContainerSpec(hostile({}, mount({ Source })), everything), isCodedError, Source)
  }
})

const GROUP = {
  network: 'bongsu-key-fingerprint-bay-3',
  folder: '/run/bongsu/groups/bay-3',
  target: '/run/bongsu/group',
}
const grouped = () => containerSpec(specInput({ group: 'bay-3' }))
const groupMount = { Type: 'bind', Source: GROUP.folder, Target: GROUP.target, ReadOnly: false }

/** The specification of a launch in a group, reaching for more than its group. */
function reaching(top: Record<string, unknown>, host: Record<string, unknown> = {}): CreateOptions {
  const spec = grouped()
  return { ...spec, ...top, HostConfig: { ...spec.HostConfig, ...host } } as CreateOptions
}

const endpoints = (name: string, more: Record<string, unknown> = {}) => ({
  NetworkingConfig: { EndpointsConfig: { [name]: { Aliases: ['a'], ...more } } },
})

test('the network and the folder of a launch’s own group are allowed, whatever else the policy says', () => {
  checkContainerSpec(grouped(), policy({ network: ['none'] }), { ...OWN, group: GROUP })
})

const REACHING: readonly (readonly [what: RegExp, spec: CreateOptions])[] = [
  [/the network bongsu-other-bay-3/, reaching({}, { NetworkMode: 'bongsu-other-bay-3' })],
  [/the network bongsu-key-fingerprint-bay-4/, reaching(endpoints('bongsu-key-fingerprint-bay-4'))],
  [/the network host/, reaching(endpoints('host'))],
  [/IPAMConfig on/, reaching(endpoints(GROUP.network, { IPAMConfig: {} }))],
  [/on the network/, reaching(endpoints(GROUP.network, { Aliases: ['hub.example.org'] }))],
  [/the networking option Extra/, reaching({ NetworkingConfig: { EndpointsConfig: {}, Extra: 1 } })],
  [/groups$/, reaching({}, { Mounts: [{ ...groupMount, Source: '/run/bongsu/groups' }] })],
  [/bay-4/, reaching({}, { Mounts: [{ ...groupMount, Source: '/run/bongsu/groups/bay-4' }] })],
  [/bay-3\/\.\./, reaching({}, { Mounts: [{ ...groupMount, Source: '/run/bongsu/groups/bay-3/../bay-4' }] })],
  [/bay-3\/sub/, reaching({}, { Mounts: [{ ...groupMount, Source: `${GROUP.folder}/sub` }] })],
  [/mounting/, reaching({}, { Mounts: [{ ...groupMount, Target: '/etc' }] })],
  [/BindOptions/, reaching({}, { Mounts: [{ ...groupMount, BindOptions: {} }] })],
]

for (const [what, spec] of REACHING) {
  test(`a launch in a group is refused ${what.source}`, () => {
    assert.throws(
      () => checkContainerSpec(spec, policy(), { ...OWN, group: GROUP }),
      (error) => isCodedError(error) && what.test(String(error.parameters?.what)),
    )
  })
}

test('a launch without a group gets nothing of one', () => {
  const refused = (error: unknown) => isCodedError(error) && error.code === 'AGENT_POLICY_FORBIDS'
  assert.throws(() => checkContainerSpec(grouped(), policy()), refused)
  const mountOnly = hostile({}, { Mounts: [groupMount] })
  assert.throws(() => checkContainerSpec(mountOnly, policy()), refused)
})

test('the way out of a group is the policy’s to allow', () => {
  checkNetworkJoin('bridge', policy())
  assert.throws(() => checkNetworkJoin('bridge', policy({ network: ['none'] })), isCodedError)
})

test('a container may have the folder of its own secrets, read-only, and nobody else’s', () => {
  const spec = containerSpec(specInput({ profile: { secrets: [{ name: 'key' }] } }))
  const own = { Source: '/run/bongsu/secrets/lau-aaaaaaaaaaaaaaaa/main', Target: '/run/secrets' }
  const mounted = spec.HostConfig.Mounts.find(({ Target }) => Target === '/run/secrets')
  assert.deepEqual(mounted, { Type: 'bind', ...own, ReadOnly: true })
  const context = { ...OWN, ownMounts: mounted ? [mounted] : [] }
  checkContainerSpec(spec, policy(), context)
  for (const other of [
    { ...own, ReadOnly: false },
    { ...own, Source: '/run/bongsu/secrets/lau-aaaaaaaaaaaaaaaa' },
    { ...own, Source: '/run/bongsu/secrets/lau-bbbbbbbbbbbbbbbb/main' },
    { ...own, Source: '/run/bongsu/secrets' },
  ]) {
    assert.throws(
      () => checkContainerSpec(hostile({}, mount(other)), policy(), context),
      isForbidden(/secrets/),
    )
  }
})
