// How Qt, OpenGL and video acceleration fail on a display that lets them in.
import { defectImage } from '../../infra/diagnosis-image.ts'
import { restartableX } from '../../infra/restartable-x.ts'
import type { Cleanup } from '../../infra/temp-dir.ts'
import { type LiveCase, onScreen, QT5_WINDOW, type Screen } from './live-case.ts'
import { openCvAndQt5, QT_LIBRARIES, qt6 } from './program-cases.ts'

const python = (source: string): string[] => ['python3', '-c', source]
const remove = (files: string): string => `rm /usr/lib/x86_64-linux-gnu/${files}`

export function graphicsCases(image: string, screen: Screen, cleanup: Cleanup): LiveCase[] {
  const shown = onScreen(screen)
  return [
    {
      id: 'Q1',
      what: 'Qt 5 without one of its X libraries',
      code: 'AGENT_CAUSE_QT_XCB_LIBRARIES',
      exitCode: 134,
      run: async () => ({
        image: await defectImage('icccm', remove('libxcb-icccm.so.4*')),
        command: QT5_WINDOW,
        ...shown,
      }),
    },
    {
      id: 'Q1',
      what: 'the same, told to say which',
      code: 'AGENT_CAUSE_LIBRARY_MISSING',
      exitCode: 134,
      run: async () => ({
        image: await defectImage('icccm', remove('libxcb-icccm.so.4*')),
        command: QT5_WINDOW,
        ...shown,
        environment: [...(shown.environment ?? []), 'QT_DEBUG_PLUGINS=1'],
      }),
    },
    {
      id: 'Q2',
      what: 'Qt 6 of PyPI without its cursor library',
      code: 'AGENT_CAUSE_QT_XCB_CURSOR',
      exitCode: 134,
      run: async () => ({
        image: await qt6(QT_LIBRARIES),
        command: python('from PyQt6.QtWidgets import *; a = QApplication([])'),
        ...shown,
      }),
    },
    {
      id: 'Q3',
      what: 'OpenCV and PyQt5 of PyPI together',
      code: 'AGENT_CAUSE_QT_OPENCV_CLASH',
      run: async () => ({
        image: await openCvAndQt5(QT_LIBRARIES),
        command: python(
          'import cv2; from PyQt5.QtWidgets import *; a = QApplication([]); w = QLabel("x"); w.show(); a.exec_()',
        ),
        facts: { image: { hasCv2QtPlugins: true, hasPyQt: true } },
        ...shown,
      }),
    },
    {
      id: 'Q4',
      what: 'a platform that is not in the image',
      code: 'AGENT_CAUSE_QT_PLATFORM_ABSENT',
      exitCode: 134,
      run: () => ({
        image,
        command: QT5_WINDOW,
        ...shown,
        environment: [...(shown.environment ?? []), 'QT_QPA_PLATFORM=cocoa'],
      }),
    },
    {
      id: 'Q5',
      what: 'Qt drawn to a Wayland that is not there',
      code: 'AGENT_CAUSE_WAYLAND_LEAKED',
      exitCode: 134,
      run: () => ({
        image,
        command: QT5_WINDOW,
        ...shown,
        environment: ['XDG_RUNTIME_DIR=/tmp', 'WAYLAND_DISPLAY=wayland-0', 'QT_QPA_PLATFORM=wayland'],
      }),
    },
    {
      id: 'Q6',
      what: 'no runtime directory, which is not why it fails',
      code: 'AGENT_CAUSE_X_UNREACHABLE',
      run: () => ({ image, command: QT5_WINDOW, environment: ['DISPLAY=:9'] }),
    },
    {
      id: 'Q7',
      what: 'Qt without OpenGL',
      code: 'AGENT_CAUSE_QT_NO_OPENGL',
      run: () => ({
        image,
        command: python(
          'from PyQt5.QtWidgets import *; a = QApplication([]); w = QOpenGLWidget(); w.show(); a.exec_()',
        ),
        ...shown,
        environment: [...(shown.environment ?? []), 'QT_XCB_GL_INTEGRATION=none'],
        endsNot: /OpenGL/i,
      }),
    },
    {
      id: 'G3',
      what: 'OpenGL without its drivers',
      code: 'AGENT_CAUSE_GPU_DRIVER_FILE',
      run: async () => ({
        image: await defectImage('dri', 'rm -r /usr/lib/x86_64-linux-gnu/dri'),
        command: ['glxinfo', '-B'],
        ...shown,
      }),
    },
    {
      id: 'G4',
      what: 'OpenGL on a server without GLX',
      code: 'AGENT_CAUSE_GLX_NO_VISUAL',
      run: async () => {
        const x = restartableX(cleanup, ['-extension', 'GLX'])
        await x.start()
        return { image, command: ['glxgears'], ...onScreen({ number: x.number(), authFile: x.authFile }) }
      },
    },
    {
      id: 'G7',
      what: 'video acceleration without a driver',
      code: 'AGENT_CAUSE_VIDEO_ACCELERATION',
      run: () => ({ image, command: ['vainfo'], ...shown }),
    },
  ]
}
