// Frames of a live view: none too early, none behind another, none in vain; and how a view ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { StreamEnded } from '@bongsu/protocol'
import type { StillResult } from './display.ts'
import { createLiveViews, type LiveViewEnd } from './live-view.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const settle = async () => {
  for (let round = 0; round < 20; round += 1) await turn()
}

const picture = (shade: number): StillResult => ({
  kind: 'taken',
  image: { widthPixels: 2, heightPixels: 2, data: Buffer.alloc(12, shade) },
  takenAt: new Date(0),
})
/** Another picture each time. */
function shades(): () => StillResult {
  let shade = 0
  return () => {
    shade += 1
    return picture(shade)
  }
}
const unseen: StillResult = { kind: 'failed', reason: { code: 'AGENT_NO_WINDOW' } }

function scene(take: () => StillResult) {
  const clock = new ManualClock()
  const frames: { atMs: number; bytes: Uint8Array }[] = []
  const said: string[] = []
  let ended: string | undefined
  let gate = Promise.resolve()
  let stills = 0
  const views = createLiveViews({
    clock,
    takeStill: async () => {
      stills += 1
      return take()
    },
    encode: async ({ data }) => data,
  })
  const openStream = () => {
    said.push('open')
    return {
      async write(bytes: Uint8Array) {
        if (ended) throw new StreamEnded(ended)
        if (bytes.length === 0) return
        await gate
        frames.push({ atMs: clock.monotonicMs(), bytes })
      },
      end: async () => void said.push('end'),
      abort: (code: string) => void said.push(`abort ${code}`),
    }
  }
  const show = (framesPerSecond: number, durationMs: number) => {
    let end: LiveViewEnd | undefined
    void views.show({ framesPerSecond, durationMs }, openStream).then((how) => {
      end = how
    })
    return { end: () => end }
  }
  return {
    frames,
    said,
    show,
    stills: () => stills,
    leave: () => {
      ended = 'PROTOCOL_STREAM_CANCELLED'
    },
    /** The link takes nothing until the promise resolves. */
    stall: (until: Promise<void>) => {
      gate = until
    },
    async pass(ms: number, stepMs = 100) {
      await settle()
      for (let passed = 0; passed < ms; passed += stepMs) {
        await clock.advance(stepMs)
        await settle()
      }
    },
  }
}

test('frames come at the pace asked for, each behind its length, until the time is over', async () => {
  const next = shades()
  const { frames, pass, said, show } = scene(() => next())
  const view = show(2, 3000)
  await pass(4000)
  assert.deepEqual(
    frames.map(({ atMs }) => atMs - (frames[0]?.atMs ?? 0)),
    [0, 500, 1000, 1500, 2000, 2500],
  )
  for (const { bytes } of frames) {
    assert.equal(Buffer.from(bytes).readUInt32BE(0), bytes.length - 4)
  }
  assert.deepEqual([view.end(), said], [{ kind: 'over' }, ['open', 'end']])
})

test('never more than five a second', async () => {
  const next = shades()
  const { frames, pass, show } = scene(() => next())
  show(1000, 60_000)
  await pass(1000)
  assert.ok(frames.length <= 6, String(frames.length))
})

test('an equal picture is sent again only every ten seconds', async () => {
  const { frames, pass, show, stills } = scene(() => picture(7))
  show(1, 60_000)
  await pass(25_000, 500)
  assert.equal(frames.length, 3)
  assert.ok(stills() > 20)
})

test('a link that takes nothing holds one frame and no more is taken for it', async () => {
  const next = shades()
  const { frames, pass, show, stall, stills } = scene(() => next())
  const free = Promise.withResolvers<void>()
  stall(free.promise)
  show(5, 60_000)
  await pass(5000)
  assert.deepEqual([stills(), frames.length], [1, 0])
  free.resolve()
  await pass(1000)
  assert.ok(frames.length >= 3)
})

test('a watcher who left is noticed before the next picture is taken', async () => {
  const next = shades()
  const { leave, pass, show, stills } = scene(() => next())
  const view = show(1, 60_000)
  await pass(500)
  leave()
  const before = stills()
  await pass(5000)
  assert.deepEqual([view.end(), stills()], [{ kind: 'over' }, before])
})

test('what cannot begin is told by its reason alone', async () => {
  const { pass, said, show } = scene(() => unseen)
  const view = show(1, 60_000)
  await pass(100)
  assert.deepEqual([view.end(), said], [{ kind: 'failed', reason: { code: 'AGENT_NO_WINDOW' } }, []])
})

test('a window that is away for a moment ends nothing; one that stays away does, with the reason', async () => {
  let isSeen = true
  const next = shades()
  const { pass, said, show } = scene(() => (isSeen ? next() : unseen))
  const view = show(1, 60_000)
  await pass(1000)
  isSeen = false
  await pass(5000)
  isSeen = true
  await pass(2000)
  assert.equal(view.end(), undefined)
  isSeen = false
  await pass(12_000)
  assert.deepEqual(view.end(), { kind: 'failed', reason: { code: 'AGENT_NO_WINDOW' } })
  assert.deepEqual(said, ['open', 'abort AGENT_NO_WINDOW'])
})

test('a fifth viewer is refused until one has left', async () => {
  const next = shades()
  const { leave, pass, show } = scene(() => next())
  for (let viewer = 0; viewer < 4; viewer += 1) show(1, 60_000)
  await pass(100)
  const fifth = show(1, 60_000)
  await pass(100)
  const busy = { code: 'AGENT_LIVE_VIEW_BUSY', parameters: { count: 4 } }
  assert.deepEqual(fifth.end(), { kind: 'failed', reason: busy })
  leave()
  await pass(2000)
  const sixth = show(1, 500)
  await pass(200)
  assert.notEqual(sixth.end()?.kind, 'failed')
})
