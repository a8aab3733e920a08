// Which distribution brings what is imported: names on PyPI are not those in programs. Pure.

/** Imported name to distribution, where the two differ and programs of this field meet them. */
const DISTRIBUTION_OF: Readonly<Record<string, string>> = {
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  Crypto: 'pycryptodome',
  cv2: 'opencv-python',
  dateutil: 'python-dateutil',
  discord: 'discord.py',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  faiss: 'faiss-cpu',
  fitz: 'PyMuPDF',
  git: 'GitPython',
  google: 'protobuf',
  gpiod: 'gpiod',
  grpc: 'grpcio',
  jose: 'python-jose',
  jwt: 'PyJWT',
  kafka: 'kafka-python',
  magic: 'python-magic',
  mediapipe: 'mediapipe',
  mpl_toolkits: 'matplotlib',
  MySQLdb: 'mysqlclient',
  nacl: 'PyNaCl',
  OpenGL: 'PyOpenGL',
  OpenSSL: 'pyOpenSSL',
  paho: 'paho-mqtt',
  PIL: 'pillow',
  pkg_resources: 'setuptools',
  psycopg2: 'psycopg2-binary',
  pydantic_settings: 'pydantic-settings',
  pylab: 'matplotlib',
  pymysql: 'PyMySQL',
  pythonosc: 'python-osc',
  rtmidi: 'python-rtmidi',
  serial: 'pyserial',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  socketio: 'python-socketio',
  telegram: 'python-telegram-bot',
  usb: 'pyusb',
  websocket: 'websocket-client',
  win32api: 'pywin32',
  Xlib: 'python-xlib',
  yaml: 'PyYAML',
  zmq: 'pyzmq',
}

/** What PyPI has no ready wheel of, or what belongs to the system's Python: the Debian package that brings it. */
const DEBIAN_PACKAGE_OF: Readonly<Record<string, string>> = {
  cairo: 'python3-cairo',
  dbus: 'python3-dbus',
  gi: 'python3-gi gir1.2-gtk-3.0',
  pyaudio: 'python3-pyaudio',
  smbus: 'python3-smbus',
  tkinter: 'python3-tk',
  vtkmodules: 'python3-vtk9',
  wx: 'python3-wxgtk4.0',
}

export type ModuleSource =
  | { readonly kind: 'distribution'; readonly name: string }
  | { readonly kind: 'debian'; readonly packages: readonly string[] }

/** @param module top-level name, as imported */
export function sourceOfModule(module: string): ModuleSource {
  const packages = DEBIAN_PACKAGE_OF[module]
  if (packages !== undefined) return { kind: 'debian', packages: packages.split(' ') }
  return { kind: 'distribution', name: DISTRIBUTION_OF[module] ?? module }
}

/** The form in which two spellings of one distribution are equal. Source: PEP 503, normalized names. */
export const normalName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-')
