// Changes reach who listens, in order, and what was missed is repeated while it is remembered.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@bongsu/foundation'
import { ChangeFeed, type NumberedChange } from './change-feed.ts'

test('listeners hear what comes after them, until they leave', () => {
  const feed = new ChangeFeed(new ManualClock())
  const heard: NumberedChange[] = []
  feed.publish('device', 'early')
  const leave = feed.listen((numbered) => heard.push(numbered))
  feed.publish('device', 'a')
  feed.publish('launch', 'b')
  assert.equal(feed.followers, 1)
  leave()
  feed.publish('device', 'late')
  assert.deepEqual(
    heard.map(({ change }) => change.id),
    ['a', 'b'],
  )
  assert.deepEqual(
    feed.since(heard[0]?.id).map(({ change }) => change.id),
    ['b', 'late'],
  )
})

test('an unknown or forgotten number repeats nothing', () => {
  const feed = new ChangeFeed(new ManualClock())
  const heard: NumberedChange[] = []
  feed.listen((numbered) => heard.push(numbered))
  for (let index = 0; index < 1_500; index += 1) feed.publish('device', String(index))
  assert.deepEqual(feed.since(undefined), [])
  assert.deepEqual(feed.since('other-7'), [])
  assert.deepEqual(feed.since(heard[0]?.id), [])
  assert.equal(feed.since(heard[1_400]?.id).length, 99)
})
