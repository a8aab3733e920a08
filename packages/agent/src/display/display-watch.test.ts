import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { watchDisplay } from './display-watch.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Looks that end when told to. */
function controlledLooks() {
  const ends: (() => void)[] = []
  return {
    ends,
    look: () => new Promise<void>((resolve) => ends.push(resolve)),
    async until(count: number) {
      while (ends.length < count) await turn()
    },
  }
}

test('it looks at once and at each interval, never twice at a time', async () => {
  const clock = new ManualClock()
  const looks = controlledLooks()
  const watch = watchDisplay({ clock, socketDir: '/nowhere', intervalMs: 100, look: looks.look })
  assert.equal(looks.ends.length, 1)
  await clock.advance(500)
  assert.equal(looks.ends.length, 1, 'the first look is still under way')
  looks.ends[0]?.()
  await looks.until(2)
  looks.ends[1]?.()
  await turn()
  assert.equal(looks.ends.length, 2, 'what was missed meanwhile is one look')
  await clock.advance(100)
  assert.equal(looks.ends.length, 3)
  watch.stop()
  looks.ends[2]?.()
  await clock.advance(1000)
  assert.equal(looks.ends.length, 3)
})

test('a look that fails does not end the watch', async () => {
  const clock = new ManualClock()
  let count = 0
  const look = () => {
    count += 1
    return Promise.reject(new Error('no'))
  }
  const watch = watchDisplay({ clock, socketDir: '/nowhere', intervalMs: 100, look })
  await clock.advance(300)
  assert.ok(count >= 3)
  watch.stop()
})

test('a directory that appears later is watched from the next interval on', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'bongsu-watch-'))
  t.after(() => rm(base, { recursive: true }))
  const socketDir = join(base, 'sockets')
  const clock = new ManualClock()
  const looks = controlledLooks()
  const watch = watchDisplay({ clock, socketDir, intervalMs: 100, look: looks.look })
  t.after(() => watch.stop())
  looks.ends[0]?.()
  await turn()
  await mkdir(socketDir)
  await clock.advance(100)
  looks.ends[1]?.()
  await turn()
  await writeFile(join(socketDir, 'X0'), '')
  await looks.until(3)
})
