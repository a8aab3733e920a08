// Debian packages beside the wheels: what graphical libraries load at run time and slim bases do not have. Pure.

/** What Qt's xcb platform plugin is linked against, and Qt itself. Source: doc.qt.io, Qt for Linux/X11 requirements. */
const QT = [
  'libdbus-1-3',
  'libegl1',
  'libfontconfig1',
  'libgl1',
  'libglib2.0-0',
  'libx11-xcb1',
  'libxcb-cursor0',
  'libxcb-icccm4',
  'libxcb-image0',
  'libxcb-keysyms1',
  'libxcb-randr0',
  'libxcb-render-util0',
  'libxcb-render0',
  'libxcb-shape0',
  'libxcb-shm0',
  'libxcb-sync1',
  'libxcb-util1',
  'libxcb-xfixes0',
  'libxcb-xinerama0',
  'libxcb-xkb1',
  'libxkbcommon-x11-0',
  'libxkbcommon0',
]
const OPENGL = ['libgl1', 'libglx-mesa0', 'libgl1-mesa-dri']

const NEEDS: readonly (readonly [distribution: RegExp, packages: readonly string[]])[] = [
  [/^(pyqt[56]|pyside[26])(-.*)?$/, [...QT, ...OPENGL]],
  [/^opencv-(contrib-)?python$/, [...QT, ...OPENGL, 'libsm6', 'libxext6', 'libxrender1']],
  [/^opencv-(contrib-)?python-headless$/, ['libglib2.0-0']],
  [
    /^(pyopengl|glfw|moderngl|pyglet|arcade|open3d|vtk|pyvista|mayavi)$/,
    [...OPENGL, 'libx11-6', 'libxrender1'],
  ],
  [/^(pygame|pygame-ce|kivy|pysdl2)$/, [...OPENGL, 'libx11-6', 'libxext6']],
  [/^mediapipe$/, ['libgl1', 'libegl1', 'libgles2', 'libglib2.0-0']],
  [/^(ultralytics|torch|torchvision|onnxruntime|tensorflow|scikit-learn)$/, ['libgomp1']],
  [/^(soundfile|librosa)$/, ['libsndfile1']],
  [/^sounddevice$/, ['libportaudio2']],
  [/^(python-xlib|pynput|pyautogui)$/, ['libx11-6', 'libxtst6']],
  [/^pyzbar$/, ['libzbar0']],
  [/^pytesseract$/, ['tesseract-ocr', 'tesseract-ocr-kor']],
]

const GRAPHICAL =
  /^(pyqt[56]|pyside[26]|opencv-(contrib-)?python|matplotlib|pygame|pygame-ce|kivy|pyglet|arcade|dearpygui|wxpython|flet|nicegui|customtkinter|vtk|pyvista)(-.*)?$/

/** Hangul in windows is boxes without it. */
export const HANGUL_FONT = 'fonts-nanum'

/**
 * @param distributions normalised names
 * @param wanted packages that are known to be needed otherwise
 * @returns sorted, each once
 */
export function systemPackagesFor(distributions: readonly string[], wanted: readonly string[]): string[] {
  const found = distributions.flatMap((name) =>
    NEEDS.flatMap(([pattern, packages]) => (pattern.test(name) ? packages : [])),
  )
  const isGraphical =
    distributions.some((name) => GRAPHICAL.test(name)) ||
    wanted.some((name) => /^python3-(tk|wx)|gtk|^libgtk|^libqt|^libx11/.test(name))
  return [...new Set([...found, ...wanted, ...(isGraphical ? [HANGUL_FONT, 'fontconfig'] : [])])].toSorted()
}

/** Of a library that a program says is missing; undefined where only its author can know. */
export function packageOfLibrary(soname: string): string | undefined {
  const known: Readonly<Record<string, string>> = {
    'libGL.so.1': 'libgl1',
    'libEGL.so.1': 'libegl1',
    'libGLESv2.so.2': 'libgles2',
    'libgthread-2.0.so.0': 'libglib2.0-0',
    'libglib-2.0.so.0': 'libglib2.0-0',
    'libgobject-2.0.so.0': 'libglib2.0-0',
    'libgio-2.0.so.0': 'libglib2.0-0',
    'libgtk-3.so.0': 'libgtk-3-0',
    'libgdk-3.so.0': 'libgtk-3-0',
    'libgdk_pixbuf-2.0.so.0': 'libgdk-pixbuf-2.0-0',
    'libstdc++.so.6': 'libstdc++6',
    'libgcc_s.so.1': 'libgcc-s1',
    'libz.so.1': 'zlib1g',
    'libSDL2-2.0.so.0': 'libsdl2-2.0-0',
    'libasound.so.2': 'libasound2',
    'libSM.so.6': 'libsm6',
    'libICE.so.6': 'libice6',
    'libssl.so.3': 'libssl3',
    'libcrypto.so.3': 'libssl3',
  }
  if (known[soname] !== undefined) return known[soname]
  // How Debian names a library's package after its soname. Source: Debian Policy 8.1.
  const [, stem = '', version = ''] = /^(lib[\w+.-]+?)\.so\.(\d+)$/.exec(soname) ?? []
  if (stem === '') return undefined
  const name = stem.toLowerCase().replaceAll('_', '-')
  return /\d$/.test(name) ? `${name}-${version}` : `${name}${version}`
}

/** Every system has them. */
const C_LIBRARY = /^(libc|libm|libdl|libpthread|librt|libutil|libresolv|libnsl|ld-linux[\w-]*)\.so\.\d+$/

export const librariesBesideC = (sonames: readonly string[]): string[] =>
  sonames.filter((name) => !C_LIBRARY.test(name))
