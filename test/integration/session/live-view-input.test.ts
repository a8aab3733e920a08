// A live view has no way in: whatever a hub sends on its stream ends the session, and nothing of it is read.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@bongsu/foundation'
import type { Command } from '@bongsu/protocol'
import { createLiveViews } from '../../../packages/agent/src/display/live-view.ts'
import { createCommandHandler } from '../../../packages/agent/src/hub-session/commands.ts'
import { encodeFrame } from '../../../packages/protocol/src/streams/frame.ts'
import { startScriptedHub } from '../../fakes/scripted-hub.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startTestAgent } from './test-agent.ts'

const liveView: Command = {
  type: 'command',
  id: 'view',
  expiresAt: '2999-01-01T00:00:00Z',
  action: { kind: 'live-view', framesPerSecond: 5, durationSeconds: 600 },
}

test('data on the stream of a live view is refused, and the view ends with the link', async (t) => {
  const hub = await startScriptedHub(t)
  let stills = 0
  const onCommand = createCommandHandler({
    clock: systemClock,
    screenshot: async () => ({ kind: 'failed', reason: { code: 'AGENT_SCREENSHOT_FAILED' } }),
    liveViews: createLiveViews({
      clock: systemClock,
      takeStill: async () => {
        stills += 1
        const image = { widthPixels: 1, heightPixels: 1, data: Buffer.alloc(3, stills) }
        return { kind: 'taken', image, takenAt: new Date() }
      },
    }),
  })
  const agent = await startTestAgent(t, { port: hub.port, joinToken: hub.joinToken, onCommand })
  await agent.online(1)
  const session = await hub.session(1)
  session.send(liveView)
  await waitFor(() => stills, { what: 'the view goes on', until: (count) => count >= 2 })
  session.send(encodeFrame({ kind: 'data', streamId: 1, bytes: new Uint8Array([1, 2, 3]) }))
  await agent.waited('PROTOCOL_BAD_STREAM_FRAME')
  await waitFor(() => hub.sessions[1], { what: 'the agent comes back' })
  const before = stills
  await agent.online(2)
  assert.ok(stills - before <= 1, 'nobody watches, nothing is taken')
})
