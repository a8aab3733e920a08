import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Wanted } from './observed-state.ts'
import {
  bound,
  container,
  launch,
  type ObservedParts,
  observedOf,
  present,
  wantedOf,
} from './plan.fixture.ts'
import { plan } from './plan.ts'

const A = launch('a')
const SHOWN = launch('a', { profile: { containers: [{ name: 'main' }], display: { required: true } } })
const PAIR = launch('a', { profile: { containers: [{ name: 'main' }, { name: 'helper' }] } })
const SECRETIVE = launch('a', { profile: { containers: [{ name: 'main', secrets: [{ name: 'key' }] }] } })
const LATE = launch('a', { notAfter: '2025-12-31T00:00:00Z' })
const IMAGE = { 'image-of-a': present('image-of-a') }
const REASON = { code: 'AGENT_ENGINE_TROUBLE' }
const EXITED = container('a', { state: 'exited', exitCode: 1 })
const RECORDED = { recordedEnds: [EXITED.containerId], hasStarted: true }
const CREATED = container('a', { state: 'created' })
const HELPER = container('a', { name: 'helper', leadContainerId: 'a-main-running' })

const SHOWN_TOO = launch('b', { profile: SHOWN.profile })
const BOTH = { ...IMAGE, 'image-of-b': present('image-of-b') }
const CUT_OFF = container('a', { displayName: ':0', displayIncarnation: 'an earlier one' })
const LOST = { code: 'AGENT_DISPLAY_LOST' }
const REBOUND = (launchId: string) => ({ access: bound(launchId), rebind: LOST })

interface Row {
  readonly it: string
  readonly wanted: Wanted | undefined
  readonly given: ObservedParts
  /** `kind`, or `kind:ids`. */
  readonly steps?: readonly string[]
  /** Reason codes, `-` for none. */
  readonly waits?: readonly string[]
}

