// One look at a launch on its screen: lights the screen, brings the window to its place, judges the picture.
// A dark screen is the screen's fault: it says nothing of the program.
import {
  type CheckedLaunch,
  checkPicture,
  type PictureCheck,
  type PictureCheckOptions,
} from './picture-check.ts'
import type { Placer } from './placer.ts'
import type { ScreenAccess } from './screen.ts'
import { keepLit } from './screen-power.ts'

export interface ExamineOptions extends PictureCheckOptions {
  readonly screen: PictureCheckOptions['screen'] & ScreenAccess
  readonly placer: Placer
}

/** @throws X11Error when the display does not answer; the signal's reason when aborted */
export async function examineLaunch(
  launch: CheckedLaunch,
  options: ExamineOptions,
  signal?: AbortSignal,
): Promise<PictureCheck> {
  const { screen, placer } = options
  const { power, notes } = await screen.within(async (connection) => {
    const found = await keepLit(connection)
    const request = { ...launch, launchId: launch.hostname }
    return { power: found.power, notes: await placer.place(connection, request, signal) }
  }, signal)
  const check = await checkPicture(launch, options, signal)
  const placed: PictureCheck = notes.length > 0 ? { ...check, placementNotes: notes } : check
  // It has been lit by now; what it shows is judged when it is still lit at the next look.
  const isDark = power === 'off' || power === 'covered'
  return isDark ? { ...placed, verdict: 'unknown', note: 'screen_dark' } : placed
}
