// The container's environment: recipe, profile, then what nobody may change. The agent's own never goes in.
import { cameraEnvironment } from './cameras.ts'
import { groupEnvironment } from './group.ts'
import type { SpecInput } from './spec-input.ts'
import { sessionUser } from './user.ts'

/** What a profile may set otherwise. */
const ADVICE: Readonly<Record<string, string>> = {
  LANG: 'C.UTF-8',
  PYTHONIOENCODING: 'utf-8',
  PYTHONUNBUFFERED: '1',
}

const DISPLAY_ADVICE: Readonly<Record<string, string>> = {
  QT_QPA_PLATFORM: 'xcb',
  // The container has its own IPC namespace. Qt 5.15 reads the second name, older Qt the first.
  QT_X11_NO_MITSHM: '1',
  QT_XCB_NO_MITSHM: '1',
  GDK_BACKEND: 'x11',
  NO_AT_BRIDGE: '1',
  QT_ACCESSIBILITY: '0',
}

export function environment(input: SpecInput): string[] {
  const { display } = input.request
  const { timeZone } = input.host
  const user = sessionUser(input)
  const variables: Record<string, string> = {
    ...ADVICE,
    ...(timeZone !== undefined && { TZ: timeZone }),
    ...(display && DISPLAY_ADVICE),
    ...(user && { HOME: user.home, USER: 'bongsu', LOGNAME: 'bongsu' }),
    ...input.profile.environment,
    ...input.request.extraEnvironment,
    ...groupEnvironment(input),
    ...cameraEnvironment(input),
    ...(user && { XDG_RUNTIME_DIR: user.runtimeDir }),
    ...(display && {
      DISPLAY: display.displayName,
      XAUTHORITY: display.xauthorityPath,
      // Empty on purpose: an image's own value would draw programs away from our display.
      WAYLAND_DISPLAY: '',
      DBUS_SESSION_BUS_ADDRESS: '',
    }),
  }
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`)
}
