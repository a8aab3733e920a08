// One-off commands of the hub: each id takes effect at most once, and none after its deadline.
import { type Clock, messageOf } from '@bongsu/foundation'
import type { Command } from '@bongsu/protocol'
import type { ScreenshotRequest, ScreenshotResult } from '../display/display.ts'
import type { LiveViews } from '../display/live-view.ts'
import type { CommandAnswer } from './command-answer.ts'

export interface CommandHandlerOptions {
  readonly clock: Clock
  readonly screenshot: (request: ScreenshotRequest) => Promise<ScreenshotResult>
  readonly liveViews: LiveViews
}

type Action<Kind extends Command['action']['kind']> = Extract<Command['action'], { kind: Kind }>

/** As many ids as a hub could repeat within any deadline it gives. */
const REMEMBERED_IDS = 1000

export function createCommandHandler({ clock, screenshot, liveViews }: CommandHandlerOptions) {
  const seen = new Set<string>()

  const isNew = (id: string) => {
    if (seen.has(id)) return false
    seen.add(id)
    const [oldest] = seen
    if (seen.size > REMEMBERED_IDS && oldest !== undefined) seen.delete(oldest)
    return true
  }

  const takeScreenshot = async (action: Action<'screenshot'>, answer: CommandAnswer) => {
    const result = await screenshot(toRequest(action))
    if (result.kind === 'failed') return answer.failed(result.reason)
    const stream = answer.openStream('screenshot')
    await stream.write(result.png)
    await stream.end()
    answer.done()
  }

  const showLive = async (action: Action<'live-view'>, answer: CommandAnswer) => {
    const { framesPerSecond, durationSeconds } = action
    const request = { ...toRequest(action), framesPerSecond, durationMs: durationSeconds * 1000 }
    const end = await liveViews.show(request, () => answer.openStream('live-view'))
    if (end.kind === 'failed') answer.failed(end.reason)
    else answer.done()
  }

  const perform = ({ action }: Command, answer: CommandAnswer): Promise<void> =>
    action.kind === 'screenshot' ? takeScreenshot(action, answer) : showLive(action, answer)

  return (command: Command, answer: CommandAnswer): void => {
    if (!isNew(command.id)) return
    if (clock.now().getTime() > Date.parse(command.expiresAt)) {
      answer.expired()
      return
    }
    perform(command, answer).catch((error: unknown) => {
      const message = messageOf(error).slice(0, 300)
      answer.failed({ code: 'AGENT_SCREENSHOT_FAILED', parameters: { message } })
    })
  }
}

function toRequest({ launchId: hostname, maxWidthPixels }: Command['action']): ScreenshotRequest {
  const maxSize = maxWidthPixels === undefined ? undefined : { maxWidthPixels, maxHeightPixels: 65_535 }
  return { hostname, maxSize }
}
