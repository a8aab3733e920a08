// Kernel files as numbers; what is not one is undefined.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  cpuUsedRatio,
  parseCpuTimes,
  parseFirstNumber,
  parseKilobytes,
  parseMilliCelsius,
} from './proc-files.ts'

test('processor times', () => {
  const cases: readonly [text: string, times: ReturnType<typeof parseCpuTimes>][] = [
    ['cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 1 1 1 1\n', { busy: 150, total: 1000 }],
    ['cpu 100 0 50 800 50 0 0 0 999 999\n', { busy: 150, total: 1000 }],
    ['cpu  1 2 3 4 5\n', { busy: 6, total: 15 }],
    ['cpu  1 2 3 4\n', undefined],
    ['cpu  a b c d e\n', undefined],
    ['cpu0 1 2 3 4 5\n', undefined],
    ['', undefined],
  ]
  for (const [text, times] of cases) assert.deepEqual(parseCpuTimes(text), times, text)
})

test('share of the processor between two samples', () => {
  const at = (busy: number, total: number) => ({ busy, total })
  assert.equal(cpuUsedRatio(at(0, 0), at(25, 100)), 0.25)
  assert.equal(cpuUsedRatio(undefined, at(25, 100)), undefined)
  assert.equal(cpuUsedRatio(at(25, 100), undefined), undefined)
  assert.equal(cpuUsedRatio(at(25, 100), at(25, 100)), undefined)
  assert.equal(cpuUsedRatio(at(25, 100), at(5, 50)), undefined)
  // Idle time of a core may step back; the share stays within its range.
  assert.equal(cpuUsedRatio(at(50, 100), at(40, 110)), 0)
  assert.equal(cpuUsedRatio(at(50, 100), at(80, 110)), 1)
})

test('fields in kB', () => {
  const text = 'MemTotal:       16384 kB\nMemAvailable:    8192 kB\nHugePages_Total:  4\nNotMemTotal: 1 kB\n'
  assert.equal(parseKilobytes(text, 'MemTotal'), 16384 * 1024)
  assert.equal(parseKilobytes(text, 'MemAvailable'), 8192 * 1024)
  assert.equal(parseKilobytes(text, 'HugePages_Total'), undefined)
  assert.equal(parseKilobytes(text, 'Mem'), undefined)
  assert.equal(parseKilobytes('', 'MemTotal'), undefined)
})

test('first numbers and temperatures', () => {
  assert.equal(parseFirstNumber('12345.67 54321.00\n'), 12345.67)
  assert.equal(parseFirstNumber('0.00 0.01 0.05 1/100 1\n'), 0)
  for (const text of ['', 'x', '-1 2', 'NaN', 'Infinity'])
    assert.equal(parseFirstNumber(text), undefined, text)
  assert.equal(parseMilliCelsius('51500\n'), 51.5)
  assert.equal(parseMilliCelsius('-5000\n'), -5)
  assert.equal(parseMilliCelsius('0\n'), 0)
  for (const text of ['', '\n', 'hot', '999999']) assert.equal(parseMilliCelsius(text), undefined, text)
})

test('any text gives a finite number or nothing', () => {
  const near = fc.stringMatching(/^(cpu +)?([-\d.eE]{1,6}[ \n])*$/)
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), fc.oneof(fc.string(), near), (one, two) => {
      const ratio = cpuUsedRatio(parseCpuTimes(one), parseCpuTimes(two))
      assert.ok(ratio === undefined || (ratio >= 0 && ratio <= 1), String(ratio))
      for (const value of [parseFirstNumber(one), parseKilobytes(one, 'MemTotal'), parseMilliCelsius(one)]) {
        assert.ok(value === undefined || Number.isFinite(value))
      }
    }),
  )
})
