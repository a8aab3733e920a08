// Small projects as people have them, read by the real Python: what is started, what is installed, what is told.
import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { planProject } from './plan-project.ts'
import type { PlanWishes, ProjectPlan } from './project-plan.ts'

type Files = Readonly<Record<string, string | Buffer>>

const NO_WISHES: PlanWishes = { requirements: [], systemPackages: [], include: [] }

function projectOf(t: TestContext, files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'bongsu-project-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return root
}

const requirementsOf = ({ python }: ProjectPlan) =>
  python?.lines.map((line) => (line.kind === 'include' ? `-r ${line.path}` : line.text))

interface Row {
  readonly it: string
  readonly files: Files
  readonly wishes?: Partial<PlanWishes>
  readonly starts?: string
  readonly source?: string
  readonly requirements?: readonly string[]
  readonly debian?: readonly string[]
  readonly notDebian?: readonly string[]
  readonly note?: RegExp
  readonly quiet?: true
  readonly packed?: readonly string[]
  readonly data?: readonly string[]
  readonly leftOut?: readonly string[]
}

const QT = 'from PyQt5.QtWidgets import QApplication\n'
const BIG = Buffer.alloc(51 * 1024 * 1024)

const rows: readonly Row[] = [
  {
    it: 'starts main.py',
    files: { 'main.py': '', 'other.py': '' },
    starts: 'main.py',
    requirements: [],
    quiet: true,
  },
  { it: 'starts app.py where there is no main.py', files: { 'app.py': '', 'lib.py': '' }, starts: 'app.py' },
  { it: 'starts the only file', files: { 'viewer.py': '' }, starts: 'viewer.py' },
  {
    it: 'starts the only file that is a program',
    files: { 'viewer.py': 'if __name__ == "__main__":\n    pass\n', 'lib.py': 'x = 1\n' },
    starts: 'viewer.py',
  },
  {
    it: 'starts what is asked for',
    files: { 'main.py': '', 'b/c.py': '' },
    wishes: { program: 'b/c.py' },
    starts: 'b/c.py',
  },
  {
    it: 'takes requirements.txt before anything else',
    files: {
      'main.py': 'import yaml\n',
      'requirements.txt': '# ours\nPyYAML>=6  # parser\n',
      'pyproject.toml': '[project]\nname="x"\nversion="1"\ndependencies=["requests"]\n',
    },
    source: 'requirements.txt',
    requirements: ['PyYAML>=6'],
    quiet: true,
  },
  {
    it: 'keeps extras, markers, pins and indexes',
    files: {
      'main.py': '',
      'requirements.txt':
        '--extra-index-url https://x.example\nuvicorn[standard]==0.30 ; python_version > "3.8"\nfoo @ https://x.example/foo.whl\n',
    },
    requirements: [
      '--extra-index-url https://x.example',
      'uvicorn[standard]==0.30 ; python_version > "3.8"',
      'foo @ https://x.example/foo.whl',
    ],
  },
  {
    it: 'follows lines that go on, and a byte order mark',
    files: { 'main.py': '', 'requirements.txt': '\ufeffnumpy \\\n  >=1\r\nscipy\r\n' },
    requirements: ['numpy    >=1', 'scipy'],
  },
  {
    it: 'leaves included files to pip',
    files: { 'main.py': 'import numpy', 'requirements.txt': '-r base.txt\n', 'base.txt': 'numpy\n' },
    requirements: ['-r base.txt'],
    quiet: true,
  },
  {
    it: 'tells what is imported and named nowhere',
    files: { 'main.py': 'import yaml, numpy\n', 'requirements.txt': 'numpy\n' },
    note: /not in requirements\.txt: yaml/,
  },
  {
    it: 'takes pyproject.toml',
    files: {
      'main.py': '',
      'pyproject.toml': '[project]\nname="x"\nversion="1"\ndependencies=["requests>=2"]\n',
    },
    source: 'pyproject.toml',
    requirements: ['requests>=2'],
  },
  {
    it: 'passes over a pyproject.toml of tools',
    files: { 'main.py': 'import requests\n', 'pyproject.toml': '[tool.black]\nline-length = 100\n' },
    source: 'imports',
    requirements: ['requests'],
  },
  {
    it: 'guesses from imports by their names on PyPI',
    files: {
      'main.py': 'import yaml\nfrom PIL import Image\nimport sklearn.svm\nimport serial\nfrom bs4 import x\n',
    },
    source: 'imports',
    requirements: ['beautifulsoup4', 'pillow', 'pyserial', 'PyYAML', 'scikit-learn'],
  },
  {
    it: 'knows what belongs to Python and to the project',
    files: {
      'main.py': 'import os, json, helper, pack.part\nfrom . import x\nfrom pack import y\n',
      'helper.py': 'import sqlite3',
      'pack/__init__.py': '',
      'pack/part.py': 'import logging',
    },
    requirements: [],
  },
  {
    it: 'leaves out what may be missing',
    files: {
      'main.py': 'try:\n    import ujson\nexcept ImportError:\n    import simplejson\nimport numpy\n',
    },
    requirements: ['numpy'],
  },
  {
    it: 'takes what is optional in one place and needed in another',
    files: { 'main.py': 'try:\n    import numpy\nexcept ImportError:\n    pass\n', 'b.py': 'import numpy\n' },
    requirements: ['numpy'],
  },
  {
    it: 'passes over imports for type checkers',
    files: { 'main.py': 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n' },
    requirements: [],
  },
  {
    it: 'sees imports by name',
    files: { 'main.py': 'import importlib\nimportlib.import_module("requests")\n' },
    requirements: ['requests'],
  },
  {
    it: 'sees imports within functions',
    files: { 'main.py': 'def f():\n    import requests\n' },
    requirements: ['requests'],
  },
  {
    it: 'gives Qt what its xcb plugin loads, and a Korean font',
    files: { 'main.py': QT },
    requirements: ['PyQt5'],
    debian: ['libxcb-cursor0', 'libxcb-xinerama0', 'libxkbcommon-x11-0', 'fonts-nanum', 'python3'],
  },
  {
    it: 'takes headless OpenCV beside Qt',
    files: { 'main.py': `${QT}import cv2\n` },
    requirements: ['opencv-python-headless', 'PyQt5'],
    note: /its own Qt/,
  },
  {
    it: 'keeps the version of OpenCV that was asked for',
    files: { 'main.py': 'import cv2\n', 'requirements.txt': 'opencv-contrib-python==4.9.0.80\n' },
    requirements: ['opencv-contrib-python-headless==4.9.0.80'],
  },
  {
    it: 'keeps OpenCV with windows where it opens one',
    files: { 'main.py': 'import cv2\ncv2.imshow("a", 1)\n' },
    requirements: ['opencv-python'],
    debian: ['libgl1', 'libxcb-icccm4', 'fonts-nanum'],
  },
  {
    it: 'warns where both open windows',
    files: { 'main.py': `${QT}import cv2\ncv2.imshow("a", 1)\n` },
    requirements: ['opencv-python', 'PyQt5'],
    note: /windows are opened by both/,
  },
  {
    it: 'asks for one OpenCV only',
    files: {
      'main.py': 'import cv2\n',
      'requirements.txt': 'opencv-python\nopencv-python-headless==4.9.0.80\n',
    },
    requirements: ['opencv-python-headless'],
  },
  {
    it: 'has Tk and GTK from Debian',
    files: { 'main.py': 'import tkinter, gi\n' },
    requirements: [],
    debian: ['python3-tk', 'python3-gi', 'gir1.2-gtk-3.0', 'fonts-nanum'],
  },
  {
    it: 'adds no screen to a program without one',
    files: { 'main.py': 'import requests\n' },
    notDebian: ['fonts-nanum', 'libgl1'],
  },
  {
    it: 'adds what is wished',
    files: { 'main.py': 'import numpy\n' },
    wishes: { requirements: ['PyYAML==6.0.2'], systemPackages: ['ffmpeg'] },
    requirements: ['numpy', 'PyYAML==6.0.2'],
    debian: ['ffmpeg'],
  },
  {
    it: 'packs weights that the program opens, whatever their size',
    files: { 'main.py': 'open("weights/net.onnx")\n', 'weights/net.onnx': BIG },
    data: ['weights/net.onnx'],
    packed: ['main.py', 'weights/net.onnx'],
  },
  {
    it: 'finds data that a file names relative to itself',
    files: {
      'main.py': '',
      'pack/__init__.py': '',
      'pack/look.py': 'P = "style.qss"\n',
      'pack/style.qss': 'x',
    },
    data: ['pack/style.qss'],
  },
  {
    it: 'leaves out what is large and named by nobody, and says so',
    files: { 'main.py': '', 'recording.avi': BIG },
    leftOut: ['recording.avi'],
    packed: ['main.py'],
  },
  {
    it: 'packs it where it is wished',
    files: { 'main.py': '', 'videos/recording.avi': BIG },
    wishes: { include: ['videos'] },
    packed: ['main.py', 'videos/recording.avi'],
    leftOut: [],
  },
  {
    it: 'tells of weights that are not there',
    files: { 'main.py': 'model = YOLO("yolov8n.pt")\n' },
    note: /names yolov8n\.pt, which is not in the project/,
  },
  {
    it: 'takes no address for a file',
    files: { 'main.py': 'open("rtsp://10.0.0.1/a.mp4")\nx = "https://x.example/yolo.pt"\n' },
    quiet: true,
  },
  {
    it: 'leaves out version control, caches, secrets and what .dockerignore names',
    files: {
      'main.py': '',
      '.git/config': 'x',
      '__pycache__/main.cpython-311.pyc': 'x',
      '.env': 'TOKEN=1',
      'notes/a.txt': 'x',
      'data/b.txt': 'x',
      'data/keep.txt': 'x',
      '.dockerignore': '# not these\nnotes/\ndata/*\n!data/keep.txt\n',
    },
    packed: ['data/keep.txt', 'main.py'],
  },
  {
    it: 'goes on beside a file that is no Python',
    files: { 'main.py': '', 'old.py': 'print "hello"\n' },
    note: /old\.py was not looked into/,
  },
]

for (const row of rows) {
  test(`a project: ${row.it}`, async (t) => {
    const plan = await planProject(projectOf(t, row.files), { ...NO_WISHES, ...row.wishes })
    const names = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path)
    if (row.starts) assert.deepEqual(plan.command, ['python3', `/app/${row.starts}`])
    if (row.source) assert.equal(plan.python?.source, row.source)
    if (row.requirements) assert.deepEqual(requirementsOf(plan), row.requirements)
    for (const name of row.debian ?? []) assert.ok(plan.systemPackages.includes(name), `${name} is installed`)
    for (const name of row.notDebian ?? []) assert.ok(!plan.systemPackages.includes(name), `${name} is not`)
    const notes = plan.notes.map(({ en }) => en)
    if (row.note) assert.match(notes.join('\n'), row.note)
    if (row.quiet) assert.deepEqual(notes, [])
    if (row.packed) assert.deepEqual(names(plan.files), row.packed)
    if (row.data) assert.deepEqual(names(plan.data), row.data)
    if (row.leftOut) assert.deepEqual(names(plan.leftOut), row.leftOut)
    for (const { en, ko } of plan.notes) assert.notEqual(en, ko)
  })
}

