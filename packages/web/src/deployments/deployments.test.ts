// What is foreseen of a deployment and how its launches are told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Device, Launch, LaunchStatus, PackageVersion } from '@bongsu/protocol'
import { isCurrent, phaseStatus, pictureStatus } from './launch-status.ts'
import { countOutlooks, preflight } from './preflight.ts'

const at = '2026-08-01T00:00:00Z'
const device: Device = {
  id: 'dev-aaaaaaaaaaaaaaaa',
  name: 'kiosk',
  entered: {},
  observed: { observedAt: at, facts: { architecture: 'amd64' } },
  approval: 'accepted',
  connection: { state: 'online', since: at },
  display: { state: 'ready', number: 0, checkedAt: at },
  health: { measuredAt: at, diskFreeBytes: 10_000, engine: 'ready' },
  keyFingerprints: [],
  desiredGeneration: 0,
  reportedGeneration: 0,
  registeredAt: at,
  revision: 1,
}
const digest = `sha256:${'0'.repeat(64)}`
const version: PackageVersion = {
  packageId: 'p',
  version: '1',
  profile: { containers: [{ name: 'main' }], display: { required: true } },
  needs: { display: true, gpu: false, cameras: 0 },
  state: 'ready',
  image: {
    imageId: digest,
    architecture: 'amd64',
    operatingSystem: 'linux',
    archiveDigest: digest,
    downloadBytes: 1000,
    unpackedBytes: 2000,
    layers: 1,
    tags: [],
  },
  registeredAt: at,
  revision: 1,
}

test('what stands in the way decides the outlook, the worst first', () => {
  const cases: [Partial<Device>, string, string[]][] = [
    [{}, 'now', []],
    [{ approval: 'pending' }, 'never', ['deploy.hint.notAccepted']],
    [
      { observed: { observedAt: at, facts: { architecture: 'arm64' } } },
      'never',
      ['deploy.hint.architecture'],
    ],
    [{ health: { measuredAt: at, diskFreeBytes: 2999 } }, 'never', ['deploy.hint.diskFull']],
    [{ connection: { state: 'offline' } }, 'later', ['deploy.hint.offline']],
    [{ display: { state: 'no_display', checkedAt: at } }, 'later', ['deploy.hint.noDisplay']],
    [{ health: { measuredAt: at, engine: 'unreachable' } }, 'later', ['deploy.hint.engineDown']],
    [
      { approval: 'revoked', connection: { state: 'offline' } },
      'never',
      ['deploy.hint.notAccepted', 'deploy.hint.offline'],
    ],
  ]
  for (const [change, outlook, hints] of cases) {
    assert.deepEqual(preflight({ ...device, ...change }, version), { outlook, hints })
  }
})

test('what is unknown is no obstacle', () => {
  const { health: _health, observed: _observed, ...unknown } = device
  assert.equal(preflight(unknown, version).outlook, 'now')
  assert.deepEqual(countOutlooks(['now', 'never', 'now']), { now: 2, later: 0, never: 1 })
})

const status: LaunchStatus = {
  launchId: 'lau-a',
  phase: 'running',
  containers: [],
  restarts: 0,
  changedAt: at,
}
const launch: Launch = {
  id: 'lau-a',
  deploymentId: 'dep-a',
  deviceId: device.id,
  packageId: 'p',
  version: '1',
  wanted: 'running',
  run: 0,
  status,
  reportedAt: at,
  desiredGeneration: 1,
  reportedGeneration: 1,
  freshness: 'live',
  createdAt: at,
}

test('running and visible are two things', () => {
  assert.equal(phaseStatus(launch).text, 'launches.phase.running')
  assert.equal(pictureStatus(launch)?.text, 'launches.picture.unknown')
  const shown: Launch = { ...launch, status: { ...status, picture: { verdict: 'visible', checkedAt: at } } }
  assert.equal(phaseStatus(shown).text, 'launches.phase.running')
  assert.equal(pictureStatus(shown)?.tone, 'good')
  const black: Launch = { ...launch, status: { ...status, picture: { verdict: 'black', checkedAt: at } } }
  assert.equal(pictureStatus(black)?.tone, 'warning')
  assert.equal(pictureStatus({ ...launch, status: { ...status, phase: 'starting' } }), undefined)
})

test('a stop that the device has not heard of is told as wanted, not as done', () => {
  const stopping: Launch = { ...launch, wanted: 'stopped' }
  assert.equal(phaseStatus(stopping).text, 'launches.phase.stopWanted')
  assert.equal(isCurrent(stopping), true)
  const stopped: Launch = { ...stopping, status: { ...status, phase: 'stopped' } }
  assert.equal(phaseStatus(stopped).text, 'launches.phase.stopped')
  assert.equal(isCurrent(stopped), false)
  const { status: _status, ...unheard } = launch
  assert.equal(phaseStatus(unheard).text, 'launches.phase.unreported')
})
