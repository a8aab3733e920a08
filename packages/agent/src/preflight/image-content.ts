// What an image's own shell tells of its files: the script, and its answer as facts. The script needs no more than a
// POSIX shell, `find` and `sed`; what the image has no tool for stays unknown.
import Type, { type Static } from 'typebox'

const Path = Type.String({ maxLength: 1024 })

export const QtPlugin = Type.Object({
  /** Of `libqxcb.so`. */
  path: Path,
  /** Sonames that the loader does not find for it. */
  missing: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 64 }),
})
export type QtPlugin = Static<typeof QtPlugin>

/** Kept on disk per image; absent is unknown. */
export const ImageContent = Type.Object({
  /** The script came to its end: what it did not find is not there. */
  isWhole: Type.Boolean(),
  qtPlugins: Type.Array(QtPlugin, { maxItems: 32 }),
  /** Qt plugins within the opencv-python wheel. */
  hasCv2QtPlugins: Type.Boolean(),
  /** `PyQt5`, `PySide6` and the like. */
  qtBindings: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 16 }),
  hasDriDrivers: Type.Boolean(),
  /** Libraries that are usually built for AVX: `torch`, `tensorflow`. */
  computeLibraries: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 16 }),
  hasKoreanFont: Type.Optional(Type.Boolean()),
  glibc: Type.Optional(Type.String({ maxLength: 20 })),
})
export type ImageContent = Static<typeof ImageContent>

const BINDINGS = ['PyQt5', 'PyQt6', 'PySide2', 'PySide6']
const COMPUTE = ['torch', 'tensorflow']
const KOREAN_FONTS = [
  '*nanum*',
  '*noto*cjk*',
  '*notosanskr*',
  '*undotum*',
  '*baekmuk*',
  '*d2coding*',
  '*pretendard*',
]

const anyOf = (test: string, names: readonly string[]) =>
  names.map((name) => `${test} '${name}'`).join(' -o ')

/** Cheap questions first: whoever ends it early has their answers. */
export const CONTENT_SCRIPT = `
echo "glibc $(ldd --version 2>/dev/null | sed -n '1s/.* //p')"
if command -v fc-list >/dev/null 2>&1; then
  if [ -n "$(fc-list :lang=ko 2>/dev/null)" ]; then echo 'korean-font yes'; else echo 'korean-font no'; fi
elif [ -z "$(find /usr/share/fonts /usr/local/share/fonts -name '*.?t?' 2>/dev/null)" ]; then echo 'korean-font no'
elif [ -n "$(find /usr/share/fonts /usr/local/share/fonts ${anyOf('-iname', KOREAN_FONTS)} 2>/dev/null)" ]; then
  echo 'korean-font yes'
fi
find / -xdev \\( -path /proc -o -path /sys -o -path /dev \\) -prune -o \\( \\
  -name libqxcb.so -o -name '*_dri.so' -o -type d \\( -path '*/cv2/qt/plugins' -o \\
  \\( -path '*/python*' -o -path '*/wheels/*' -o -path '*/site-packages/*' \\) \\( ${anyOf('-name', [...BINDINGS, ...COMPUTE])} \\) \\) \\
\\) -print 2>/dev/null | while read -r found; do
  echo "found $found"
  case "$found" in
    */libqxcb.so) ldd "$found" 2>&1 | sed -n \\
      -e 's/^[[:space:]]*\\([^ ]*\\) => not found.*/missing \\1/p' \\
      -e 's/^Error loading shared library \\([^:]*\\):.*/missing \\1/p' ;;
  esac
done
echo end`

/** Pure. Lines that it does not know are passed over: the image's tools may say anything. */
export function parseContent(output: string): ImageContent {
  const lines = output.split('\n').map((line) => line.trim())
  const found = lines.flatMap((line) => (line.startsWith('found ') ? [line.slice(6)] : []))
  const folders = new Set(found.map((path) => path.slice(path.lastIndexOf('/') + 1)))
  const font = answerOf(lines, 'korean-font')
  const glibc = /^\d{1,2}\.\d{1,3}$/.exec(answerOf(lines, 'glibc') ?? '')?.[0]
  return {
    isWhole: lines.includes('end'),
    qtPlugins: qtPluginsOf(lines).slice(0, 32),
    hasCv2QtPlugins: found.some((path) => path.endsWith('/cv2/qt/plugins')),
    qtBindings: BINDINGS.filter((name) => folders.has(name)),
    hasDriDrivers: found.some((path) => path.endsWith('_dri.so')),
    computeLibraries: COMPUTE.filter((name) => folders.has(name)),
    ...((font === 'yes' || font === 'no') && { hasKoreanFont: font === 'yes' }),
    ...(glibc !== undefined && { glibc }),
  }
}

function qtPluginsOf(lines: readonly string[]): QtPlugin[] {
  const plugins: QtPlugin[] = []
  for (const line of lines) {
    if (/^found .*\/libqxcb\.so$/.test(line)) plugins.push({ path: line.slice(6, 1030), missing: [] })
    const library = /^missing ([\w.+-]{1,200})$/.exec(line)?.[1]
    const { missing } = plugins.at(-1) ?? {}
    if (library && missing && missing.length < 64 && !missing.includes(library)) missing.push(library)
  }
  return plugins
}

const answerOf = (lines: readonly string[], key: string): string | undefined =>
  lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1)
