// How a program fails by itself or by what it was given: libraries, users, files, limits, words.
import { defectImage, wheelImage } from '../../infra/diagnosis-image.ts'
import type { FailingRun } from './failing-run.ts'
import type { LiveCase } from './live-case.ts'

const python = (source: string): string[] => ['python3', '-c', source]

export function programCases(image: string): LiveCase[] {
  const run =
    (command: readonly string[], more: Partial<FailingRun> = {}) =>
    (): FailingRun => ({
      image,
      command,
      ...more,
    })
  return [
    {
      id: 'P1',
      what: 'Qt 6 of PyPI on a slim base',
      code: 'AGENT_CAUSE_LIBRARY_MISSING',
      run: async () => ({ image: await qt6([]), command: python('import PyQt6.QtWidgets') }),
    },
    {
      id: 'P2',
      what: 'more shared memory than there is',
      code: 'AGENT_CAUSE_SHARED_MEMORY',
      exitCode: 135,
      run: run(['sh', '-c', `python3 -c '${FILL_SHARED_MEMORY}'; exit $?`]),
    },
    {
      id: 'P3',
      what: 'a user that the image does not know',
      code: 'AGENT_CAUSE_USER_UNKNOWN',
      run: run(python('import os, pwd; pwd.getpwuid(os.getuid())'), { options: { User: '4321:4321' } }),
    },
    {
      id: 'P4',
      what: 'a home that may not be written',
      code: 'AGENT_CAUSE_NOT_WRITABLE',
      run: run(python('import os; os.makedirs("/root/.config/app")'), { options: { User: '4321:4321' } }),
    },
    {
      id: 'P4',
      what: 'a root file system that may not be written',
      code: 'AGENT_CAUSE_NOT_WRITABLE',
      run: run(python('open("/opt/model.bin", "w")'), { options: { HostConfig: { ReadonlyRootfs: true } } }),
    },
    {
      id: 'P5',
      what: 'more threads than allowed',
      code: 'AGENT_CAUSE_THREADS_BLOCKED',
      run: run(
        python(
          'import threading, time\nfor _ in range(99): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()',
        ),
        {
          options: { HostConfig: { PidsLimit: 20 } },
        },
      ),
    },
    {
      id: 'P6',
      what: 'a working directory that hides the weights',
      code: 'AGENT_CAUSE_FILE_HIDDEN',
      run: async () => ({
        image: await defectImage('weights', 'mkdir -p /app && touch /app/best.pt'),
        command: python('open("best.pt")'),
        options: { WorkingDir: '/root' },
      }),
    },
    {
      id: 'P6',
      what: 'a mount that hides the picture',
      code: 'AGENT_CAUSE_FILE_HIDDEN',
      run: run(python('import cv2; cv2.cvtColor(cv2.imread("frame.png"), cv2.COLOR_BGR2GRAY)')),
    },
    {
      id: 'P7',
      what: 'Hangul in the C locale',
      code: 'AGENT_CAUSE_LOCALE',
      run: run(python('print("\\ubd09\\uc218")'), {
        environment: ['LC_ALL=POSIX', 'PYTHONUTF8=0', 'PYTHONCOERCECLOCALE=0'],
      }),
    },
    {
      id: 'P9',
      what: 'sound without a card',
      code: 'AGENT_CAUSE_SOUND',
      run: run(['aplay', '-q', '-d', '1', '/dev/zero']),
    },
    {
      id: 'P11',
      what: 'an instruction that the processor lacks',
      code: 'AGENT_CAUSE_ILLEGAL_INSTRUCTION',
      exitCode: 132,
      run: run(python(ILLEGAL_INSTRUCTION)),
    },
    {
      id: 'Q8',
      what: 'OpenCV without windows asked for one',
      code: 'AGENT_CAUSE_OPENCV_HEADLESS',
      run: async () => ({
        image: await wheelImage({
          name: 'headless',
          wheels: ['opencv-python-headless==4.11.0.86', 'numpy==1.26.4'],
          packages: [],
        }),
        command: python('import cv2, numpy; cv2.imshow("x", numpy.zeros((9, 9), numpy.uint8))'),
      }),
    },
    {
      id: 'G14',
      what: 'GStreamer without a plugin',
      code: 'AGENT_CAUSE_VIDEO_SINK',
      run: run(['gst-launch-1.0', 'fakesrc', '!', 'glimagesink']),
    },
    {
      id: 'G15',
      what: 'no camera',
      code: 'AGENT_CAUSE_CAMERA',
      run: run(python('import cv2, sys; c = cv2.VideoCapture(0); sys.exit(0 if c.isOpened() else 1)')),
    },
    {
      id: 'G16',
      what: 'a stream that nobody serves',
      code: 'AGENT_CAUSE_STREAM',
      run: run(['ffmpeg', '-rtsp_transport', 'tcp', '-i', 'rtsp://127.0.0.1:8554/camera', '-f', 'null', '-']),
    },
    {
      id: 'E7',
      what: 'a disk that is full',
      code: 'AGENT_CAUSE_SPACE',
      run: run(python('open("/data/x", "wb").write(bytes(2 << 20))'), {
        options: { HostConfig: { Tmpfs: { '/data': 'size=1m' } } },
      }),
    },
    {
      id: 'E13',
      what: 'more memory than allowed',
      code: 'AGENT_CAUSE_OUT_OF_MEMORY',
      exitCode: 137,
      run: run(python('x = bytearray(512 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1'), {
        options: { HostConfig: { Memory: 64 << 20, MemorySwap: 64 << 20 } },
      }),
    },
  ]
}

const FILL_SHARED_MEMORY =
  'import mmap, os; f = os.open("/dev/shm/x", os.O_RDWR | os.O_CREAT); os.ftruncate(f, 1 << 28); m = mmap.mmap(f, 1 << 28); m.write(bytes(1 << 28))'

/** Runs the two bytes of UD2 (x86) from memory. */
const ILLEGAL_INSTRUCTION = `
import ctypes, mmap
m = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
m.write(bytes([0x0f, 0x0b]))
ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()
`

const OPENCV_AND_QT5_WHEELS = [
  'PyQt5==5.15.11',
  'PyQt5-Qt5==5.15.16',
  'PyQt5-sip==12.15.0',
  'opencv-python==4.11.0.86',
  'numpy==1.26.4',
]
const XCB_LIBRARIES = [
  'icccm4',
  'image0',
  'keysyms1',
  'render-util0',
  'xinerama0',
  'xkb1',
  'shape0',
  'randr0',
].map((name) => `libxcb-${name}`)
/** What Qt needs of the system to open its xcb plugin, but for the cursor library that Qt 6.5 asks for. */
export const QT_LIBRARIES = [
  ...XCB_LIBRARIES,
  ...['libxkbcommon-x11-0', 'libdbus-1-3', 'libfontconfig1', 'libegl1', 'libgl1', 'libglib2.0-0'],
]

/** Both of PyPI, as a developer has them in a virtual environment. */
export const openCvAndQt5 = (packages: readonly string[]): Promise<string> =>
  wheelImage({ name: 'qt5-opencv', wheels: OPENCV_AND_QT5_WHEELS, packages })

export const qt6 = (packages: readonly string[]): Promise<string> =>
  wheelImage({ name: 'qt6', wheels: ['PyQt6==6.8.1', 'PyQt6-Qt6==6.8.2', 'PyQt6-sip==13.8.0'], packages })
