// Failures of Qt, OpenCV windows and browser engines (Q1 to Q10).
import { cause, consequence, noise, type Signature } from './signature.ts'

export const QT_SIGNATURES: readonly Signature[] = [
  consequence(
    'Q1',
    'AGENT_CAUSE_QT_XCB_LIBRARIES',
    60,
    /Could not load the Qt platform plugin "xcb" in "[^"\n]{0,400}" even though it was found/im,
    { retryWith: { QT_DEBUG_PLUGINS: '1' } },
  ),
  cause('Q2', 'AGENT_CAUSE_QT_XCB_CURSOR', 78, /xcb-cursor0 or libxcb-cursor0 is needed/im),
  cause('Q3', 'AGENT_CAUSE_QT_OPENCV_CLASH', 74, /"[^"\n]{0,300}cv2\/qt\/plugins"/im),
  cause(
    'Q4',
    'AGENT_CAUSE_QT_PLATFORM_ABSENT',
    72,
    /Could not find the Qt platform plugin "(?<plugin>\w{1,40})" in/im,
  ),
  cause(
    'Q5',
    'AGENT_CAUSE_WAYLAND_LEAKED',
    58,
    /Failed to create wl_display|no wayland (?:display|compositor)/im,
  ),
  noise(
    'Q6',
    'AGENT_CAUSE_QT_RUNTIME_DIR',
    10,
    /QStandardPaths: (?:XDG_RUNTIME_DIR not set|wrong permissions on runtime directory|runtime directory [^\n]{0,300} not owned)/im,
  ),
  cause(
    'Q7',
    'AGENT_CAUSE_QT_NO_OPENGL',
    52,
    /neither GLX nor EGL are enabled|QOpenGLWidget: Failed to create context|QOpenGLContext creation failed/im,
    { retryWith: { LIBGL_DEBUG: 'verbose' } },
  ),
  cause('Q8', 'AGENT_CAUSE_OPENCV_HEADLESS', 80, /The function is not implemented\. Rebuild the library/im),
  cause('Q9', 'AGENT_CAUSE_BROWSER_AS_ROOT', 80, /Running as root without --no-sandbox/im),
  cause('Q10', 'AGENT_CAUSE_FUTEX_BLOCKED', 80, /The futex facility returned an unexpected error code/im),
]
