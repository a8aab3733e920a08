// A pause that comes while a wave is decided on: the next one does not begin.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock, silentLogger } from '@bongsu/foundation'
import { ChangeFeed } from '../../changes/change-feed.ts'
import type { DeploymentRepository } from '../repository.ts'
import { Rollouts } from './rollouts.ts'
import { newRollout } from './waves.ts'

test('begins no wave that it could not note', async () => {
  const clock = new ManualClock()
  const rollout = newRollout({ observeSeconds: 0 }, 10, clock.now())
  const begun: number[] = []
  const repository: Partial<DeploymentRepository> = {
    findRollouts: async () => [
      {
        id: 'dep-aaaaaaaaaaaaaaaa',
        packageId: 'package',
        version: '1',
        deviceIds: [],
        launchIds: [],
        rollout,
        state: 'active',
        createdAt: clock.now(),
        revision: 1,
      },
    ],
    launchesOfDeployment: async () => [],
    changeRollout: async () => undefined,
    wishPlanned: async (_id, waves) => {
      begun.push(waves)
      return []
    },
  }
  const rollouts = new Rollouts({
    repository: repository as DeploymentRepository,
    desiredStates: { push: () => undefined } as never,
    liveEpochOf: () => undefined,
    changes: new ChangeFeed(clock),
    clock,
    logger: silentLogger() as never,
  })
  rollouts.start()
  await rollouts.stop()
  assert.deepEqual(begun, [1])
})