const rows: readonly Row[] = [
  { it: 'has nothing to do when nothing is wanted and nothing is there', wanted: wantedOf(), given: {} },
  {
    it: 'has nothing to do when what is wanted runs',
    wanted: wantedOf(A),
    given: { containers: [container('a')] },
  },
  { it: 'looks for the image first', wanted: wantedOf(A), given: {}, steps: ['obtainImage'] },
  {
    it: 'asks for an image once, however many launches want it',
    wanted: wantedOf(A, { ...launch('b'), image: A.image }),
    given: {},
    steps: ['obtainImage'],
  },
  {
    it: 'waits while the image comes',
    wanted: wantedOf(A),
    given: { images: { 'image-of-a': { kind: 'obtaining', phase: 'fetching', progress: 0 } } },
    waits: ['-'],
  },
  {
    it: 'waits after an image failed',
    wanted: wantedOf(A),
    given: {
      images: { 'image-of-a': { kind: 'failed', failures: 1, setback: { reason: REASON, retryAtMs: 5 } } },
    },
    waits: [REASON.code],
  },
  {
    it: 'tries a failed image again when it is time',
    wanted: wantedOf(A),
    given: {
      images: { 'image-of-a': { kind: 'failed', failures: 1, setback: { reason: REASON, retryAtMs: 5 } } },
      nowMs: 5,
    },
    steps: ['obtainImage'],
  },
  {
    it: 'leaves an image alone that failed for good',
    wanted: wantedOf(A),
    given: {
      images: { 'image-of-a': { kind: 'failed', failures: 1, setback: { reason: REASON } } },
      nowMs: 1e12,
    },
    waits: [REASON.code],
  },
  { it: 'makes the container', wanted: wantedOf(A), given: { images: IMAGE }, steps: ['createContainer'] },
  {
    it: 'asks for the display before',
    wanted: wantedOf(SHOWN),
    given: { images: IMAGE },
    steps: ['bindDisplay'],
  },
  {
    it: 'makes the container once the display is bound',
    wanted: wantedOf(SHOWN),
    given: { images: IMAGE, records: { a: { access: bound('a') } } },
    steps: ['createContainer'],
  },
  {
    it: 'starts what is made',
    wanted: wantedOf(A),
    given: { containers: [CREATED] },
    steps: ['startContainer'],
  },
  {
    it: 'starts nothing before the desired state is durable',
    wanted: { ...wantedOf(A), durability: 'being_written' },
    given: { containers: [CREATED] },
    waits: ['-'],
  },
  {
    it: 'makes a container while the desired state is being written',
    wanted: { ...wantedOf(A), durability: 'being_written' },
    given: { images: IMAGE },
    steps: ['createContainer'],
  },
  {
    it: 'removes what was made for a display that is another one now',
    wanted: wantedOf(SHOWN),
    given: { containers: [{ ...CREATED, displayName: ':1' }], records: { a: { access: bound('a') } } },
    steps: ['removeContainers:a-main-created'],
  },
  {
    it: 'leaves a program that lost its X server the time to end by itself',
    wanted: wantedOf(SHOWN),
    given: { containers: [CUT_OFF], records: { a: { access: bound('a'), boundAtMs: 0 } }, nowMs: 1999 },
    waits: ['AGENT_DISPLAY_LOST'],
  },
  {
    it: 'ends one that outlived its X server',
    wanted: wantedOf(SHOWN),
    given: { containers: [CUT_OFF], records: { a: { access: bound('a'), boundAtMs: 0 } }, nowMs: 2000 },
    steps: ['stopContainers:a-main-running'],
  },
  {
    it: 'leaves alone what an agent made that did not note the life of the X server',
    wanted: wantedOf(SHOWN),
    given: { containers: [container('a', { displayName: ':0' })], records: { a: { access: bound('a') } } },
  },
  {
    it: 'makes launches anew one after another when their display was lost',
    wanted: wantedOf(SHOWN, SHOWN_TOO),
    given: { images: BOTH, records: { a: REBOUND('a'), b: REBOUND('b') } },
    steps: ['createContainer'],
    waits: ['AGENT_DISPLAY_LOST'],
  },
  {
    it: 'lets the one that has begun go on',
    wanted: wantedOf(SHOWN, SHOWN_TOO),
    given: {
      images: BOTH,
      containers: [container('b', { state: 'created', displayName: ':0', displayIncarnation: 'first' })],
      records: { a: REBOUND('a'), b: REBOUND('b') },
    },
    steps: ['startContainer'],
    waits: ['AGENT_DISPLAY_LOST'],
  },
  {
    it: 'passes over one that is held up by something else',
    wanted: wantedOf(SHOWN, SHOWN_TOO),
    given: {
      images: BOTH,
      records: { a: { ...REBOUND('a'), setback: { reason: REASON, retryAtMs: 9 } }, b: REBOUND('b') },
    },
    steps: ['createContainer'],
    waits: ['AGENT_ENGINE_TROUBLE'],
  },
  {
    it: 'renews the cookies of all at once',
    wanted: wantedOf(SHOWN, SHOWN_TOO),
    given: { images: BOTH, records: { a: { rebind: LOST }, b: { rebind: LOST } } },
    steps: ['bindDisplay', 'bindDisplay'],
  },
  {
    it: 'renews the cookie of what runs when access was dropped',
    wanted: wantedOf(SHOWN),
    given: { containers: [container('a', { displayName: ':0' })] },
    steps: ['bindDisplay'],
  },
  {
    it: 'takes down how a program ended before anything else',
    wanted: wantedOf(A),
    given: { containers: [EXITED] },
    steps: ['recordEnd'],
  },
  {
    it: 'pauses after a program ended',
    wanted: wantedOf(A),
    given: { containers: [EXITED], records: { a: { ...RECORDED, pause: { reason: REASON, retryAtMs: 9 } } } },
    waits: [REASON.code],
  },
  {
    it: 'removes the ended container after the pause',
    wanted: wantedOf(A),
    given: {
      containers: [EXITED],
      records: { a: { ...RECORDED, pause: { reason: REASON, retryAtMs: 9 } } },
      nowMs: 9,
    },
    steps: ['removeContainers:a-main-exited'],
  },
  {
    it: 'keeps what has ended in time until its display is there',
    wanted: wantedOf({ ...SHOWN, notAfter: '2025-12-31T00:00:00Z' }),
    given: { containers: [EXITED], records: { a: RECORDED } },
    steps: ['bindDisplay'],
  },
  {
    it: 'keeps what tells that the GPU cannot be used until its display is there',
    wanted: wantedOf(SHOWN),
    given: { containers: [{ ...EXITED, rendering: 'software' }], records: { a: RECORDED } },
    steps: ['bindDisplay'],
  },
  {
    it: 'removes what has ended before its display is there, which saves the time then',
    wanted: wantedOf(SHOWN),
    given: { containers: [EXITED], records: { a: RECORDED } },
    steps: ['removeContainers:a-main-exited'],
  },
  {
    it: 'removes what has ended when its display is there',
    wanted: wantedOf(SHOWN),
    given: { containers: [EXITED], records: { a: { ...RECORDED, access: bound('a') } } },
    steps: ['removeContainers:a-main-exited'],
  },
  {
    it: 'removes a group that nothing is in',
    wanted: wantedOf(A),
    given: { containers: [container('a')], groups: ['g'] },
    steps: ['removeGroup'],
  },
  {
    it: 'keeps a group whose only launch is being made anew',
    wanted: wantedOf(launch('a', { group: 'g' })),
    given: { images: IMAGE, groups: ['g'] },
    steps: ['createContainer'],
  },
  {
    it: 'keeps a group while a container of it is left',
    wanted: wantedOf(),
    given: { containers: [container('a', { group: 'g' })], known: ['a'], groups: ['g'] },
    steps: ['stopContainers:a-main-running'],
  },
  {
    it: 'keeps every group while no desired state is known',
    wanted: undefined,
    given: { groups: ['g'] },
  },
  {
    it: 'leaves a group alone that could not be removed',
    wanted: wantedOf(),
    given: { groups: ['g'], records: { 'group g': { setback: { reason: REASON, retryAtMs: 9 } } } },
    waits: [REASON.code],
  },
  {
    it: 'leaves a crash loop alone, container and all',
    wanted: wantedOf(A),
    given: { containers: [EXITED], records: { a: { ...RECORDED, pause: { reason: REASON } } }, nowMs: 1e12 },
    waits: [REASON.code],
  },
  {
    it: 'waits after a failed step',
    wanted: wantedOf(A),
    given: { images: IMAGE, records: { a: { setback: { reason: REASON, retryAtMs: 9 } } } },
    waits: [REASON.code],
  },
  {
    it: 'tries a failed step again',
    wanted: wantedOf(A),
    given: { images: IMAGE, records: { a: { setback: { reason: REASON, retryAtMs: 9 } } }, nowMs: 9 },
    steps: ['createContainer'],
  },
  { it: 'never starts what is late', wanted: wantedOf(LATE), given: {}, waits: ['AGENT_LAUNCH_EXPIRED'] },
  {
    it: 'removes what was made but came too late',
    wanted: wantedOf(LATE),
    given: { containers: [CREATED] },
    steps: ['removeContainers:a-main-created'],
  },
  {
    it: 'lets run what started in time',
    wanted: wantedOf(LATE),
    given: { containers: [container('a')] },
  },
  {
    it: 'starts again what started in time',
    wanted: wantedOf(LATE),
    given: { images: IMAGE, records: { a: { hasStarted: true } } },
    steps: ['createContainer'],
  },
  {
    it: 'stops what was made from something else',
    wanted: wantedOf(A),
    given: { containers: [container('a', { specHash: 'other' })] },
    steps: ['stopContainers:a-main-running'],
  },
  {
    it: 'removes the second of two alike, never the one that runs',
    wanted: wantedOf(A),
    given: { containers: [CREATED, container('a')] },
    steps: ['removeContainers:a-main-created'],
  },
  {
    it: 'makes members after the lead runs',
    wanted: wantedOf(PAIR),
    given: { images: IMAGE, containers: [container('a')] },
    steps: ['createContainer'],
  },
  {
    it: 'is content when all members run',
    wanted: wantedOf(PAIR),
    given: { containers: [container('a'), HELPER] },
  },
  {
    it: 'stops members whose lead has ended',
    wanted: wantedOf(PAIR),
    given: { containers: [EXITED, HELPER], records: { a: RECORDED } },
    steps: ['stopContainers:a-helper-running'],
  },
  {
    it: 'stops members that joined another lead',
    wanted: wantedOf(PAIR),
    given: { containers: [container('a'), { ...HELPER, leadContainerId: 'other' }] },
    steps: ['stopContainers:a-helper-running'],
  },
  {
    it: 'stops what is no longer wanted, all of it at once',
    wanted: wantedOf(),
    given: { containers: [container('a'), HELPER], known: ['a'] },
    steps: ['stopContainers:a-main-running,a-helper-running'],
  },
  {
    it: 'removes what is no longer wanted and does not run',
    wanted: wantedOf(),
    given: { containers: [EXITED], known: ['a'] },
    steps: ['removeContainers:a-main-exited'],
  },
  {
    it: 'gives the display back when nothing of the launch is left',
    wanted: wantedOf(),
    given: { boundLaunches: ['a'] },
    steps: ['releaseDisplay'],
  },
  {
    it: 'lays out secrets before a container is made',
    wanted: wantedOf(SECRETIVE),
    given: { images: IMAGE },
    steps: ['provideSecrets'],
  },
  {
    it: 'makes the container when they lie there for this wish',
    wanted: wantedOf(SECRETIVE),
    given: { images: IMAGE, records: { a: { secretsFor: 'hash-a image' } } },
    steps: ['createContainer'],
  },
  {
    it: 'lays them out anew for another wish, and for one made before this life of the agent',
    wanted: wantedOf(SECRETIVE),
    given: { images: IMAGE, containers: [CREATED], records: { a: { secretsFor: 'hash-b image' } } },
    steps: ['provideSecrets'],
  },
  {
    it: 'leaves the secrets of what runs alone',
    wanted: wantedOf(SECRETIVE),
    given: { containers: [container('a')], secretLaunches: ['a'] },
  },
  {
    it: 'withdraws secrets when nothing of the launch is left, after its display',
    wanted: wantedOf(),
    given: { secretLaunches: ['a', 'b'], boundLaunches: ['b'] },
    steps: ['releaseDisplay', 'withdrawSecrets'],
  },
  {
    it: 'leaves strays alone for the grace',
    wanted: wantedOf(),
    given: { containers: [container('a')], strays: { 'a-main-running': 0 }, nowMs: 59_999 },
    waits: ['-'],
  },
  {
    it: 'sweeps strays after the grace',
    wanted: wantedOf(),
    given: { containers: [container('a')], strays: { 'a-main-running': 0 }, nowMs: 60_000 },
    steps: ['stopContainers:a-main-running'],
  },
  {
    it: 'sweeps nothing while no desired state is known',
    wanted: undefined,
    given: { containers: [container('a')], strays: { 'a-main-running': 0 }, nowMs: 1e12 },
  },
  {
    it: 'does nothing while the engine is away, and says so',
    wanted: wantedOf(A),
    given: { engine: { kind: 'unreachable', reason: REASON }, boundLaunches: ['b'] },
    waits: [REASON.code],
  },
  {
    it: 'does nothing before the engine was asked',
    wanted: wantedOf(A),
    given: { engine: { kind: 'unknown' } },
    waits: ['-'],
  },
]

for (const { it, wanted, given, steps = [], waits = [] } of rows) {
  test(`plan ${it}`, () => {
    const planned = plan(observedOf(given), wanted, { strayGraceMs: 60_000, busyLaunches: new Set() })
    assert.deepEqual(
      planned.steps.map((step) =>
        'containerIds' in step ? `${step.kind}:${step.containerIds.join()}` : step.kind,
      ),
      steps,
    )
    assert.deepEqual(
      planned.waits.map(({ reason }) => reason?.code ?? '-'),
      waits,
    )
  })
}
