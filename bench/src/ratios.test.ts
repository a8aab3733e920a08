import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare, median, variation } from './ratios.ts'

test('the median is the middle value, or the mean of the two middle ones', () => {
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([4, 1, 2, 9]), 3)
  assert.throws(() => median([]), RangeError)
})

test('ratios are of rounds, not of medians', () => {
  const { ratio, verdict } = compare([20, 30, 44], [10, 10, 11], 3)
  assert.deepEqual(ratio, { median: 3, least: 2, most: 4 })
  assert.equal(verdict, 'met')
})

test('a ratio above the target is missed', () => {
  assert.equal(compare([26, 26, 26], [10, 10, 10], 2.5).verdict, 'missed')
})

test('a floor that varies by more than 30 % proves nothing', () => {
  assert.equal(compare([1, 1, 1], [10, 14, 10], 2.5).verdict, 'unstable')
})

test('one slow start among many does not make a floor unstable', () => {
  const floor = [10, 10, 11, 10, 10, 11, 10, 40]
  assert.ok(variation(floor) < 0.3)
})

test('rounds must pair up', () => {
  assert.throws(() => compare([1], [1, 2], 1), RangeError)
})
