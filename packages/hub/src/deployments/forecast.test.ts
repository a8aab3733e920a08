import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Device, explain, type LaunchProfile, type PackageImage } from '@bongsu/protocol'
import { type ForecastInput, forecast } from './forecast.ts'

const NOW = '2026-11-23T00:00:00.000Z'
const DIGEST = `sha256:${'0'.repeat(64)}`

const device = (more: Partial<Device> = {}): Device => ({
  id: 'dev-aaaaaaaaaaaaaaaa',
  name: '정문',
  entered: {},
  observed: { facts: { architecture: 'amd64' }, observedAt: NOW },
  approval: 'accepted',
  connection: { state: 'online', lastSeenAt: NOW },
  display: { state: 'ready', number: 0, checkedAt: NOW },
  keyFingerprints: [],
  desiredGeneration: 0,
  reportedGeneration: 0,
  registeredAt: NOW,
  revision: 1,
  ...more,
})

const image: PackageImage = {
  imageId: DIGEST,
  architecture: 'amd64',
  operatingSystem: 'linux',
  archiveDigest: DIGEST,
  downloadBytes: 1_000_000_000,
  unpackedBytes: 2_000_000_000,
  layers: 1,
  tags: [],
}

const version = (
  profile: Partial<LaunchProfile> = {},
  more: Partial<PackageImage> = {},
): ForecastInput['version'] => ({
  packageId: 'detector',
  version: '1',
  profile: { containers: [{ name: 'main' }], display: { required: true }, ...profile },
  needs: { display: true, gpu: false, cameras: 0 },
  state: 'ready',
  image: { ...image, ...more },
  registeredAt: NOW,
  revision: 1,
})

const facts = (more: object): Partial<Device> => ({
  observed: { facts: { architecture: 'amd64', ...more }, observedAt: NOW },
})
const shown = (more: Partial<NonNullable<Device['display']>>): Partial<Device> => ({
  display: { state: 'ready', checkedAt: NOW, ...more },
})
const main = (more: object): Partial<LaunchProfile> => ({ containers: [{ name: 'main', ...more }] })
const output = { name: 'HDMI-1', x: 0, y: 0, widthPixels: 1, heightPixels: 1, isPrimary: true }
const onOutput: Partial<LaunchProfile> = { display: { required: true, output: 'DP-1' } }
const asksForCamera = main({ devices: [{ kind: 'camera', id: 'usb-cam' }] })

/** What is asked, of which device; `!` before what would keep it from showing. */
const rows: readonly (readonly [string, Partial<ForecastInput>, readonly string[]])[] = [
  ['nothing, when all is well', {}, []],
  [
    'nothing of what is unknown',
    { device: device({ observed: undefined, display: undefined, health: undefined } as never) },
    [],
  ],
  [
    'a device that was not accepted',
    { device: device({ approval: 'pending' }) },
    ['!HUB_DEVICE_NOT_ACCEPTED'],
  ],
  ['another processor', { device: device(facts({ architecture: 'arm64' })) }, ['!HUB_ARCHITECTURE_MISMATCH']],
  [
    'a device that is away',
    { device: device({ connection: { state: 'offline' } }) },
    ['HUB_FORECAST_DEVICE_AWAY'],
  ],
  [
    'an engine that is away',
    { device: device({ health: { measuredAt: NOW, engine: 'unreachable' } }) },
    ['HUB_FORECAST_ENGINE_AWAY'],
  ],
  ['no display', { device: device(shown({ state: 'no_display' })) }, ['!HUB_DEVICE_WITHOUT_DISPLAY']],
  ['a display that went', { device: device(shown({ state: 'lost' })) }, ['HUB_FORECAST_DISPLAY_NOT_READY']],
  [
    'no display that is not needed',
    { device: device(shown({ state: 'no_display' })), version: version({ display: { required: false } }) },
    [],
  ],
  [
    'a display without glass',
    { device: device(shown({ isVirtual: true })) },
    ['HUB_FORECAST_DISPLAY_VIRTUAL'],
  ],
  ['a dark screen', { device: device(shown({ power: 'off' })) }, ['HUB_FORECAST_SCREEN_DARK']],
  [
    'a monitor that is not there',
    { device: device(shown({ outputs: [output] })), version: version(onOutput) },
    ['HUB_FORECAST_NO_OUTPUT'],
  ],
  [
    'no GPU',
    { device: device(facts({ gpuNodes: [] })), version: version(main({ devices: [{ kind: 'gpu' }] })) },
    ['HUB_FORECAST_NO_GPU'],
  ],
  [
    'another camera',
    { device: device(facts({ cameras: [{ path: '/dev/video0' }] })), version: version(asksForCamera) },
    ['!HUB_FORECAST_NO_CAMERA'],
  ],
  [
    'the camera asked for',
    {
      device: device(facts({ cameras: [{ id: 'usb-cam', path: '/dev/video4' }] })),
      version: version(asksForCamera),
    },
    [],
  ],
  [
    'a full disk',
    { device: device({ health: { measuredAt: NOW, diskFreeBytes: 2_999_999_999 } }) },
    ['!HUB_FORECAST_DISK'],
  ],
  [
    'too little memory',
    {
      device: device({ health: { measuredAt: NOW, memoryTotalBytes: 1e9 } }),
      version: version(main({ resources: { memoryBytes: 2e9 } })),
    },
    ['HUB_FORECAST_MEMORY'],
  ],
  [
    'a secret that nobody entered',
    { version: version(main({ secrets: [{ name: 'camera-gate' }, { name: 'licence', file: 'key' }] })) },
    ['!HUB_FORECAST_NO_SECRET'],
  ],
  [
    'a port that is taken',
    {
      version: version(main({ ports: [{ containerPort: 1, hostPort: 8080 }] })),
      present: [
        {
          launchId: 'lau-a',
          profile: { containers: [{ name: 'x', ports: [{ containerPort: 2, hostPort: 8080 }] }] },
        },
      ],
    },
    ['!HUB_FORECAST_PORT_TAKEN'],
  ],
  [
    'a port that is published twice',
    {
      version: version(
        main({
          ports: [
            { containerPort: 1, hostPort: 8080 },
            { containerPort: 2, hostPort: 8080 },
          ],
        }),
      ),
    },
    ['!HUB_FORECAST_PORT_TWICE'],
  ],
  [
    'the same number of another protocol',
    {
      version: version(main({ ports: [{ containerPort: 1, hostPort: 8080, protocol: 'udp' }] })),
      present: [
        {
          launchId: 'lau-a',
          profile: { containers: [{ name: 'x', ports: [{ containerPort: 2, hostPort: 8080 }] }] },
        },
      ],
    },
    [],
  ],
]

for (const [what, given, expected] of rows) {
  test(`foresees ${what}`, () => {
    const { obstacles, warnings } = forecast({
      device: device(),
      version: version(),
      present: [],
      presentSecrets: new Set(['camera-gate']),
      ...given,
    })
    assert.deepEqual(
      [...obstacles.map(({ code }) => `!${code}`), ...warnings.map(({ code }) => code)],
      expected,
    )
    for (const reason of [...obstacles, ...warnings]) {
      for (const language of ['ko', 'en'] as const) {
        const { title, remedy } = explain(reason, language)
        assert.doesNotMatch(title + remedy, /[{}]/)
      }
    }
  })
}

test('foresees docker flags that stand where the command should', () => {
  const asked = version(main({ command: ['--device', '/dev/dri'] }), { configuration: {} })
  const { obstacles } = forecast({
    device: device(),
    version: asked,
    present: [],
    presentSecrets: new Set(),
  })
  assert.ok(obstacles.length > 0)
})
