import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain, type ImageConfiguration, type LaunchProfile } from '@bongsu/protocol'
import fc from 'fast-check'
import type { LayerContents } from '../images/layer-contents.ts'
import { mergeLayers } from './image-contents.ts'
import { type Fleet, judgeImage } from './judge-image.ts'

const layer = (paths: readonly string[], more: Partial<LayerContents> = {}): LayerContents => ({
  paths,
  removed: [],
  programs: [],
  ...more,
})
const SITE = 'usr/lib/python3/site-packages'
const FONT = 'usr/share/fonts/truetype/nanum/NanumGothic.ttf'
const XCB = [
  'libxkbcommon-x11.so.0',
  'libxcb-icccm.so.4',
  'libxcb-image.so.0',
  'libxcb-keysyms.so.1',
  'libxcb-render-util.so.0',
].map((name) => `usr/lib/x86_64-linux-gnu/${name}`)
const PYQT = [`${SITE}/PyQt5-5.15.11.dist-info/METADATA`, `${SITE}/PyQt5/Qt5/plugins/platforms/libqxcb.so`]
const CV2 = [
  `${SITE}/opencv_python-4.9.0.80.dist-info/METADATA`,
  `${SITE}/cv2/qt/plugins/platforms/libqxcb.so`,
]
const SHOWN: LaunchProfile = { containers: [{ name: 'main' }], display: { required: true } }
const GOOD: ImageConfiguration = { command: ['python3', '/app/main.py'], user: '10001:10001' }

interface Row {
  readonly it: string
  readonly layers?: readonly (LayerContents | undefined)[]
  readonly profile?: LaunchProfile
  readonly configuration?: ImageConfiguration
  readonly fleet?: Fleet
  readonly found: readonly string[]
}

const rows: readonly Row[] = [
  { it: 'that is well', layers: [layer([FONT, ...PYQT, ...XCB])], found: [] },
  {
    it: 'with PyQt and OpenCV’s own Qt',
    layers: [layer([FONT, ...PYQT, ...XCB, ...CV2])],
    found: ['AGENT_CAUSE_QT_OPENCV_CLASH'],
  },
  { it: 'with OpenCV’s own Qt alone', layers: [layer([FONT, ...CV2])], found: [] },
  {
    it: 'whose OpenCV was taken away again',
    layers: [layer([FONT, ...PYQT, ...XCB, ...CV2]), layer([], { removed: [`${SITE}/cv2`] })],
    found: [],
  },
  { it: 'with PyQt and no xcb libraries', layers: [layer([FONT, ...PYQT])], found: ['HUB_GATE_XCB_MISSING'] },
  {
    it: 'with Qt 6 and no libxcb-cursor',
    layers: [layer([FONT, ...XCB, `${SITE}/PyQt6/Qt6/plugins/platforms/libqxcb.so`])],
    found: ['HUB_GATE_XCB_MISSING'],
  },
  {
    it: 'without a Korean font',
    layers: [layer(['usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'])],
    found: ['HUB_GATE_NO_HANGUL_FONT'],
  },
  {
    it: 'without a font and without a screen',
    layers: [layer([])],
    profile: { containers: [{ name: 'main' }] },
    found: [],
  },
  {
    it: 'with docker flags as its command',
    layers: [layer([FONT])],
    configuration: { ...GOOD, command: ['--gpus', 'all'] },
    found: ['AGENT_CAUSE_ENGINE_FLAG_AS_COMMAND'],
  },
  {
    it: 'without any command',
    layers: [layer([FONT])],
    configuration: { user: '1' },
    found: ['AGENT_PREFLIGHT_NO_COMMAND'],
  },
  {
    it: 'of programs for another processor',
    layers: [layer([FONT], { programs: [{ path: 'usr/bin/a', architecture: 'arm64' }] })],
    found: ['HUB_GATE_FOREIGN_PROGRAMS'],
  },
  {
    it: 'with one odd program among many',
    layers: [
      layer([FONT], {
        programs: ['a', 'b', 'c'].map((name) => ({
          path: `usr/bin/${name}`,
          architecture: name === 'a' ? 'arm64' : 'amd64',
        })),
      }),
    ],
    found: [],
  },
  {
    it: 'that no device can run',
    layers: [layer([FONT])],
    fleet: { architectures: ['arm64'] },
    found: ['HUB_GATE_NO_SUCH_DEVICE'],
  },
  { it: 'before there are devices', layers: [layer([FONT])], fleet: { architectures: [] }, found: [] },
  {
    it: 'too large for the smallest device',
    layers: [layer([FONT])],
    fleet: { architectures: ['amd64'], smallest: { id: 'dev-a', freeBytes: 1000 } },
    found: ['HUB_GATE_TOO_LARGE'],
  },
  {
    it: 'that runs as root without a display',
    layers: [layer([])],
    profile: { containers: [{ name: 'main' }] },
    configuration: { command: ['a'] },
    found: ['HUB_GATE_ROOT'],
  },
  {
    it: 'of root, run by the session’s user',
    layers: [layer([FONT])],
    configuration: { command: ['a'] },
    found: [],
  },
  {
    it: 'with secrets in its variables',
    layers: [layer([FONT])],
    configuration: {
      ...GOOD,
      environment: [
        'PATH=/usr/bin',
        'AWS_SECRET_ACCESS_KEY=abcdefgh12345678',
        'TOKEN_FILE=/run/secrets/token',
        'API_KEY=$API_KEY',
      ],
    },
    found: ['HUB_GATE_SECRET_IN_ENVIRONMENT'],
  },
  {
    it: 'with a password in an address of the profile',
    layers: [layer([FONT])],
    profile: {
      ...SHOWN,
      containers: [{ name: 'main', environment: { CAMERA: 'rtsp://admin:hunter22@10.0.0.9/main' } }],
    },
    found: ['HUB_GATE_SECRET_IN_ENVIRONMENT'],
  },
  { it: 'with a layer from before', layers: [undefined, layer(PYQT)], found: ['HUB_GATE_LAYERS_UNKNOWN'] },
]

