// What is put right in requirements before anything is fetched. Pure; each change is told.
import type { Words } from '../command.ts'
import { type RequirementLine, renamed } from './requirement.ts'

export interface Corrected {
  readonly lines: readonly RequirementLine[]
  readonly notes: readonly Words[]
}

const QT = /^(pyqt[56]|pyside[26])(-.*)?$/
const GUI_OPENCV = /^opencv-(contrib-)?python$/
const WINDOW_CALLS = /^cv2\.(imshow|namedWindow|selectROI|createTrackbar|setMouseCallback)$/

/**
 * OpenCV's own wheels bring a Qt of their own, which hides that of PyQt and PySide: "could not load the Qt platform plugin
 * xcb". Programs that open no window by OpenCV need none of it either way.
 * @param calls dotted names that the project calls
 */
export function correctRequirements(
  lines: readonly RequirementLine[],
  calls: ReadonlySet<string>,
): Corrected {
  const names = lines.flatMap((line) => (line.kind === 'requirement' ? [line.name] : []))
  const opensWindows = [...calls].some((call) => WINDOW_CALLS.test(call))
  const hasQt = names.some((name) => QT.test(name))
  const notes: Words[] = []
  const corrected = lines.map((line): RequirementLine => {
    if (line.kind !== 'requirement' || !GUI_OPENCV.test(line.name)) return line
    const headless = `${line.name}-headless`
    if (!opensWindows) {
      notes.push({
        en: hasQt
          ? `${line.name} becomes ${headless}: its own Qt would keep PyQt or PySide from the screen.`
          : `${line.name} becomes ${headless}: the program opens no window by OpenCV.`,
        ko: hasQt
          ? `${line.name} 대신 ${headless}을(를) 씁니다: OpenCV에 든 Qt가 PyQt·PySide의 화면 출력을 막기 때문입니다.`
          : `${line.name} 대신 ${headless}을(를) 씁니다: OpenCV로 창을 열지 않는 프로그램입니다.`,
      })
      return { kind: 'requirement', name: headless, text: renamed(line.text, headless) }
    }
    if (hasQt) {
      notes.push({
        en: `${line.name} and Qt for Python are used together, and windows are opened by both: if the screen stays dark, show images by one of them only.`,
        ko: `${line.name}과(와) 파이썬용 Qt가 각각 창을 엽니다. 화면이 나오지 않으면 한쪽으로만 영상을 표시하십시오.`,
      })
    }
    return line
  })
  return { lines: withoutTwins(corrected), notes }
}

/** `opencv-python` beside `opencv-python-headless` becomes the same line twice: the first one counts. */
function withoutTwins(lines: readonly RequirementLine[]): RequirementLine[] {
  const seen = new Set<string>()
  return lines.filter((line) => {
    if (line.kind !== 'requirement' || !line.name.startsWith('opencv-')) return true
    if (seen.has(line.name)) return false
    seen.add(line.name)
    return true
  })
}
