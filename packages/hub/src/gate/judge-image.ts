// What is said of an image before any device has it. Pure; nothing here refuses: whether a finding warns or blocks is the
// operator's policy.
import { checkImageConfiguration, type LaunchProfile, type PackageImage, type Reason } from '@bongsu/protocol'
import type { ImageContents } from './image-contents.ts'
import { secretNames } from './secret-names.ts'

/** Of accepted devices, as far as they have said. */
export interface Fleet {
  readonly architectures: readonly string[]
  /** The device with the least room for images. */
  readonly smallest?: { readonly id: string; readonly freeBytes: number } | undefined
}

export interface JudgedImage {
  readonly image: Pick<PackageImage, 'architecture' | 'downloadBytes' | 'unpackedBytes' | 'configuration'>
  readonly profile: LaunchProfile
  readonly contents: ImageContents
}

/** Stored images take a little more than their files. */
const UNPACKED_MARGIN = 1.1
const MAX_NAMED = 8

export function judgeImage({ image, profile, contents }: JudgedImage, fleet: Fleet): Reason[] {
  const configuration = image.configuration ?? {}
  return [
    ...checkImageConfiguration(configuration, profile).map(({ reason }) => reason),
    ...qtFindings(contents),
    ...fontFindings(contents, profile),
    ...architectureFindings(image.architecture, contents, fleet),
    ...rootFindings(configuration.user ?? '', profile),
    ...secretFindings(configuration.environment ?? [], profile),
    ...sizeFindings(image, fleet),
    ...unknownFindings(contents),
  ]
}

const finding = (code: string, parameters?: Reason['parameters']): Reason => ({
  code,
  ...(parameters && { parameters }),
})

const named = (names: readonly string[]): string => {
  const more = names.length > MAX_NAMED ? ` (+${names.length - MAX_NAMED})` : ''
  return names.slice(0, MAX_NAMED).join(', ').slice(0, 280) + more
}

/** Linked against by the plugin of Qt's own wheels and of Debian's. Source: doc.qt.io, Qt for Linux/X11 requirements. */
const XCB = [
  'libxkbcommon-x11.so.0',
  'libxcb-icccm.so.4',
  'libxcb-image.so.0',
  'libxcb-keysyms.so.1',
  'libxcb-render-util.so.0',
]
const XCB_OF_QT6 = ['libxcb-cursor.so.0']

function qtFindings({ paths, unknownLayers }: ImageContents): Reason[] {
  const all = [...paths]
  const distributions = all.flatMap(
    (path) =>
      /(?:^|\/)([A-Za-z0-9._]+)-[^/-]+\.(?:dist|egg)-info(?:\/|$)/.exec(path)?.[1]?.toLowerCase() ?? [],
  )
  const plugins = all.filter((path) => path.endsWith('/libqxcb.so'))
  const isOfOpenCv = (path: string) => /(^|\/)cv2\/qt\/plugins\//.test(path)
  const bindsQt = distributions.some((name) => /^(pyqt[56]|pyside[26])$/.test(name))
  const clash = bindsQt && plugins.some(isOfOpenCv) ? [finding('AGENT_CAUSE_QT_OPENCV_CLASH')] : []
  const own = plugins.filter((path) => !isOfOpenCv(path))
  // A layer that nobody looked into may hold them.
  if (own.length === 0 || unknownLayers > 0) return clash
  const needed = own.some((path) => /qt6|pyside6/i.test(path)) ? [...XCB, ...XCB_OF_QT6] : XCB
  const present = new Set(all.map((path) => path.slice(path.lastIndexOf('/') + 1)))
  const missing = needed.filter((library) => !present.has(library))
  return missing.length === 0
    ? clash
    : [...clash, finding('HUB_GATE_XCB_MISSING', { libraries: named(missing) })]
}

const HANGUL_FONT =
  /nanum|noto\w*[-_]?(?:sans|serif)?\w*(?:cjk|kr)|unfonts|\bun(?:batang|dotum|graphic|pilgi)|baekmuk|malgun|gothic|spoqa|pretendard|d2coding|ibmplexsanskr|gowun|hahmlet/i

function fontFindings({ paths, unknownLayers }: ImageContents, { display }: LaunchProfile): Reason[] {
  if (!display || unknownLayers > 0) return []
  const fonts = [...paths].filter((path) => /\.(ttf|otf|ttc)$/i.test(path))
  return fonts.some((path) => HANGUL_FONT.test(path)) ? [] : [finding('HUB_GATE_NO_HANGUL_FONT')]
}

function architectureFindings(
  image: string,
  { programs }: ImageContents,
  { architectures }: Fleet,
): Reason[] {
  const foreign = [...programs].filter(
    ([, architecture]) => architecture !== image && architecture !== 'unknown',
  )
  // One odd helper is no foreign image; most of what was looked at is.
  const isForeign = foreign.length > programs.size / 2
  const isWanted = architectures.length === 0 || architectures.includes(image)
  return [
    ...(isForeign
      ? [
          finding('HUB_GATE_FOREIGN_PROGRAMS', {
            image,
            programs: named(foreign.map(([path, architecture]) => `${path} (${architecture})`)),
          }),
        ]
      : []),
    ...(isWanted
      ? []
      : [finding('HUB_GATE_NO_SUCH_DEVICE', { image, devices: named([...new Set(architectures)]) })]),
  ]
}

/** With a display a program runs as the user of the device's session, unless its profile keeps the image's. */
function rootFindings(user: string, { containers, display }: LaunchProfile): Reason[] {
  const isRoot = /^(?:0|root)?(?::|$)/.test(user)
  const keeps = containers.some(({ runAs }) => !display || runAs === 'image')
  return isRoot && keeps ? [finding('HUB_GATE_ROOT')] : []
}

function secretFindings(environment: readonly string[], { containers }: LaunchProfile): Reason[] {
  const ofProfile = containers.flatMap((container) => Object.entries(container.environment ?? {}))
  const ofImage = environment.map((entry) => {
    const at = entry.indexOf('=')
    return at < 0 ? ([entry, ''] as const) : ([entry.slice(0, at), entry.slice(at + 1)] as const)
  })
  const names = secretNames([...ofImage, ...ofProfile])
  return names.length === 0 ? [] : [finding('HUB_GATE_SECRET_IN_ENVIRONMENT', { names: named(names) })]
}

function sizeFindings({ downloadBytes, unpackedBytes }: JudgedImage['image'], { smallest }: Fleet): Reason[] {
  const neededBytes = Math.ceil(downloadBytes + unpackedBytes * UNPACKED_MARGIN)
  if (!smallest || smallest.freeBytes >= neededBytes) return []
  const megabytes = (bytes: number) => Math.round(bytes / 1e6)
  const parameters = { id: smallest.id, needed: megabytes(neededBytes), free: megabytes(smallest.freeBytes) }
  return [finding('HUB_GATE_TOO_LARGE', parameters)]
}

const unknownFindings = ({ unknownLayers }: ImageContents): Reason[] =>
  unknownLayers === 0 ? [] : [finding('HUB_GATE_LAYERS_UNKNOWN', { layers: unknownLayers })]
