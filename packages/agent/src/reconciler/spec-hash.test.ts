import assert from 'node:assert/strict'
import { test } from 'node:test'
import { launch } from './plan.fixture.ts'
import { specHashOf } from './spec-hash.ts'

const profile = { containers: [{ name: 'main', environment: { A: '1', B: '2' } }], network: 'none' } as const

test('the same wish has the same hash, however it was put together', () => {
  const turned = { network: 'none', containers: [{ environment: { B: '2', A: '1' }, name: 'main' }] } as const
  const one = launch('a', { profile: { ...profile, containers: [...profile.containers] } })
  const other = launch('a', { profile: { ...turned, containers: [...turned.containers] } })
  assert.equal(specHashOf(one), specHashOf(other))
  assert.match(specHashOf(one), /^[0-9a-f]{32}$/)
})

test('what does not change the containers does not change the hash', () => {
  const one = launch('a')
  const later = { ...one, notAfter: '2027-01-01T00:00:00Z', deploymentId: 'other', version: '2' }
  assert.equal(specHashOf(one), specHashOf(later))
})

test('another image, profile or run has another hash', () => {
  const hashes = [
    launch('a'),
    launch('b'),
    launch('a', { profile: { containers: [{ name: 'other' }] } }),
    launch('a', { profile: { containers: [{ name: 'main', command: ['x'] }] } }),
    { ...launch('a'), run: 1 },
    { ...launch('a'), run: 2 },
  ].map(specHashOf)
  assert.equal(new Set(hashes).size, hashes.length)
})
