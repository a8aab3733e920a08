// Facts of engine, machine and image to findings, rule by rule.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { explain, type LaunchProfile, type PreflightFinding } from '@bongsu/protocol'
import type { EngineTraits } from '../runtime/image-inspector.ts'
import { contentFindings, isOlder, programFindings } from './content-rules.ts'
import { cameraFindings, engineFindings, gpuFindings, roomFindings } from './device-rules.ts'
import type { DeviceTraits } from './device-traits.ts'
import type { ImageContent } from './image-content.ts'
import type { ProgramFile } from './program-file.ts'

const told = (findings: readonly PreflightFinding[]) =>
  findings.map(({ severity, reason }) => {
    for (const language of ['ko', 'en'] as const) {
      const { title, remedy } = explain(reason, language)
      assert.doesNotMatch(title + remedy, /[{}]/)
    }
    return [severity, reason.code, ...Object.values(reason.parameters ?? {})].join(' ')
  })

const shown: LaunchProfile = { containers: [{ name: 'main' }], display: { required: true } }
const asking = (...devices: NonNullable<LaunchProfile['containers'][number]['devices']>): LaunchProfile => ({
  ...shown,
  containers: [{ name: 'main', devices }],
})
const engine: EngineTraits = {
  version: '20.10.24+dfsg1',
  architecture: 'amd64',
  storageRoot: '/var/lib/docker',
  securityOptions: ['name=seccomp,profile=default'],
  runtimes: ['runc'],
}
const device: DeviceTraits = { gpus: [], cameras: [] }
const content: ImageContent = {
  isWhole: true,
  qtPlugins: [],
  hasCv2QtPlugins: false,
  qtBindings: [],
  hasDriDrivers: true,
  computeLibraries: [],
}

describe('the engine', () => {
  const rows: readonly (readonly [string, Partial<EngineTraits>, readonly string[]])[] = [
    ['that is well', {}, []],
    [
      'of a snap (X15)',
      { storageRoot: '/var/snap/docker/common/var-lib-docker' },
      ['fail AGENT_CAUSE_ENGINE_IS_SNAP'],
    ],
    ['without root', { securityOptions: ['name=rootless'] }, ['warn AGENT_PREFLIGHT_ENGINE_ROOTLESS']],
    ['that shifts users', { securityOptions: ['name=userns'] }, ['warn AGENT_PREFLIGHT_ENGINE_USERNS']],
  ]
  for (const [what, traits, expected] of rows) {
    test(what, () => assert.deepEqual(told(engineFindings({ ...engine, ...traits }, shown)), expected))
  }
  test('does not matter to a program without a window', () => {
    const snap = { ...engine, storageRoot: '/var/snap/docker/common/var-lib-docker' }
    assert.deepEqual(engineFindings(snap, { containers: [{ name: 'main' }] }), [])
  })
})

describe('the machine', () => {
  const mebibyte = 1024 ** 2
  const rows: readonly (readonly [string, Partial<DeviceTraits>, readonly string[]])[] = [
    ['of which nothing is known', {}, []],
    ['with room', { freeDiskBytes: 1e11, freeInodes: 1e6, availableMemoryBytes: 8e9 }, []],
    ['with little disk', { freeDiskBytes: 300 * mebibyte }, ['warn AGENT_PREFLIGHT_DISK_LOW 300']],
    ['with few inodes', { freeInodes: 12 }, ['warn AGENT_PREFLIGHT_INODES_LOW 12']],
    [
      'with little memory',
      { availableMemoryBytes: 1000 * mebibyte },
      ['warn AGENT_PREFLIGHT_MEMORY_LOW 2048 1000'],
    ],
  ]
  const launch = { ...shown, containers: [{ name: 'main', resources: { memoryBytes: 2048 * mebibyte } }] }
  for (const [what, traits, expected] of rows) {
    test(what, () => assert.deepEqual(told(roomFindings({ ...device, ...traits }, launch)), expected))
  }
})

