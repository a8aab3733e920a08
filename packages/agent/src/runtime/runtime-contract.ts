// The one suite that every container runtime passes: what `ContainerRuntime` promises, tried on the real thing.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import { type ContainerProfile, type DesiredLaunch, newId } from '@bongsu/protocol'
import type { ContainerRequest, ContainerRuntime, RuntimeEvent } from './container-runtime.ts'

export interface ContractFixture {
  readonly runtime: ContainerRuntime
  /** A runtime on the same engine for another agent. */
  readonly other: ContainerRuntime
  /** An image that the engine does not have when the suite begins. */
  readonly imageId: string
  readonly archive: Buffer
  /** A program that runs until stopped; one that prints `last words` and ends with 3 at once. */
  readonly programs: { readonly stays: Partial<ContainerProfile>; readonly ends: Partial<ContainerProfile> }
  /** Leaves the engine as it was. */
  readonly close: () => Promise<void>
}

/** Registers the suite. */
export function describeRuntimeContract(name: string, open: () => Promise<ContractFixture>): void {
  describe(`container runtime contract: ${name}`, () => {
    let fixture: ContractFixture
    before(async () => {
      fixture = await open()
    })
    after(async () => {
      await fixture?.close()
    })
    const given = () => fixture
    questions(given)
    images(given)
    lives(given)
    ends(given)
    events(given)
    refusals(given)
    groups(given)
  })
}

type Given = () => ContractFixture

const UNKNOWN_IMAGE = `sha256:${'0'.repeat(64)}`
const UNKNOWN_CONTAINER = 'f'.repeat(64)

function requestFor({ imageId }: ContractFixture, program: Partial<ContainerProfile>): ContainerRequest {
  const launch: DesiredLaunch = {
    launchId: newId('lau'),
    deploymentId: newId('dep'),
    packageId: 'contract',
    version: '1',
    image: { imageId, downloadBytes: 1 },
    profile: {
      containers: [{ name: 'main', resources: { memoryBytes: 64 * 1024 * 1024 }, ...program }],
      network: 'none',
      stopGraceSeconds: 1,
    },
  }
  return { launch, name: 'main', specHash: 'contract', restarts: 2 }
}

async function create(fixture: ContractFixture, program: Partial<ContainerProfile>) {
  const request = requestFor(fixture, program)
  const result = await fixture.runtime.createContainer(request)
  assert.equal(result.kind, 'created')
  assert.ok(result.kind === 'created')
  return { request, created: result.container, id: result.container.containerId }
}

const seen = async ({ runtime }: ContractFixture, id: string) =>
  (await runtime.listContainers()).find(({ containerId }) => containerId === id)

const hasCode = (code: string) => (error: unknown) => isCodedError(error) && error.code === code

function questions(given: Given): void {
  test('answers what it is and how much room there is', async () => {
    const { runtime } = given()
    await runtime.ping()
    const info = await runtime.info()
    assert.match(info.architecture, /^[a-z0-9]+$/)
    assert.notEqual(info.version, '')
    assert.ok(((await runtime.disk())?.freeBytes ?? 0) > 0)
  })

  test('ends with the reason of a signal that has aborted', async () => {
    const reason = new Error('enough')
    await assert.rejects(given().runtime.listContainers(AbortSignal.abort(reason)), reason)
  })
}

