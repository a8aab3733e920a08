// What becomes of an environment variable: most that GUI containers are given is the device's to set.
import { addDevice, addNote, knownText, requireDisplay, type Target } from './profile-draft.ts'
import type { Word } from './shell-words.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,255}$/
/** Set by the device whatever the program asks, see the environment section of the container specification. */
const PROVIDED = new Set([
  'DBUS_SESSION_BUS_ADDRESS',
  'GDK_BACKEND',
  'GTK_IM_MODULE',
  'HOME',
  'LOGNAME',
  'NO_AT_BRIDGE',
  'NVIDIA_DRIVER_CAPABILITIES',
  'PYTHONIOENCODING',
  'PYTHONUNBUFFERED',
  'QT_ACCESSIBILITY',
  'QT_IM_MODULE',
  'QT_X11_NO_MITSHM',
  'QT_XCB_NO_MITSHM',
  'USER',
  'WAYLAND_DISPLAY',
  'XMODIFIERS',
  'XSOCK',
])
const DRAWS_NOTHING = /^(offscreen|minimal|vnc|dummy|agg)$/i

/** @param value absent when the flag names a variable of the caller's shell, as `-e NAME` does */
export function applyVariable(target: Target, name: string, value: Word | undefined): undefined {
  if (name === 'DISPLAY') return applyDisplay(target, value)
  if (name === 'XAUTHORITY' || name === 'XAUTH') return addNote(target, 'cookie-provided')
  if (name === 'XDG_RUNTIME_DIR' || name === 'PULSE_SERVER') return addNote(target, 'runtime-folder-provided')
  if (name === 'NVIDIA_VISIBLE_DEVICES') return applyVisibleGpus(target, value)
  if (PROVIDED.has(name)) return addNote(target, 'variable-provided')
  if (name === 'QT_QPA_PLATFORM' && value?.text === 'xcb') return addNote(target, 'variable-provided')
  if (!NAME.test(name)) return addNote(target, 'invalid-value')
  if (!value) return addNote(target, 'value-of-caller')
  const text = knownText(target, value)
  if (text === undefined) return
  target.container.environment.set(name, text)
  const isInvisible = /^(QT_QPA_PLATFORM|SDL_VIDEODRIVER|MPLBACKEND)$/.test(name) && DRAWS_NOTHING.test(text)
  addNote(target, isInvisible ? 'no-picture' : 'field-set', `environment.${name}`)
}

/** The true cause is named here: the forms below are copied from a caller's shell and never fit a container. */
function applyDisplay(target: Target, value: Word | undefined): undefined {
  const text = value?.text ?? ''
  if (/^unix/i.test(text)) addNote(target, 'display-unix', text)
  else if (/^[^:$]+:/.test(text)) addNote(target, 'display-remote', text)
  else addNote(target, 'display-provided')
  requireDisplay(target)
}

function applyVisibleGpus(target: Target, value: Word | undefined): undefined {
  if (value && /^(none|void|)$/.test(value.text)) return addNote(target, 'switched-off')
  addDevice(target, { kind: 'gpu' })
  addNote(target, 'gpu-requested')
}
