// What images answered, and what they could answer out of malice.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { Check } from 'typebox/value'
import { CONTENT_SCRIPT, ImageContent, parseContent } from './image-content.ts'

test('wheels of PyQt5 and OpenCV on a slim base', () => {
  const output = `glibc 2.36
korean-font no
found /opt/wheels/cv2/qt/plugins
found /opt/wheels/cv2/qt/plugins/platforms/libqxcb.so
found /opt/wheels/PyQt5
found /opt/wheels/PyQt5/Qt5/plugins/platforms/libqxcb.so
missing libxcb-icccm.so.4
missing libxkbcommon-x11.so.0
missing libxcb-icccm.so.4
found /usr/lib/python3/dist-packages/torch
end
`
  assert.deepEqual(parseContent(output), {
    isWhole: true,
    qtPlugins: [
      { path: '/opt/wheels/cv2/qt/plugins/platforms/libqxcb.so', missing: [] },
      {
        path: '/opt/wheels/PyQt5/Qt5/plugins/platforms/libqxcb.so',
        missing: ['libxcb-icccm.so.4', 'libxkbcommon-x11.so.0'],
      },
    ],
    hasCv2QtPlugins: true,
    qtBindings: ['PyQt5'],
    hasDriDrivers: false,
    computeLibraries: ['torch'],
    hasKoreanFont: false,
    glibc: '2.36',
  })
})

test('an image without tools, cut short', () => {
  const { isWhole, hasKoreanFont, glibc } = parseContent('glibc \nfound /usr/lib/dri/iris_dri.so\n')
  assert.deepEqual([isWhole, hasKoreanFont, glibc], [false, undefined, undefined])
  assert.equal(parseContent('found /usr/lib/dri/iris_dri.so\r\n').hasDriDrivers, true)
})

test('any answer makes a record that can be kept', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 2000 }),
    fc.string().map((text) => `found /${text}/libqxcb.so`),
    fc.stringMatching(/^missing [\w.+-]{1,300}$/),
    fc.constantFrom('korean-font yes', 'glibc 2.x', 'end'),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 200 }), (lines) => {
      assert.ok(Check(ImageContent, parseContent(lines.join('\n'))))
    }),
  )
})

test('the script is one that a POSIX shell takes', () => {
  execFileSync('sh', ['-n', '-c', CONTENT_SCRIPT])
})
