// Engines as they describe themselves: the parts of `GET /info` that matter, of engines that tests cannot have here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EngineConfiguration, engineConfigurationOf, PLAIN_ENGINE } from './engine-configuration.ts'

const RUNC = { path: 'runc' }

const ENGINES: readonly (readonly [
  what: string,
  info: unknown,
  configuration: Partial<EngineConfiguration>,
])[] = [
  [
    'Debian 12, Docker 20.10 on the first cgroups',
    {
      ServerVersion: '20.10.24+dfsg1',
      CgroupVersion: '1',
      SwapLimit: true,
      Runtimes: { 'io.containerd.runc.v2': RUNC, 'io.containerd.runtime.v1.linux': RUNC, runc: RUNC },
      DefaultRuntime: 'runc',
      SecurityOptions: ['name=seccomp,profile=default'],
    },
    { cgroupVersion: '1', runtimes: ['io.containerd.runc.v2', 'io.containerd.runtime.v1.linux', 'runc'] },
  ],
  [
    'Ubuntu 24.04, Docker 27 with AppArmor and no count of swap',
    {
      CgroupVersion: '2',
      SwapLimit: false,
      Runtimes: { runc: RUNC },
      DefaultRuntime: 'runc',
      SecurityOptions: ['name=apparmor', 'name=seccomp,profile=builtin', 'name=cgroupns'],
    },
    { hasSwapLimit: false },
  ],
  [
    'NVIDIA’s toolkit, registered',
    {
      CgroupVersion: '2',
      Runtimes: { nvidia: { path: 'nvidia-container-runtime' }, runc: RUNC },
      DefaultRuntime: 'runc',
    },
    { runtimes: ['nvidia', 'runc'] },
  ],
  [
    'NVIDIA’s runtime for everything, as on a Jetson',
    {
      CgroupVersion: '2',
      Runtimes: { nvidia: { path: 'nvidia-container-runtime' }, runc: RUNC },
      DefaultRuntime: 'nvidia',
    },
    { runtimes: ['nvidia', 'runc'], defaultRuntime: 'nvidia' },
  ],
  [
    'CDI',
    {
      CgroupVersion: '2',
      Runtimes: { runc: RUNC },
      DefaultRuntime: 'runc',
      CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
      DiscoveredDevices: [{ Source: 'cdi', ID: 'nvidia.com/gpu=all' }],
    },
    { cdiFolders: ['/etc/cdi', '/var/run/cdi'] },
  ],
  [
    'CDI switched off',
    { CgroupVersion: '2', Runtimes: { runc: RUNC }, DefaultRuntime: 'runc', CDISpecDirs: null },
    {},
  ],
  [
    'rootless',
    {
      CgroupVersion: '2',
      Runtimes: { runc: RUNC },
      DefaultRuntime: 'runc',
      DockerRootDir: '/home/kiosk/.local/share/docker',
      SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'],
    },
    { users: 'rootless' },
  ],
  [
    'users shifted',
    {
      CgroupVersion: '2',
      Runtimes: { runc: RUNC },
      DefaultRuntime: 'runc',
      DockerRootDir: '/var/lib/docker/165536.165536',
      SecurityOptions: ['name=seccomp,profile=builtin', 'name=userns'],
    },
    { users: 'remapped' },
  ],
  [
    'a snap',
    {
      CgroupVersion: '2',
      Runtimes: { runc: RUNC },
      DefaultRuntime: 'runc',
      DockerRootDir: '/var/snap/docker/common/var-lib-docker',
      SecurityOptions: ['name=apparmor', 'name=seccomp,profile=builtin'],
    },
    {},
  ],
  ['one that says nothing', {}, { runtimes: [], cgroupVersion: '1' }],
  ['no engine at all', undefined, { runtimes: [], cgroupVersion: '1' }],
]

for (const [what, info, configuration] of ENGINES) {
  test(`reads ${what}`, () => {
    assert.deepEqual(engineConfigurationOf(info), { ...PLAIN_ENGINE, ...configuration })
  })
}
