// One-off commands of the hub: each id takes effect at most once, and none after its deadline.
import { type Clock, messageOf } from '@bongsu/foundation'
import type { Command } from '@bongsu/protocol'
import type { ScreenshotRequest, ScreenshotResult } from '../display/display.ts'
import type { CommandAnswer } from './command-answer.ts'

export interface CommandHandlerOptions {
  readonly clock: Clock
  readonly screenshot: (request: ScreenshotRequest) => Promise<ScreenshotResult>
}

/** As many ids as a hub could repeat within any deadline it gives. */
const REMEMBERED_IDS = 1000

export function createCommandHandler({ clock, screenshot }: CommandHandlerOptions) {
  const seen = new Set<string>()

  const isNew = (id: string) => {
    if (seen.has(id)) return false
    seen.add(id)
    const [oldest] = seen
    if (seen.size > REMEMBERED_IDS && oldest !== undefined) seen.delete(oldest)
    return true
  }

  const takeScreenshot = async ({ action }: Command, answer: CommandAnswer) => {
    const { launchId: hostname, maxWidthPixels } = action
    const maxSize = maxWidthPixels === undefined ? undefined : { maxWidthPixels, maxHeightPixels: 65_535 }
    const result = await screenshot({ hostname, maxSize })
    if (result.kind === 'failed') return answer.failed(result.reason)
    const stream = answer.openStream('screenshot')
    await stream.write(result.png)
    await stream.end()
    answer.done()
  }

  return (command: Command, answer: CommandAnswer): void => {
    if (!isNew(command.id)) return
    if (clock.now().getTime() > Date.parse(command.expiresAt)) {
      answer.expired()
      return
    }
    takeScreenshot(command, answer).catch((error: unknown) => {
      const message = messageOf(error).slice(0, 300)
      answer.failed({ code: 'AGENT_SCREENSHOT_FAILED', parameters: { message } })
    })
  }
}
