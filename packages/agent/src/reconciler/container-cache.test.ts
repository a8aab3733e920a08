import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RuntimeContainer } from '../runtime/container-runtime.ts'
import { ContainerCache } from './container-cache.ts'
import { container } from './plan.fixture.ts'

const AT = new Date('2026-01-01T00:00:00Z')
const made = container('a', { containerId: 'c', state: 'created' })

function cacheOf(...containers: RuntimeContainer[]) {
  const told: string[] = []
  const cache = new ContainerCache(({ containerId, state }) => told.push(`${containerId} ${state}`))
  for (const one of containers) cache.put(one)
  return { cache, told }
}

test('an event that overtakes the answer to our own call is not undone by it', () => {
  const { cache, told } = cacheOf(made)
  cache.apply({ kind: 'started', containerId: 'c', at: AT })
  cache.apply({ kind: 'ended', containerId: 'c', at: AT, exitCode: 3 })
  cache.markStarted('c', new Date())
  assert.deepEqual(
    [cache.get('c')?.state, cache.get('c')?.exitCode, cache.get('c')?.startedAt],
    ['exited', 3, AT],
  )
  assert.deepEqual(told, ['c created', 'c running', 'c exited'])
})

test('the exit code that comes after our own stop is kept', () => {
  const { cache } = cacheOf({ ...made, state: 'running' })
  cache.markEnded('c', { endedAt: AT })
  cache.apply({ kind: 'ended', containerId: 'c', at: AT, exitCode: 143 })
  assert.equal(cache.get('c')?.exitCode, 143)
})

test('a listing removes what is gone and keeps what changed while it was made', () => {
  const { cache } = cacheOf({ ...made, containerId: 'gone' }, { ...made, containerId: 'kept' })
  cache.beginListing()
  cache.put({ ...made, containerId: 'new' })
  cache.remove('removed')
  const removed = { ...made, containerId: 'removed' }
  cache.finishListing([{ ...made, containerId: 'kept', state: 'running' }, removed])
  assert.deepEqual(
    cache.all().map(({ containerId, state }) => `${containerId} ${state}`),
    ['kept running', 'new created'],
  )
})

test('events of containers that are not ours, or gone, are nothing', () => {
  const { cache, told } = cacheOf()
  cache.apply({ kind: 'started', containerId: 'x', at: AT })
  cache.apply({ kind: 'ended', containerId: 'x', at: AT, exitCode: 0 })
  cache.apply({ kind: 'removed', containerId: 'x', at: AT })
  assert.deepEqual([cache.all(), told], [[], []])
})

test('whatever comes in whatever order, a container never goes back', () => {
  const rank = { created: 0, running: 1, exited: 2 }
  const news = fc.constantFrom<(cache: ContainerCache) => void>(
    (cache) => cache.markStarted('c', AT),
    (cache) => cache.markEnded('c', { endedAt: AT, exitCode: 1 }),
    (cache) => cache.put(made),
    (cache) => cache.put({ ...made, state: 'running' }),
    (cache) => cache.beginListing(),
    (cache) => cache.finishListing([made]),
  )
  fc.assert(
    fc.property(fc.array(news, { maxLength: 20 }), (all) => {
      const { cache } = cacheOf(made)
      let last = 0
      for (const tell of all) {
        tell(cache)
        const now = rank[cache.get('c')?.state ?? 'created']
        assert.ok(now >= last)
        last = now
      }
    }),
  )
})
