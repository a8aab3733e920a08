// Causes of a failed launch in Qt, OpenCV windows and browser engines.
import { defineErrors, lasting } from '../error-entry.ts'

export const QT_CAUSES = defineErrors({
  AGENT_CAUSE_QT_XCB_LIBRARIES: lasting(
    502,
    [
      'Qt could not load its “xcb” plugin: a library it needs is missing from the image.',
      '이미지에 필요한 라이브러리가 없어 Qt가 “xcb” 플러그인을 불러오지 못했습니다.',
    ],
    [
      'Add libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-xinerama0 libxcb-xkb1 libxcb-shape0 libxcb-randr0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libegl1 libgl1 to the image.',
      '이미지에 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-xinerama0 libxcb-xkb1 libxcb-shape0 libxcb-randr0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libegl1 libgl1을 추가하십시오.',
    ],
  ),
  AGENT_CAUSE_QT_XCB_CURSOR: lasting(
    502,
    [
      'Qt 6.5 and later need libxcb-cursor0, which the image lacks.',
      'Qt 6.5 이상에 필요한 libxcb-cursor0이 이미지에 없습니다.',
    ],
    ['Add libxcb-cursor0 to the image.', '이미지에 libxcb-cursor0을 추가하십시오.'],
  ),
  AGENT_CAUSE_QT_OPENCV_CLASH: lasting(
    502,
    [
      'opencv-python brings its own Qt plugins, which clash with the program’s Qt.',
      'opencv-python에 포함된 Qt 플러그인이 프로그램의 Qt와 충돌합니다.',
    ],
    [
      'Use opencv-python-headless, or remove QT_QPA_PLATFORM_PLUGIN_PATH after import cv2.',
      'opencv-python-headless를 사용하거나 import cv2 다음에 QT_QPA_PLATFORM_PLUGIN_PATH를 제거하십시오.',
    ],
  ),
  AGENT_CAUSE_QT_PLATFORM_ABSENT: lasting(
    502,
    [
      'The image has no Qt platform plugin “{plugin}”.',
      '이미지에 Qt 플랫폼 플러그인 “{plugin}”이(가) 없습니다.',
    ],
    [
      'Set QT_QPA_PLATFORM=xcb and install Qt’s xcb plugin in the image.',
      'QT_QPA_PLATFORM=xcb로 설정하고 이미지에 Qt의 xcb 플러그인을 설치하십시오.',
    ],
  ),
  AGENT_CAUSE_WAYLAND_LEAKED: lasting(
    502,
    [
      'The program tries Wayland, but this device shows it on X.',
      '프로그램이 Wayland에 접속하려 하지만 이 단말은 X 화면을 사용합니다.',
    ],
    [
      'Remove WAYLAND_DISPLAY and set QT_QPA_PLATFORM=xcb or GDK_BACKEND=x11.',
      'WAYLAND_DISPLAY를 제거하고 QT_QPA_PLATFORM=xcb 또는 GDK_BACKEND=x11을 설정하십시오.',
    ],
  ),
  AGENT_CAUSE_QT_RUNTIME_DIR: lasting(
    502,
    [
      'Qt warns about XDG_RUNTIME_DIR; the program runs all the same.',
      'Qt가 XDG_RUNTIME_DIR에 대해 경고했으나 프로그램 실행에는 영향이 없습니다.',
    ],
    ['Nothing needs to be done; look for another cause.', '조치가 필요 없습니다. 다른 원인을 확인하십시오.'],
  ),
  AGENT_CAUSE_QT_NO_OPENGL: lasting(
    502,
    ['Qt found no working OpenGL in the image.', 'Qt가 이미지에서 사용할 수 있는 OpenGL을 찾지 못했습니다.'],
    [
      'Add libgl1, libegl1 and libgl1-mesa-dri, or set QT_XCB_GL_INTEGRATION=none for a 2D program.',
      'libgl1, libegl1, libgl1-mesa-dri를 추가하거나, 2D 프로그램이면 QT_XCB_GL_INTEGRATION=none을 설정하십시오.',
    ],
  ),
  AGENT_CAUSE_OPENCV_HEADLESS: lasting(
    502,
    [
      'The program opens a window with an OpenCV that is built without windows.',
      '창 기능 없이 빌드된 OpenCV로 창을 열려고 했습니다.',
    ],
    [
      'Install opencv-python instead of opencv-python-headless.',
      'opencv-python-headless 대신 opencv-python을 설치하십시오.',
    ],
  ),
  AGENT_CAUSE_BROWSER_AS_ROOT: lasting(
    502,
    ['The browser engine refuses to run as root.', '브라우저 엔진은 root로 실행되지 않습니다.'],
    ['Give the package a user other than root.', '패키지의 사용자를 root가 아닌 사용자로 지정하십시오.'],
  ),
  AGENT_CAUSE_FUTEX_BLOCKED: lasting(
    502,
    [
      'The device’s libseccomp is too old for the image, or the image is 32-bit.',
      '단말의 libseccomp가 이미지에 비해 오래되었거나 이미지가 32비트입니다.',
    ],
    ['Update Docker and libseccomp on the device.', '단말의 Docker와 libseccomp를 업데이트하십시오.'],
  ),
})