function images(given: Given): void {
  test('refuses what is no image archive', async () => {
    const { runtime, imageId } = given()
    const garbage = Readable.from([Buffer.from('this is no archive')])
    await assert.rejects(runtime.loadImage(garbage, { expectedImageId: imageId }), isCodedError)
    assert.equal(await runtime.inspectImage(imageId), undefined)
  })

  test('fails on an archive that breaks off, and has no image then', async () => {
    const { runtime, imageId, archive } = given()
    const broken = Readable.from(
      (async function* () {
        yield archive.subarray(0, Math.floor(archive.length / 2))
        throw new Error('the link is down')
      })(),
    )
    await assert.rejects(runtime.loadImage(broken, { expectedImageId: imageId }), isCodedError)
    assert.equal(await runtime.inspectImage(imageId), undefined)
  })

  test('makes no container of an image it does not have', async () => {
    const fixture = given()
    const request = requestFor(fixture, fixture.programs.stays)
    const image = { ...request.launch.image, imageId: UNKNOWN_IMAGE }
    const unknown = { ...request, launch: { ...request.launch, image } }
    assert.deepEqual(await fixture.runtime.createContainer(unknown), { kind: 'no_image' })
  })

  test('says so when an archive holds another image than ordered', async () => {
    const { runtime, archive } = given()
    await assert.rejects(
      runtime.loadImage(Readable.from([archive]), { expectedImageId: UNKNOWN_IMAGE }),
      hasCode('AGENT_IMAGE_NOT_WHAT_WAS_ORDERED'),
    )
  })

  test('loads an image, once or twice, and tells how far it is', async () => {
    const { runtime, imageId, archive } = given()
    let taken = 0
    const options = { expectedImageId: imageId, onProgress: (bytes: number) => (taken = bytes) }
    const loaded = await runtime.loadImage(Readable.from([archive]), options)
    assert.equal(taken, archive.length)
    assert.equal(loaded.imageId, imageId)
    assert.deepEqual(await runtime.loadImage(Readable.from([archive]), options), loaded)
    assert.deepEqual(await runtime.inspectImage(imageId), loaded)
    assert.equal(await runtime.inspectImage(UNKNOWN_IMAGE), undefined)
  })
}

function lives(given: Given): void {
  test('makes a container once, and finds it again by what it was made for', async () => {
    const fixture = given()
    const { request, created, id } = await create(fixture, fixture.programs.stays)
    const { launchId, deploymentId } = request.launch
    assert.deepEqual(await seen(fixture, id), created)
    assert.deepEqual(
      [created.launchId, created.deploymentId, created.name, created.specHash, created.restarts],
      [launchId, deploymentId, 'main', 'contract', 2],
    )
    assert.deepEqual([created.state, created.stopGraceMs], ['created', 1000])
    assert.deepEqual(await fixture.runtime.createContainer(request), { kind: 'name_taken' })
    await fixture.runtime.removeContainer(id)
  })

  test('shows no container to another agent', async () => {
    const fixture = given()
    const { id } = await create(fixture, fixture.programs.stays)
    const others = await fixture.other.listContainers()
    assert.ok(others.every(({ containerId }) => containerId !== id))
    await fixture.runtime.removeContainer(id)
  })

  test('starts, stops and removes, each any number of times', async () => {
    const fixture = given()
    const { runtime } = fixture
    const { id } = await create(fixture, fixture.programs.stays)
    assert.equal(await runtime.startContainer(id), 'started')
    assert.equal(await runtime.startContainer(id), 'started')
    const running = await seen(fixture, id)
    assert.equal(running?.state, 'running')
    assert.ok(running.startedAt)
    assert.equal(await runtime.stopContainer(id, { graceMs: 1000 }), 'stopped')
    assert.equal(await runtime.stopContainer(id, { graceMs: 1000 }), 'stopped')
    assert.equal((await seen(fixture, id))?.state, 'exited')
    await runtime.removeContainer(id)
    await runtime.removeContainer(id)
    assert.equal(await seen(fixture, id), undefined)
  })

  test('removes a container that runs', async () => {
    const fixture = given()
    const { id } = await create(fixture, fixture.programs.stays)
    await fixture.runtime.startContainer(id)
    await fixture.runtime.removeContainer(id)
    assert.equal(await seen(fixture, id), undefined)
  })

  test('takes what is not there as an answer', async () => {
    const { runtime } = given()
    assert.equal(await runtime.startContainer(UNKNOWN_CONTAINER), 'not_found')
    assert.equal(await runtime.stopContainer(UNKNOWN_CONTAINER, { graceMs: 0 }), 'not_found')
    assert.equal(await runtime.logTail(UNKNOWN_CONTAINER, { lines: 5, maxBytes: 100 }), undefined)
    await runtime.removeContainer(UNKNOWN_CONTAINER)
  })
}

function ends(given: Given): void {
  test('tells how a program ended and what it said last', async () => {
    const fixture = given()
    const { runtime } = fixture
    const { id } = await create(fixture, fixture.programs.ends)
    const watch = subscribe(runtime)
    await watch.subscribed
    await runtime.startContainer(id)
    await watch.until((event) => event.kind === 'ended' && event.containerId === id)
    const ended = await seen(fixture, id)
    assert.deepEqual([ended?.state, ended?.exitCode, ended?.outOfMemory], ['exited', 3, false])
    assert.ok(ended?.endedAt)
    assert.match((await runtime.logTail(id, { lines: 5, maxBytes: 1000 })) ?? '', /last words\n$/)
    assert.equal(await runtime.logTail(id, { lines: 5, maxBytes: 6 }), 'words\n')
    await runtime.removeContainer(id)
    await watch.stop()
  })
}

