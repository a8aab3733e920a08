import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainEnd } from './explain-end.ts'
import { packageOfLibrary } from './system-packages.ts'

const rows: readonly (readonly [log: string, code: string, words: RegExp])[] = [
  ["ModuleNotFoundError: No module named 'cv2'", 'CLI_BUILD_MODULE_MISSING', /--requirement opencv-python/],
  ['ImportError: No module named tkinter.ttk', 'CLI_BUILD_MODULE_MISSING', /--apt python3-tk/],
  [
    'ImportError: libGL.so.1: cannot open shared object file: No such file or directory',
    'CLI_BUILD_LIBRARY_MISSING',
    /--apt libgl1/,
  ],
  [
    './a: error while loading shared libraries: libfoo-2.so.7: cannot open shared object file: No such file',
    'CLI_BUILD_LIBRARY_MISSING',
    /--apt libfoo-2-7/,
  ],
  [
    "FileNotFoundError: [Errno 2] No such file or directory: 'weights/a.pt'",
    'CLI_BUILD_FILE_MISSING',
    /weights\/a\.pt/,
  ],
  ["./a: /lib/libc.so.6: version `GLIBC_2.38' not found (required by ./a)", 'CLI_BUILD_TOO_NEW', /2\.38/],
  ['Segmentation fault', 'CLI_BUILD_DOES_NOT_START', /Segmentation/],
]

for (const [log, code, words] of rows) {
  test(`a program that ended: ${code} ${words.source}`, () => {
    const reason = explainEnd(1, `line\n${log}\n`)
    assert.equal(reason?.code, code)
    assert.match(JSON.stringify(reason?.toReason().parameters), words)
  })
}

test('a program that finished well has nothing to explain', () => {
  assert.equal(explainEnd(0, 'ModuleNotFoundError: No module named x'), undefined)
})

test('Debian names packages of libraries after them', () => {
  const rows = [
    ['libX11.so.6', 'libx11-6'],
    ['libxcb-icccm.so.4', 'libxcb-icccm4'],
    ['libQt5Widgets.so.5', 'libqt5widgets5'],
    ['libGL.so.1', 'libgl1'],
    ['plugin.so', undefined],
  ] as const
  for (const [library, name] of rows) assert.equal(packageOfLibrary(library), name)
})
