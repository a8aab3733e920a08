// Importing over HTTP: described, only for those who may write packages, and registered as it was answered.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { PackageVersion, Problem, ProfileImport } from '@bongsu/protocol'
import { startDatabase } from '../../infra/database.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { suiteCleanup } from './suite-cleanup.ts'

const URL_PATH = '/api/v1/launch-profiles/import'
const LINE =
  'docker run -it --rm --device /dev/dri --user $(id -u) -e DISPLAY=unix$DISPLAY -v /tmp/.X11-unix:/tmp/.X11-unix --gpus all image python3 main.py'

describe('profile import', () => {
  let hub: TestHub
  const cleanup = suiteCleanup()
  const post = <Body = ProfileImport>(body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    hub.call<Body>({ method: 'POST', url: URL_PATH, body, headers })

  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
  })

  test('what is imported can be registered as it is', async () => {
    const { status, body } = await post({ text: LINE })
    assert.equal(status, 200)
    assert.deepEqual([body.image, body.acceptable], ['image', true])
    assert.ok(body.notes.some(({ code, explanation }) => code === 'display-unix' && explanation.ko !== ''))
    const entry = { id: 'imported', koreanName: '가져온 것', fileName: 'a.tar', copyrightHolder: '봉수' }
    await hub.call({ method: 'POST', url: '/api/v1/packages', body: entry })
    const made = await hub.call<PackageVersion>({
      method: 'POST',
      url: '/api/v1/packages/imported/versions',
      body: { version: '1', profile: body.profile },
    })
    assert.equal(made.status, 201)
    assert.deepEqual(made.body.profile, body.profile)
  })

  test('what is refused is answered with its reason, not as an error', async () => {
    const { status, body } = await post({ text: 'docker run --privileged a' })
    assert.deepEqual([status, body.acceptable, body.notes[0]?.code], [200, false, 'privileged'])
  })

  test('what cannot be read is a coded problem in the caller’s language', async () => {
    const { status, body, code } = await post<Problem>({ text: 'hello' }, { 'accept-language': 'ko' })
    assert.deepEqual([status, code], [422, 'HUB_IMPORT_UNRECOGNISED'])
    assert.match(body.title, /매니페스트/)
    for (const wrong of [
      {},
      { text: '' },
      { text: 1 },
      { text: 'a', more: 1 },
      { text: 'a'.repeat(65_537) },
    ]) {
      assert.equal((await post(wrong)).status, 400, JSON.stringify(wrong).slice(0, 40))
    }
  })

  test('a viewer and nobody may not', async () => {
    const viewer = await hub.call<{ token: string }>({
      method: 'POST',
      url: '/api/v1/access-tokens',
      body: { name: 'viewer', role: 'viewer' },
    })
    for (const [token, status] of [
      [viewer.body.token, 403],
      [null, 401],
    ] as const) {
      const answer = await hub.call({ method: 'POST', url: URL_PATH, body: { text: LINE }, token })
      assert.equal(answer.status, status)
    }
  })

  test('the API’s description has it', async () => {
    const { body } = await hub.call<{ paths: Record<string, { post?: { description?: string } }> }>({
      url: '/api/v1/openapi.json',
    })
    assert.match(body.paths[URL_PATH]?.post?.description ?? '', /docker run.*Permission: package:write/)
  })
})