describe('the graphics device', () => {
  const nvidia = { kernelVersion: '535.129.03', libraryVersions: ['535.129.03'], hasCdi: false }
  const rows: readonly (readonly [
    string,
    Partial<DeviceTraits>,
    Partial<EngineTraits>,
    readonly string[],
  ])[] = [
    ['that is absent', {}, {}, ['warn AGENT_PREFLIGHT_NO_GPU']],
    ['of Intel', { gpus: [{ driver: 'i915' }] }, {}, []],
    ['of NVIDIA without toolkit (G8)', { nvidia }, {}, ['warn AGENT_CAUSE_NVIDIA_TOOLKIT']],
    ['of NVIDIA with its runtime', { nvidia }, { runtimes: ['runc', 'nvidia'] }, []],
    ['of NVIDIA by CDI', { nvidia: { ...nvidia, hasCdi: true } }, {}, []],
    [
      'of NVIDIA after an upgrade (G10)',
      { nvidia: { ...nvidia, hasCdi: true, libraryVersions: ['550.54.14'] } },
      {},
      ['warn AGENT_CAUSE_NVIDIA_VERSION_MISMATCH'],
    ],
  ]
  for (const [what, traits, more, expected] of rows) {
    test(what, () => {
      const findings = gpuFindings({ ...device, ...traits }, { ...engine, ...more }, asking({ kind: 'gpu' }))
      assert.deepEqual(told(findings), expected)
    })
  }
  test('is not looked at when nobody asks', () => assert.deepEqual(gpuFindings(device, engine, shown), []))
})

describe('the camera (G15)', () => {
  const cameras = [{ path: '/dev/video0', id: 'usb-a-video-index0' }, { path: '/dev/video2' }]
  const holder = { path: '/dev/video2', pid: 77, program: 'cheese' }
  test('absent', () => {
    const launch = asking(
      { kind: 'camera', id: 'usb-b-video-index0' },
      { kind: 'camera', path: '/dev/video5' },
    )
    assert.deepEqual(told(cameraFindings({ ...device, cameras }, [], launch)), [
      'warn AGENT_PREFLIGHT_NO_CAMERA usb-b-video-index0',
      'warn AGENT_PREFLIGHT_NO_CAMERA /dev/video5',
    ])
    assert.deepEqual(told(cameraFindings(device, [], asking({ kind: 'camera' }))), [
      'warn AGENT_PREFLIGHT_NO_CAMERA /dev/video*',
    ])
  })
  test('held by another program', () => {
    const any = cameraFindings({ ...device, cameras }, [holder], asking({ kind: 'camera' }))
    assert.deepEqual(told(any), ['warn AGENT_PREFLIGHT_CAMERA_HELD /dev/video2 77 cheese'])
    const other = asking({ kind: 'camera', id: 'usb-a-video-index0' })
    assert.deepEqual(cameraFindings({ ...device, cameras }, [holder], other), [])
  })
})

describe('the image', () => {
  const rows: readonly (readonly [
    what: string,
    content: Partial<ImageContent>,
    expected: readonly string[],
    more?: {
      readonly launch?: LaunchProfile
      readonly device?: Partial<DeviceTraits>
      readonly engine?: string
    },
  ])[] = [
    ['that is well', {}, []],
    [
      'with PyQt5 and OpenCV’s Qt (Q3)',
      {
        hasCv2QtPlugins: true,
        qtBindings: ['PyQt5'],
        qtPlugins: [{ path: '/a/libqxcb.so', missing: [] }],
      },
      ['warn AGENT_CAUSE_QT_OPENCV_CLASH'],
    ],
    [
      'that lacks libraries of xcb (Q1, Q2)',
      {
        qtPlugins: [
          { path: '/a/libqxcb.so', missing: ['libxcb-icccm.so.4', 'libxcb-cursor.so.0'] },
          { path: '/b/libqxcb.so', missing: ['libxcb-icccm.so.4', 'libown.so.3'] },
        ],
      },
      [
        'warn AGENT_PREFLIGHT_QT_LIBRARIES libxcb-icccm.so.4 libxcb-cursor.so.0 libown.so.3 libxcb-icccm4 libxcb-cursor0 libown.so.3',
      ],
    ],
    ['with Qt but no xcb', { qtBindings: ['PySide6'] }, ['warn AGENT_PREFLIGHT_QT_PLUGIN']],
    ['with Qt, not looked through', { qtBindings: ['PySide6'], isWhole: false }, []],
    ['without Korean fonts (P8)', { hasKoreanFont: false }, ['warn AGENT_CAUSE_KOREAN_FONT']],
    [
      'without Mesa, for Intel (G3)',
      { hasDriDrivers: false },
      ['warn AGENT_PREFLIGHT_DRI_DRIVERS'],
      { launch: asking({ kind: 'gpu' }), device: { gpus: [{ driver: 'i915' }] } },
    ],
    [
      'without Mesa, for NVIDIA',
      { hasDriDrivers: false },
      [],
      { launch: asking({ kind: 'gpu' }), device: { gpus: [{ driver: 'nvidia' }] } },
    ],
    [
      'for AVX on a processor without (P11)',
      { computeLibraries: ['torch'] },
      ['warn AGENT_PREFLIGHT_NO_AVX torch'],
      { device: { hasAvx: false } },
    ],
    ['for AVX on a processor of which nothing is known', { computeLibraries: ['torch'] }, []],
    [
      'of a new glibc on an old engine (P5)',
      { glibc: '2.36' },
      ['warn AGENT_PREFLIGHT_ENGINE_OLD 20.10.7'],
      { engine: '20.10.7' },
    ],
    ['of an old glibc on an old engine', { glibc: '2.31' }, [], { engine: '20.10.7' }],
    ['without a window', { hasKoreanFont: false }, [], { launch: { containers: [{ name: 'main' }] } }],
  ]
  for (const [what, given, expected, more = {}] of rows) {
    test(what, () => {
      const findings = contentFindings({
        content: { ...content, ...given },
        launch: more.launch ?? shown,
        device: { ...device, ...more.device },
        engineVersion: more.engine ?? engine.version,
      })
      assert.deepEqual(told(findings), expected)
    })
  }

  test('with more missing than a reason holds', () => {
    const missing = Array.from({ length: 60 }, (_, at) => `libvery-long-name-${at}.so.0`)
    const [finding] = contentFindings({
      content: { ...content, qtPlugins: [{ path: '/a/libqxcb.so', missing }] },
      launch: shown,
      device,
      engineVersion: '29.0.0',
    })
    for (const text of Object.values(finding?.reason.parameters ?? {})) assert.ok(String(text).length <= 500)
  })
})

