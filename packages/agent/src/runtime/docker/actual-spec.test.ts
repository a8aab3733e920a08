// Containers as engines describe them, of kinds that tests cannot have here; the real one is in the integration tests.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import type Docker from 'dockerode'
import { checkContainerSpec } from '../../policy/check-container-spec.ts'
import { policyOf } from '../../policy/policy.ts'
import { actualSpec } from './actual-spec.ts'
import { containerSpec } from './container-spec.ts'
import { type EngineConfiguration, PLAIN_ENGINE } from './engine-configuration.ts'
import { IMAGE_ID, type InputParts, specInput } from './spec-input.fixture.ts'

const policy = policyOf({}, { runDir: '/run/bongsu', stateDir: '/var/lib/bongsu' })
const OWN = {
  ownFolders: ['/run/bongsu/x/lau-aaaaaaaaaaaaaaaa', '/var/lib/bongsu/volumes/dep-bbbbbbbbbbbbbbbb'],
}
const IMAGE = {
  Env: ['PATH=/bin'],
  Volumes: { '/data': {} },
  Healthcheck: { Test: ['CMD', 'true'] },
  StopSignal: 'SIGINT',
  User: 'app',
}

/** What an engine adds to what it was asked for (Docker 28, cgroups 2). */
const FILLED = {
  Binds: null,
  ContainerIDFile: '',
  AutoRemove: false,
  VolumeDriver: '',
  VolumesFrom: null,
  ConsoleSize: [0, 0],
  CapAdd: null,
  CgroupnsMode: 'private',
  Dns: null,
  ExtraHosts: null,
  Cgroup: '',
  Links: null,
  PidMode: '',
  Privileged: false,
  UTSMode: '',
  Runtime: 'runc',
  Isolation: '',
  CgroupParent: '',
  DeviceCgroupRules: null,
  MemorySwappiness: null,
  OomKillDisable: null,
  Ulimits: null,
  MaskedPaths: [
    ...['/proc/acpi', '/proc/asound', '/proc/interrupts', '/proc/kcore', '/proc/keys', '/proc/latency_stats'],
    ...['/proc/sched_debug', '/proc/scsi', '/proc/timer_list', '/proc/timer_stats', '/sys/firmware'],
    '/sys/devices/virtual/powercap',
  ],
  ReadonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
}

function inspectionOf(parts: InputParts, more: { host?: object; config?: object } = {}) {
  const { HostConfig, ...config } = containerSpec(specInput(parts))
  const { PortBindings } = HostConfig
  const ports = Object.entries(PortBindings ?? {}).map(([port, bindings]) => [
    port,
    bindings.map((binding) => ({ HostIp: '', ...binding })),
  ])
  return {
    Image: IMAGE_ID,
    Config: { ...IMAGE, Tty: false, AttachStdout: true, ...config, Image: 'sha256:other', ...more.config },
    HostConfig: {
      ...FILLED,
      ...HostConfig,
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      PortBindings: Object.fromEntries(ports),
      MemorySwap: 2 * HostConfig.Memory,
      ...more.host,
    },
  } as unknown as Docker.ContainerInspectInfo
}

const check = (
  inspected: Docker.ContainerInspectInfo,
  engine: Partial<EngineConfiguration> = {},
  imageConfig: unknown = IMAGE,
) =>
  checkContainerSpec(
    actualSpec({ inspected, imageConfig, engine: { ...PLAIN_ENGINE, ...engine } }),
    policy,
    OWN,
  )

const ports = [{ containerPort: 80, hostPort: 8080 }]
const VARIANTS: readonly (readonly [what: string, parts: InputParts])[] = [
  ['the recipe', {}],
  ['a published port', { launch: { containers: [{ name: 'main', ports }] } }],
  ['the image’s own user', { profile: { runAs: 'image' } }],
  ['no display', { display: undefined }],
  ['a grace of nothing', { launch: { stopGraceSeconds: 0 } }],
]

for (const [what, parts] of VARIANTS) {
  test(`a container made by the agent passes as the engine describes it: ${what}`, () => {
    check(inspectionOf(parts))
  })
}

const ACCEPTED: readonly (readonly [what: string, host: object, engine: Partial<EngineConfiguration>])[] = [
  ['the first cgroups have no namespace', { CgroupnsMode: 'host' }, { cgroupVersion: '1' }],
  ['a kernel that counts no swap', { MemorySwap: -1 }, { hasSwapLimit: false }],
  ['another default runtime', { Runtime: 'nvidia' }, { defaultRuntime: 'nvidia' }],
]

for (const [what, host, engine] of ACCEPTED) {
  test(`what the engine sets by itself is no fault, and is one on another engine: ${what}`, () => {
    check(inspectionOf({}, { host }), engine)
    assert.throws(() => check(inspectionOf({}, { host })), isCodedError)
  })
}

for (const config of [
  { Volumes: { '/data': {}, '/more': {} } },
  { Healthcheck: { Test: ['CMD', 'false'] } },
  { StopSignal: 'SIGKILL' },
  { User: 'root' },
  { Tty: true },
]) {
  test(`what differs from the image is the container’s own: ${JSON.stringify(config)}`, () => {
    assert.throws(() => check(inspectionOf({ profile: { runAs: 'image' } }, { config })), isCodedError)
  })
}

test('where the image is gone, nothing is taken to come from it', () => {
  assert.throws(() => check(inspectionOf({}), {}, null), isCodedError)
})
