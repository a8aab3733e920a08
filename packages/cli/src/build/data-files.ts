// Weights, videos and other data: which of them the program names, which it names in vain, and what is left out. Pure.
import type { ProjectFile } from './project-files.ts'
import type { ScannedFile } from './python-scan.ts'

export interface PackedData {
  /** Goes into the image. */
  readonly packed: readonly ProjectFile[]
  /** Of those, what is no program: shown to the caller. */
  readonly data: readonly ProjectFile[]
  /** Too large to be packed unasked, and named by no program. */
  readonly leftOut: readonly ProjectFile[]
  /** Named by a program, and not in the project. */
  readonly absent: readonly string[]
}

/** Beyond it a file that no program names is a data set or a recording rather than a part of the program. */
export const UNASKED_BYTES = 50 * 1024 * 1024

/** By these a text is a file though no folder is named: weights, configurations of networks, media. */
const DATA_NAME =
  /^[\w./~-][\w ./~-]*\.(pt|pth|onnx|engine|tflite|pb|h5|keras|caffemodel|prototxt|weights|cfg|names|safetensors|pkl|joblib|npy|npz|avi|mp4|mkv|mov|wav|mp3|xml|ya?ml|json|csv|txt|ui|qss|qml|ttf|otf|png|jpe?g|ico|svg)$/i
/** Without these a program hardly starts; texts and pictures may just as well be what it writes. */
const VITAL_NAME =
  /\.(pt|pth|onnx|engine|tflite|pb|h5|keras|caffemodel|prototxt|weights|safetensors|pkl|joblib|avi|mp4|mkv|mov|ui|qml)$/i

/**
 * @param included paths that the caller wants packed whatever their size
 */
export function sortData(
  files: readonly ProjectFile[],
  scanned: Readonly<Record<string, ScannedFile>>,
  included: readonly string[],
): PackedData {
  const texts = new Map<string, string>()
  for (const [path, file] of Object.entries(scanned)) {
    if ('fault' in file) continue
    const folder = path.split('/').slice(0, -1).join('/')
    for (const text of file.texts) if (DATA_NAME.test(text) && !text.includes('://')) texts.set(text, folder)
  }
  const named = new Set<string>()
  const absent: string[] = []
  for (const [text, folder] of texts) {
    const found = files.filter(({ path }) => isSame(path, text, folder))
    for (const { path } of found) named.add(path)
    if (found.length === 0 && VITAL_NAME.test(text)) absent.push(text)
  }
  const isWanted = (path: string) =>
    included.some((each) => path === each || path.startsWith(`${each.replace(/\/$/, '')}/`))
  const isPacked = ({ path, bytes }: ProjectFile) =>
    bytes <= UNASKED_BYTES || named.has(path) || isWanted(path)
  const packed = files.filter(isPacked)
  return {
    packed,
    data: packed.filter(({ path }) => named.has(path) && !path.endsWith('.py')),
    leftOut: files.filter((file) => !isPacked(file)),
    absent: absent.toSorted(),
  }
}

/** A text may be relative to the project, to the file that names it, or joined to a folder at run time. */
function isSame(path: string, text: string, folder: string): boolean {
  const plain = text.replaceAll('\\', '/').replace(/^\.\//, '')
  if (plain.startsWith('/') || plain.startsWith('~')) return false
  return path === plain || path === `${folder}/${plain}` || path.endsWith(`/${plain}`)
}