describe('the program', () => {
  const script = { kind: 'found', path: '/run.sh', type: 'script', mode: 0o755, uid: 0 } as const
  const interpreter = { path: '/bin/sh', isThere: true, hasReturn: false }
  const rows: readonly (readonly [string, ProgramFile, readonly string[], ('session' | 'image')?])[] = [
    ['that is well', { ...script, interpreter }, []],
    ['that is not there (E3)', { kind: 'missing' }, ['warn AGENT_CAUSE_COMMAND_NOT_FOUND']],
    ['without x (E4)', { ...script, mode: 0o644, interpreter }, ['warn AGENT_CAUSE_COMMAND_NOT_EXECUTABLE']],
    [
      'that only root may run',
      { ...script, mode: 0o700, interpreter },
      ['warn AGENT_CAUSE_COMMAND_NOT_EXECUTABLE'],
    ],
    ['that only root may run, as root', { ...script, mode: 0o700, interpreter }, [], 'image'],
    ['that is a folder', { ...script, type: 'folder' }, ['warn AGENT_CAUSE_COMMAND_NOT_EXECUTABLE']],
    [
      'for another processor (E5)',
      { ...script, type: 'binary', architecture: 'arm64' },
      ['warn AGENT_CAUSE_ARCHITECTURE'],
    ],
    ['of 32 bits', { ...script, type: 'binary', architecture: '386' }, []],
    ['of a machine we do not know', { ...script, type: 'binary' }, []],
    ['that is no program at all', { ...script, type: 'unknown' }, ['warn AGENT_CAUSE_ARCHITECTURE']],
    [
      'from Windows',
      { ...script, interpreter: { ...interpreter, hasReturn: true } },
      ['warn AGENT_PREFLIGHT_LINE_ENDS ./run.sh'],
    ],
    [
      'without its interpreter',
      { ...script, interpreter: { ...interpreter, isThere: false } },
      ['warn AGENT_PREFLIGHT_INTERPRETER ./run.sh /bin/sh'],
    ],
  ]
  for (const [what, file, expected, user = 'session'] of rows) {
    test(what, () => {
      const findings = programFindings({ program: './run.sh', file, architecture: 'amd64', user })
      assert.deepEqual(told(findings), expected)
    })
  }
})

test('versions are compared by number', () => {
  assert.equal(isOlder('20.10.7', [20, 10, 10]), true)
  assert.equal(isOlder('20.10.24+dfsg1', [20, 10, 10]), false)
  assert.equal(isOlder('2.9', [2, 34]), true)
  assert.equal(isOlder('29', [20, 10, 10]), false)
  assert.equal(isOlder('memory', [20, 10, 10]), false)
})
