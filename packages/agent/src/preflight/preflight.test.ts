// The checks of a launch over an engine that the test plays: what they cost, what they keep, what they tell.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { CodedError, ManualClock, silentLogger } from '@bongsu/foundation'
import type { DesiredLaunch, ImageConfiguration } from '@bongsu/protocol'
import { launchOf } from '../reconciler/reconciler.fixture.ts'
import type { ImageInspector } from '../runtime/image-inspector.ts'
import { createPreflight } from './preflight.ts'

const signal = new AbortController().signal
const CLASH = `korean-font yes
found /opt/cv2/qt/plugins
found /opt/python3/PyQt5
found /opt/python3/PyQt5/libqxcb.so
end
`

class FakeInspector implements ImageInspector {
  readonly calls: string[] = []
  image: ImageConfiguration | undefined = { command: ['/run'] }
  output: string | undefined = CLASH
  engineFault: CodedError | undefined
  storageRoot = '/'

  async traits() {
    this.#called('traits')
    const { storageRoot } = this
    return { version: '29.0.0', architecture: 'amd64', storageRoot, securityOptions: [], runtimes: [] }
  }

  async configuration() {
    this.#called('configuration')
    return this.image
  }

  async open<T>(_options: unknown, look: Parameters<ImageInspector['open']>[1]): Promise<T | undefined> {
    this.#called('open')
    const { output } = this
    const head = Buffer.from('#!/bin/sh\n')
    return (await look({
      file: async () => ({ kind: 'file', mode: 0o755, uid: 0, target: '', head }),
      run: async () => {
        this.#called('run')
        return output === undefined ? undefined : { exitCode: 0, output }
      },
    })) as T
  }

  #called(what: string): void {
    this.calls.push(what)
    if (this.engineFault) throw this.engineFault
  }
}

async function world(t: TestContext, folder?: string) {
  const own = folder ?? (await mkdtemp(join(tmpdir(), 'bongsu-preflight-')))
  if (folder === undefined) t.after(() => rm(own, { recursive: true, force: true }))
  const inspector = new FakeInspector()
  const clock = new ManualClock()
  const preflight = createPreflight({
    inspector: async () => inspector,
    folder: own,
    clock,
    log: silentLogger(),
    readDevice: async () => ({ gpus: [], cameras: [] }),
  })
  t.after(() => preflight.stop())
  const told = Promise.withResolvers<void>()
  preflight.watch(() => told.resolve())
  const warnings = (launch: DesiredLaunch) => preflight.warningsOf(launch.launchId).map(({ code }) => code)
  return { preflight, inspector, clock, folder: own, told: told.promise, warnings }
}

/** The delay before a look, as soon as it is waited for. */
async function pass(clock: ManualClock): Promise<void> {
  while (clock.waiting === 0) await new Promise(setImmediate)
  await clock.advance(3000)
}

const shown = () => launchOf('image', { display: { required: true } })

test('an image is looked into beside its launch, once and for all lives of the agent', async (t) => {
  const { preflight, inspector, clock, folder, told, warnings } = await world(t)
  const launch = shown()
  assert.deepEqual(await preflight.check(launch, signal), {})
  assert.deepEqual(inspector.calls, ['traits', 'configuration'])
  assert.deepEqual(warnings(launch), [])
  await pass(clock)
  await told
  assert.deepEqual(warnings(launch), ['AGENT_CAUSE_QT_OPENCV_CLASH'])
  assert.deepEqual(inspector.calls, ['traits', 'configuration', 'open', 'run'])

  // Another run of the same launch asks the engine nothing at all.
  await preflight.check(launch, signal)
  assert.equal(inspector.calls.length, 4)
  await preflight.stop()

  const next = await world(t, folder)
  await next.preflight.check(launch, signal)
  await next.told
  assert.deepEqual(next.warnings(launch), ['AGENT_CAUSE_QT_OPENCV_CLASH'])
  assert.deepEqual(next.inspector.calls, ['traits', 'configuration'])
})

test('a record of another time is asked for anew', async (t) => {
  const { preflight, inspector, clock, folder, told } = await world(t)
  const launch = shown()
  const name = launch.image.imageId.replace(/[^0-9a-f]+/g, '-')
  await writeFile(join(folder, `${name}.json`), '{"version":0}')
  await preflight.check(launch, signal)
  await pass(clock)
  await told
  assert.ok(inspector.calls.includes('run'))
})

test('what is senseless is refused, and is no warning besides', async (t) => {
  const { preflight, inspector, warnings } = await world(t)
  inspector.image = { environment: ['MPLBACKEND=Agg'] }
  const launch = shown()
  const { failure } = await preflight.check(launch, signal)
  assert.equal(failure?.code, 'AGENT_PREFLIGHT_NO_COMMAND')
  assert.deepEqual(warnings(launch), ['AGENT_PREFLIGHT_WINDOWLESS'])
  inspector.storageRoot = '/var/snap/docker/common'
  const other = await world(t)
  other.inspector.storageRoot = '/var/snap/docker/common'
  const snap = await other.preflight.check(launch, signal)
  assert.equal(snap.failure?.code, 'AGENT_CAUSE_ENGINE_IS_SNAP')
})

test('an engine that fails hinders no launch; an abort does', async (t) => {
  const { preflight, inspector } = await world(t)
  inspector.engineFault = new CodedError('AGENT_ENGINE_TROUBLE')
  assert.deepEqual(await preflight.check(shown(), signal), {})
  const aborted = AbortSignal.abort(new Error('enough'))
  await assert.rejects(preflight.check(shown(), aborted), /enough/)
})

test('an end without a word waits for what the image tells', async (t) => {
  const { preflight, inspector } = await world(t)
  const launch = shown()
  await preflight.check(launch, signal)
  const traits = { hasCv2QtPlugins: true, hasPyQt: true, hasKoreanFont: true }
  assert.equal(await preflight.imageTraits(launch.launchId, { wait: 'known' }, signal), undefined)
  assert.deepEqual(await preflight.imageTraits(launch.launchId, { wait: 'look' }, signal), traits)
  assert.deepEqual(await preflight.imageTraits(launch.launchId, { wait: 'known' }, signal), traits)
  assert.equal(await preflight.imageTraits('lau-other', { wait: 'look' }, signal), undefined)
  assert.equal(inspector.calls.filter((call) => call === 'run').length, 1)
})

test('an image without a shell stays unknown and is not asked again', async (t) => {
  const { preflight, inspector } = await world(t)
  inspector.output = undefined
  const launch = shown()
  await preflight.check(launch, signal)
  for (const _ of [1, 2]) {
    assert.equal(await preflight.imageTraits(launch.launchId, { wait: 'look' }, signal), undefined)
  }
  assert.equal(inspector.calls.filter((call) => call === 'run').length, 1)
})

test('launches that ran before are judged once, those no longer wanted are forgotten', async (t) => {
  const { preflight, inspector, told, warnings } = await world(t)
  inspector.image = { command: ['/run'], environment: ['MPLBACKEND=Agg'] }
  const [up, waiting] = [shown(), launchOf('other', { display: { required: true } })]
  const isUp = (launchId: string) => launchId === up.launchId
  preflight.follow([up, waiting], isUp)
  preflight.follow([up, waiting], isUp)
  await told
  assert.deepEqual(warnings(up), ['AGENT_PREFLIGHT_WINDOWLESS'])
  assert.deepEqual(warnings(waiting), [])
  assert.equal(inspector.calls.filter((call) => call === 'configuration').length, 1)
  preflight.follow([waiting], isUp)
  assert.deepEqual(warnings(up), [])
})
