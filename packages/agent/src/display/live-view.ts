// Live views of the screen: frames go out while somebody watches, never faster than asked, never one behind another.
// A frame is taken when the last one has left, so that a slow link gets fewer and none is old. View only.
import type { Clock } from '@bongsu/foundation'
import { type OutgoingStream, type Reason, StreamEnded } from '@bongsu/protocol'
import type { ScreenshotRequest, StillResult } from './display.ts'
import { encodePng } from './png-encoder.ts'
import type { RgbImage } from './rgb-image.ts'

export interface LiveViewRequest extends ScreenshotRequest {
  /** At most; in (0, 5]. */
  readonly framesPerSecond: number
  readonly durationMs: number
}

export type LiveViewEnd =
  /** The time is over, or the watcher left. */
  { readonly kind: 'over' } | { readonly kind: 'failed'; readonly reason: Reason }

export interface LiveViews {
  /**
   * Shows the screen until the watcher leaves, the time is over or nothing can be seen for a while. The stream is
   * opened with the first frame, so that a view which cannot begin is told by its reason alone. Never rejects.
   */
  show(request: LiveViewRequest, openStream: () => OutgoingStream): Promise<LiveViewEnd>
}

export interface LiveViewOptions {
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>
  readonly takeStill: (request: ScreenshotRequest) => Promise<StillResult>
  /** Default PNG. */
  readonly encode?: (image: RgbImage) => Promise<Buffer>
}

const MAX_VIEWERS = 4
const MAX_FRAMES_PER_SECOND = 5
/** An equal picture is sent again this often: its absence would look like a dead link. */
const REPEAT_AFTER_MS = 10_000
/** A window that goes for a moment, as at a restart, ends no view. */
const UNSEEN_FOR_MS = 10_000
/** Of one processor, per viewer: the programs on the device come first. */
const MAX_BUSY_SHARE = 0.25

export function createLiveViews({ clock, takeStill, encode = encodePng }: LiveViewOptions): LiveViews {
  let viewers = 0
  return {
    async show(request, openStream) {
      if (viewers >= MAX_VIEWERS) {
        return { kind: 'failed', reason: { code: 'AGENT_LIVE_VIEW_BUSY', parameters: { count: viewers } } }
      }
      viewers += 1
      try {
        return await showFrames(request, { clock, takeStill, encode, openStream })
      } finally {
        viewers -= 1
      }
    },
  }
}

interface Showing extends Required<LiveViewOptions> {
  readonly openStream: () => OutgoingStream
}

async function showFrames(request: LiveViewRequest, showing: Showing): Promise<LiveViewEnd> {
  let stream: OutgoingStream | undefined
  try {
    const failure = await sendFrames(request, showing, () => {
      stream ??= showing.openStream()
      return stream
    })
    if (!failure) {
      await stream?.end()
      return { kind: 'over' }
    }
    stream?.abort(failure.code)
    return { kind: 'failed', reason: failure }
  } catch (error) {
    if (error instanceof StreamEnded) return { kind: 'over' }
    stream?.abort('AGENT_SCREENSHOT_FAILED')
    const message = error instanceof Error ? error.message.slice(0, 300) : 'unknown'
    return { kind: 'failed', reason: { code: 'AGENT_SCREENSHOT_FAILED', parameters: { message } } }
  }
}

/** @returns why it ended before its time; @throws StreamEnded when the watcher left */
async function sendFrames(
  { framesPerSecond, durationMs, ...request }: LiveViewRequest,
  { clock, takeStill, encode }: Showing,
  stream: () => OutgoingStream,
): Promise<Reason | undefined> {
  const intervalMs = 1000 / Math.min(framesPerSecond, MAX_FRAMES_PER_SECOND)
  const startMs = clock.monotonicMs()
  let sent: { readonly image: RgbImage; readonly atMs: number } | undefined
  let seenMs = startMs
  for (;;) {
    const frameMs = clock.monotonicMs()
    if (frameMs - startMs >= durationMs) return undefined
    // A watcher who left is noticed before anything is taken for him.
    if (sent) await stream().write(NOTHING)
    const still = await takeStill(request)
    let frame: Buffer | undefined
    if (still.kind === 'taken') {
      seenMs = frameMs
      const isNews = !sent || frameMs - sent.atMs >= REPEAT_AFTER_MS || !isSameImage(sent.image, still.image)
      if (isNews) {
        sent = { image: still.image, atMs: frameMs }
        frame = await encode(still.image)
      }
    } else if (!sent || frameMs - seenMs >= UNSEEN_FOR_MS) {
      return still.reason
    }
    const restMs = (clock.monotonicMs() - frameMs) * (1 / MAX_BUSY_SHARE - 1)
    if (frame) await sendFrame(stream(), frame)
    await clock.sleep(Math.max(restMs, intervalMs - (clock.monotonicMs() - frameMs)))
  }
}

const NOTHING = new Uint8Array(0)

/** One write, so that a stream which ends meanwhile ends between two frames or within one, never after a bare length. */
async function sendFrame(stream: OutgoingStream, png: Buffer): Promise<void> {
  const framed = Buffer.allocUnsafe(4 + png.length)
  framed.writeUInt32BE(png.length)
  png.copy(framed, 4)
  await stream.write(framed)
}

function isSameImage(a: RgbImage, b: RgbImage): boolean {
  return a.widthPixels === b.widthPixels && a.heightPixels === b.heightPixels && a.data.equals(b.data)
}