for (const {
  it,
  layers = [],
  profile = SHOWN,
  configuration = GOOD,
  fleet = { architectures: ['amd64'] },
  found,
} of rows) {
  test(`an image ${it}`, () => {
    const image = { architecture: 'amd64', downloadBytes: 1000, unpackedBytes: 3000, configuration }
    const findings = judgeImage({ image, profile, contents: mergeLayers(layers) }, fleet)
    assert.deepEqual(
      findings.map(({ code }) => code),
      found,
    )
    for (const reason of findings) {
      for (const language of ['ko', 'en'] as const)
        assert.doesNotMatch(explain(reason, language).title, /\{\w+\}/)
      assert.doesNotMatch(JSON.stringify(reason), /abcdefgh12345678|hunter22/)
    }
  })
}

test('layers merge as an engine stacks them', () => {
  const path = fc.constantFrom('a/x.ttf', 'a/y.ttf', 'a/b/z.ttf', 'b/x.ttf', 'c.ttf')
  const removed = fc.constantFrom('a', 'a/', 'a/x.ttf', 'a/b', 'b/', 'c.ttf')
  const made = fc.record({
    paths: fc.uniqueArray(path),
    removed: fc.uniqueArray(removed),
    programs: fc.constant([]),
  })
  const seed = Date.now() % 2 ** 31
  fc.assert(
    fc.property(fc.array(made, { maxLength: 5 }), (layers) => {
      const merged = mergeLayers(layers).paths
      for (const one of ['a/x.ttf', 'a/y.ttf', 'a/b/z.ttf', 'b/x.ttf', 'c.ttf']) {
        const last = layers.findLastIndex(({ paths }) => paths.some((path) => path === one))
        const isHidden = layers.some(
          (later, at) =>
            at > last &&
            later.removed.some((gone) => one === gone || one.startsWith(`${gone.replace(/\/$/, '')}/`)),
        )
        assert.equal(merged.has(one), last >= 0 && !isHidden, JSON.stringify([one, layers]))
      }
    }),
    { seed, numRuns: 500 },
  )
})
