// Commands take effect at most once and never late.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import type { Command, Reason } from '@bongsu/protocol'
import type { ScreenshotRequest, ScreenshotResult } from '../display/display.ts'
import { createCommandHandler } from './commands.ts'

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

function handler(screenshot: (request: ScreenshotRequest) => Promise<ScreenshotResult>) {
  const clock = new ManualClock()
  const requests: ScreenshotRequest[] = []
  const said: (string | Reason)[] = []
  const written: Uint8Array[] = []
  const handle = createCommandHandler({
    clock,
    screenshot: (request) => {
      requests.push(request)
      return screenshot(request)
    },
    liveViews: { show: async () => ({ kind: 'over' }) },
  })
  const answer = {
    openStream: (kind: string) => {
      said.push(`open ${kind}`)
      return {
        write: async (bytes: Uint8Array) => void written.push(bytes),
        end: async () => void said.push('end'),
        abort: () => undefined,
      }
    },
    done: () => void said.push('done'),
    failed: (reason: Reason) => void said.push(reason),
    expired: () => void said.push('expired'),
  }
  const take = async (command: Command) => {
    handle(command, answer)
    await turn()
  }
  return { clock, requests, said, take, written }
}

const command = (id: string, expiresAt = '2026-01-01T00:00:10.000Z'): Command => ({
  type: 'command',
  id,
  expiresAt,
  action: { kind: 'screenshot', launchId: 'lau-abcdefghijklmnop', maxWidthPixels: 640 },
})
const taken = async (): Promise<ScreenshotResult> => ({ kind: 'taken', png: PNG }) as ScreenshotResult

test('a screenshot goes out on a stream, then the result', async () => {
  const { requests, said, take, written } = handler(taken)
  await take(command('a'))
  assert.deepEqual(said, ['open screenshot', 'end', 'done'])
  assert.deepEqual(written, [PNG])
  assert.equal(requests[0]?.hostname, 'lau-abcdefghijklmnop')
  assert.equal(requests[0]?.maxSize?.maxWidthPixels, 640)
})

test('a repeated id does nothing and says nothing, even while the first is at work', async () => {
  const { requests, said, take } = handler(taken)
  await Promise.all([take(command('a')), take(command('a')), take(command('b'))])
  await take(command('a'))
  assert.equal(requests.length, 2)
  assert.equal(said.filter((word) => word === 'done').length, 2)
})

test('after its deadline a command never runs, however often it comes', async () => {
  const { clock, requests, said, take } = handler(taken)
  clock.jump(10_001)
  await take(command('a'))
  clock.jump(-10_000)
  await take(command('a'))
  assert.deepEqual(said, ['expired'])
  assert.equal(requests.length, 0)
})

test('a failure is told with its reason, a broken step with a code', async () => {
  const reason = { code: 'AGENT_NO_DISPLAY' }
  const failing = handler(async () => ({ kind: 'failed', reason }) as ScreenshotResult)
  await failing.take(command('a'))
  assert.deepEqual(failing.said, [reason])
  const throwing = handler(async () => {
    throw new Error('x'.repeat(1000))
  })
  await throwing.take(command('a'))
  assert.deepEqual(throwing.said, [
    { code: 'AGENT_SCREENSHOT_FAILED', parameters: { message: 'x'.repeat(300) } },
  ])
})

test('ids are remembered without growing for ever', async () => {
  const { requests, take } = handler(taken)
  for (let index = 0; index < 1500; index += 1) await take(command(`id-${index}`))
  for (let index = 600; index < 1500; index += 1) await take(command(`id-${index}`))
  assert.equal(requests.length, 1500)
})
