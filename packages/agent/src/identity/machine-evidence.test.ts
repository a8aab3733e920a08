// Evidence about the machine: hashed, bounded and without a way back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EnrolmentRequest } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import { macAddresses, machineEvidence, primaryAddress } from './machine-evidence.ts'

test('evidence fits the request, is the same each time, and does not hold the machine id', () => {
  const evidence = machineEvidence()
  assert.ok(Check(EnrolmentRequest.properties.evidence, evidence))
  assert.deepEqual(machineEvidence(), evidence)
  assert.ok(evidence.machine === undefined || /^[A-Za-z0-9_-]{43}$/.test(evidence.machine))
})

test('hardware addresses are real ones, sorted, each once', () => {
  const addresses = macAddresses()
  assert.deepEqual(addresses, [...new Set(addresses)].sort())
  for (const address of addresses) {
    assert.match(address, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
    assert.notEqual(address, '00:00:00:00:00:00')
  }
})

test('the primary address is one that others could reach', () => {
  assert.doesNotMatch(primaryAddress() ?? '', /^(127\.|::1$|fe80:)/)
})