const refusals: readonly (readonly [it: string, files: Files, code: string])[] = [
  ['nothing to start', { 'readme.txt': '' }, 'CLI_BUILD_NO_PROGRAM'],
  [
    'two programs',
    { 'a.py': 'if __name__ == "__main__": pass', 'b.py': 'if __name__ == "__main__": pass' },
    'CLI_BUILD_MANY_PROGRAMS',
  ],
  ['a program that is no Python', { 'main.py': 'print "hello"\n' }, 'CLI_BUILD_SOURCE_BROKEN'],
  ['a broken pyproject.toml', { 'main.py': '', 'pyproject.toml': '[project\n' }, 'CLI_BUILD_SOURCE_BROKEN'],
  ['only a Windows program', { 'setup.exe': Buffer.from('MZ\x90\0', 'latin1') }, 'CLI_BUILD_WINDOWS_PROGRAM'],
]
for (const [it, files, code] of refusals) {
  test(`a project is refused: ${it}`, async (t) => {
    await assert.rejects(
      planProject(projectOf(t, files), NO_WISHES),
      (error) => isCodedError(error) && error.code === code,
    )
  })
}

test('what is installed in the virtual environment counts, without Python’s own tools', async (t) => {
  const site = '.venv/lib/python3.11/site-packages'
  const root = projectOf(t, {
    'main.py': 'import yaml\n',
    '.venv/pyvenv.cfg': 'home = /usr/bin\n',
    // Stands for the environment's Python: it says what is installed there.
    '.venv/bin/python': '#!/bin/sh\nprintf "pip==24.0\\nPyYAML==6.0.1\\n"\n',
    [`${site}/yaml/__init__.py`]: '',
  })
  chmodSync(join(root, '.venv/bin/python'), 0o755)
  const plan = await planProject(root, NO_WISHES)
  assert.equal(plan.python?.source, 'environment')
  assert.deepEqual(requirementsOf(plan), ['PyYAML==6.0.1'])
  assert.deepEqual(
    plan.files.map(({ path }) => path),
    ['main.py'],
  )
})

test('a link to a file is packed as that file, one to nowhere is told', async (t) => {
  const root = projectOf(t, { 'main.py': '' })
  symlinkSync('/etc/hostname', join(root, 'name.txt'))
  symlinkSync('/nowhere/at/all', join(root, 'gone.txt'))
  const plan = await planProject(root, NO_WISHES)
  assert.deepEqual(
    plan.files.map(({ path }) => path),
    ['main.py', 'name.txt'],
  )
  assert.match(plan.notes.map(({ en }) => en).join(), /gone\.txt is a link/)
})

test('one Linux program gets what it is linked against', async (t) => {
  const root = projectOf(t, {})
  cpSync(process.execPath, join(root, 'program'))
  const plan = await planProject(join(root, 'program'), NO_WISHES)
  assert.deepEqual(plan.command, ['/app/program'])
  assert.equal(plan.python, undefined)
  assert.deepEqual(plan.files, [{ path: 'program', bytes: plan.files[0]?.bytes, isExecutable: true }])
  assert.ok(plan.systemPackages.includes('libstdc++6'), plan.systemPackages.join(' '))
})
