import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { PictureWatch } from './picture-watch.ts'
import { FakePictures } from './reconciler.fixture.ts'

const run = (containerId: string) =>
  ({ launchId: 'a', hostname: 'a', containerIds: [containerId], motion: 'still', containerId }) as const

function watchOf() {
  const clock = new ManualClock()
  const pictures = new FakePictures()
  let news = 0
  const watch = new PictureWatch({ pictures, clock, onChange: () => (news += 1) })
  return { clock, pictures, watch, news: () => news }
}

test('looks often until something shows, then now and then, and tells only what is new', async () => {
  const { clock, pictures, watch, news } = watchOf()
  pictures.verdict = 'no_window'
  watch.follow([run('c')])
  await clock.advance(0)
  await clock.advance(1000)
  assert.equal(pictures.checks, 5)
  assert.equal(news(), 1)
  pictures.verdict = 'visible'
  await clock.advance(250)
  assert.equal(watch.pictureOf('c')?.verdict, 'visible')
  assert.equal(news(), 2)
  await clock.advance(9_999)
  assert.equal(pictures.checks, 6)
  await clock.advance(1)
  assert.equal(pictures.checks, 7)
  assert.equal(news(), 2)
  await clock.advance(60_000)
  assert.equal(news(), 3)
  watch.follow([])
})

test('looks less often at what shows nothing for a minute', async () => {
  const { clock, pictures, watch } = watchOf()
  pictures.verdict = 'no_window'
  watch.follow([run('c')])
  await clock.advance(0)
  await clock.advance(60_000)
  const before = pictures.checks
  await clock.advance(10_000)
  assert.equal(pictures.checks - before, 5)
  watch.follow([])
})

test('another container is another program: its picture is yet to be seen', async () => {
  const { clock, watch } = watchOf()
  watch.follow([run('c')])
  await clock.advance(0)
  assert.equal(watch.pictureOf('c')?.verdict, 'visible')
  watch.follow([run('d')])
  assert.equal(watch.pictureOf('c'), undefined)
  assert.equal(watch.pictureOf('d'), undefined)
  watch.follow([])
  await clock.advance(0)
  assert.equal(clock.waiting, 0)
})