function events(given: Given): void {
  test('tells what happens to a container in its order', async () => {
    const fixture = given()
    const { runtime } = fixture
    const watch = subscribe(runtime)
    await watch.subscribed
    const { id } = await create(fixture, fixture.programs.ends)
    await runtime.startContainer(id)
    await watch.until((event) => event.kind === 'ended' && event.containerId === id)
    await runtime.removeContainer(id)
    await watch.until((event) => event.kind === 'removed' && event.containerId === id)
    const own = watch.seen.filter(({ containerId }) => containerId === id)
    assert.deepEqual(
      own.map(({ kind }) => kind),
      ['started', 'ended', 'removed'],
    )
    assert.ok(own.some((event) => event.kind === 'ended' && event.exitCode === 3))
    await watch.stop()
  })
}

function refusals(given: Given): void {
  test('makes nothing that the policy of the device forbids', async () => {
    const fixture = given()
    const request = requestFor(fixture, { ...fixture.programs.stays, resources: { memoryBytes: 2 ** 40 } })
    await assert.rejects(fixture.runtime.createContainer(request), hasCode('AGENT_POLICY_FORBIDS'))
    const unknownVolume = requestFor(fixture, { volumes: [{ volume: 'none', path: '/data' }] })
    await assert.rejects(fixture.runtime.createContainer(unknownVolume), hasCode('AGENT_PROFILE_INVALID'))
    const missing = requestFor(fixture, { devices: [{ kind: 'path', path: '/dev/bongsu-no-such-node' }] })
    await assert.rejects(fixture.runtime.createContainer(missing), hasCode('AGENT_DEVICE_NODE_MISSING'))
    const { launchId } = request.launch
    assert.ok((await fixture.runtime.listContainers()).every((container) => container.launchId !== launchId))
  })
}

function groups(given: Given): void {
  const inGroup = (fixture: ContractFixture, group: string): ContainerRequest => {
    const request = requestFor(fixture, fixture.programs.stays)
    return { ...request, launch: { ...request.launch, group } }
  }

  test('makes a group once, finds it again, and shows it to no other agent', async () => {
    const { runtime, other } = given()
    await Promise.all([runtime.ensureGroup('one'), runtime.ensureGroup('one'), runtime.ensureGroup('two')])
    assert.deepEqual((await runtime.listGroups()).toSorted(), ['one', 'two'])
    assert.deepEqual(await other.listGroups(), [])
    await runtime.removeGroup('one')
    await runtime.removeGroup('one')
    assert.deepEqual(await runtime.listGroups(), ['two'])
    await runtime.removeGroup('two')
    assert.deepEqual(await runtime.listGroups(), [])
  })

  test('joins a launch to its group, and keeps a group in which something runs', async () => {
    const fixture = given()
    const { runtime } = fixture
    const request = inGroup(fixture, 'shared')
    await assert.rejects(runtime.createContainer(request), isCodedError)
    await runtime.ensureGroup('shared')
    const result = await runtime.createContainer(request)
    assert.ok(result.kind === 'created')
    const { containerId } = result.container
    await runtime.startContainer(containerId)
    assert.equal((await seen(fixture, containerId))?.group, 'shared')
    await assert.rejects(runtime.removeGroup('shared'), isCodedError)
    assert.deepEqual(await runtime.listGroups(), ['shared'])
    await runtime.removeContainer(containerId)
    await runtime.removeGroup('shared')
  })
}

function subscribe(runtime: ContainerRuntime) {
  const abort = new AbortController()
  const all: RuntimeEvent[] = []
  const subscribed = Promise.withResolvers<void>()
  let look = () => {}
  const ended = runtime.watchEvents(
    {
      onSubscribed: () => subscribed.resolve(),
      onEvent(event) {
        all.push(event)
        look()
      },
    },
    abort.signal,
  )
  return {
    subscribed: subscribed.promise,
    seen: all,
    until: (wanted: (event: RuntimeEvent) => boolean) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (all.some(wanted)) resolve()
        }
        look()
      }),
    async stop() {
      abort.abort()
      await ended
    },
  }
}
