// The catalogue as operators use it: every field, needs, search in Korean, duplicates, withdrawal, deletion.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { AiPackage, Deployment, Device, PackageVersion, Problem } from '@bongsu/protocol'
import { startDatabase } from '../../infra/database.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { acceptedDevice, PROFILE, readyVersion } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'

const PACKAGES = '/api/v1/packages'
const DETECTOR = {
  id: 'object-detector',
  koreanName: '객체 탐지기',
  fileName: '객체탐지.tar',
  copyrightHolder: '주식회사 봉수',
  description: '항만 영상에서 사람과 차량을 찾습니다.',
  licence: 'Apache-2.0 WITH LLVM-exception',
  tags: ['감시', '실외', 'CCTV'],
}

describe('the catalogue', () => {
  let hub: TestHub
  const cleanup = suiteCleanup()

  const post = <Body>(url: string, body: unknown = {}) =>
    hub.call<Body>({ method: 'POST', url: `${PACKAGES}${url}`, body })
  const get = async (id: string) => (await hub.call<AiPackage>({ url: `${PACKAGES}/${id}` })).body
  const remove = (url: string) =>
    hub.call<Problem>({ method: 'DELETE', url: `${PACKAGES}${url}`, headers: { 'if-match': '*' } })
  const deploy = (wish: object) =>
    hub.call<Deployment & Problem>({ method: 'POST', url: '/api/v1/deployments', body: wish })
  const find = async (text: string) => {
    const { body } = await hub.call<{ items: AiPackage[] }>({
      url: `${PACKAGES}?q=${encodeURIComponent(text)}&total=true`,
    })
    return body.items.map(({ id }) => id)
  }

  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
    assert.equal((await post('', DETECTOR)).status, 201)
    const profile = {
      ...PROFILE,
      containers: [
        { name: 'main', devices: [{ kind: 'gpu' }, { kind: 'camera' }], resources: { memoryBytes: 2 ** 30 } },
      ],
    }
    const version = await post<PackageVersion>('/object-detector/versions', {
      version: '2024.9-rc1',
      profile,
    })
    assert.deepEqual(version.body.needs, { display: true, gpu: true, cameras: 1, memoryBytes: 2 ** 30 })
  })

  test('licence and tags are kept, composed and once each, and can be taken away', async () => {
    assert.deepEqual((await get('object-detector')).tags, DETECTOR.tags)
    const entry = { koreanName: '태그', fileName: 'a.tar', copyrightHolder: '봉수' }
    const written = ['감시'.normalize('NFD'), ' 감시 ', 'cctv', 'CCTV']
    const made = await post<AiPackage>('', { id: 'tagged', ...entry, licence: 'MIT', tags: written })
    assert.deepEqual([made.body.licence, made.body.tags], ['MIT', ['감시', 'cctv']])
    const bare = await hub.call<AiPackage>({
      method: 'PATCH',
      url: `${PACKAGES}/tagged`,
      headers: { 'if-match': '"1"' },
      body: { ...entry, tags: [] },
    })
    assert.deepEqual([bare.body.licence, bare.body.tags], [undefined, undefined])
    for (const tags of [['a,b'], ['x'.repeat(41)], ['line\nbreak'], 'text', Array(33).fill('a')]) {
      const refused = await post<Problem>('', { id: 'refused', ...entry, tags })
      assert.deepEqual([refused.status, refused.code], [400, 'HUB_INVALID_REQUEST'], JSON.stringify(tags))
    }
  })

  test('it is found by any field, in any composition, by initial consonants, and by its versions', async () => {
    const found = [
      'object-det',
      '객체 탐지',
      '객체탐지기',
      '탐지기'.normalize('NFD'),
      'ㄱㅊ',
      'ㄱㅊㅌㅈㄱ',
      'ㅈㅅㅎㅅ ㅂㅅ',
      '체탐지.tar',
      '주식회사',
      '항만 영상',
      'apache-2.0',
      'cctv',
      'ㄱㅅ',
      // As an input method joins the two.
      'ㄳ',
      '2024.9-RC',
    ]
    for (const text of found) assert.ok((await find(text)).includes('object-detector'), text)
    for (const text of ['ㅊㄱ', '2024x9', '없는 말', '기\n객']) assert.deepEqual(await find(text), [], text)
  })

  test('devices are found by initial consonants too', async () => {
    const { id } = await acceptedDevice(hub)
    const url = `/api/v1/devices/${id}`
    await hub.call({ method: 'PATCH', url, headers: { 'if-match': '*' }, body: { name: '울릉도 북면' } })
    for (const text of ['ㅇㄹㄷ', '울릉도북면', 'ㅂ면']) {
      const { body } = await hub.call<{ items: Device[] }>({
        url: `/api/v1/devices?q=${encodeURIComponent(text)}`,
      })
      assert.deepEqual(
        body.items.map((device) => device.id),
        [id],
      )
    }
  })

  test('pages of a search go on where the one before ended', async () => {
    for (let index = 0; index < 5; index += 1) {
      const entry = { koreanName: `쪽 나누기 ${index}`, fileName: 'a.tar', copyrightHolder: '봉수' }
      await post('', { id: `paged-${index}`, ...entry })
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const url: string = `${PACKAGES}?limit=2&q=${encodeURIComponent('ㅉㄴㄴㄱ')}${cursor ? `&cursor=${cursor}` : ''}`
      const { body } = await hub.call<{ items: AiPackage[]; nextCursor?: string }>({ url })
      seen.push(...body.items.map(({ id }) => id))
      cursor = body.nextCursor
    } while (cursor)
    assert.deepEqual(seen.sort(), ['paged-0', 'paged-1', 'paged-2', 'paged-3', 'paged-4'])
  })

  test('a duplicate is refused and names the present entry', async () => {
    const same = await post<Problem>('', { ...DETECTOR, koreanName: '다른 이름' })
    assert.deepEqual([same.status, same.code], [409, 'HUB_ALREADY_REGISTERED'])
    for (const word of ['object-detector', '객체 탐지기', '주식회사 봉수'])
      assert.ok(same.body.title.includes(word), same.body.title)
    const again = {
      ...DETECTOR,
      id: 'object-detector-2',
      koreanName: '객체탐지기',
      copyrightHolder: '주식회사봉수',
    }
    const refused = await post<Problem>('?sameName=refuse', again)
    assert.deepEqual([refused.status, refused.code], [409, 'HUB_PACKAGE_SAME_NAME'])
    assert.ok(refused.body.title.includes('object-detector'), refused.body.title)
    assert.equal((await post('?sameName=refuse', { ...again, copyrightHolder: '다른 회사' })).status, 201)
    const edited = await hub.call<Problem>({
      method: 'PATCH',
      url: `${PACKAGES}/object-detector-2?sameName=refuse`,
      headers: { 'if-match': '*' },
      body: { koreanName: '객체 탐지기', fileName: 'a.tar', copyrightHolder: '주식회사 봉수' },
    })
    assert.equal(edited.code, 'HUB_PACKAGE_SAME_NAME')
    const version = await post<Problem>('/object-detector/versions', {
      version: '2024.9-rc1',
      profile: PROFILE,
    })
    assert.equal(version.code, 'HUB_ALREADY_REGISTERED')
    assert.ok(version.body.title.includes('object-detector 2024.9-rc1'), version.body.title)
  })

  test('a withdrawn version or package refuses new deployments, runs on, is found, and comes back', async () => {
    const device = await acceptedDevice(hub)
    const { packageId, version } = await readyVersion(hub)
    const wish = { packageId, version, deviceIds: [device.id] }
    const running = await deploy(wish)
    assert.equal(running.status, 201)
    const target = { version: `/${packageId}/versions/${version}`, package: `/${packageId}` }
    for (const [kind, url] of Object.entries(target)) {
      const code = kind === 'version' ? 'HUB_VERSION_WITHDRAWN' : 'HUB_PACKAGE_WITHDRAWN'
      const withdrawn = await post<AiPackage>(`${url}/withdraw`, { reason: '오탐이 많음' })
      assert.equal(withdrawn.status, 200)
      assert.equal(withdrawn.body.withdrawn?.reason, '오탐이 많음')
      const again = await post<AiPackage>(`${url}/withdraw`, { reason: '또' })
      assert.deepEqual(again.body.withdrawn, withdrawn.body.withdrawn)
      const refused = await deploy(wish)
      assert.deepEqual([refused.status, refused.code], [409, code])
      assert.ok(refused.body.title.includes('오탐이 많음'), refused.body.title)
      const forecast = { method: 'POST', url: '/api/v1/deployments/forecast', body: wish } as const
      assert.equal((await hub.call(forecast)).code, code)
      const state = await hub.hub.features.sessionLaunches.desiredStateFor(device.id)
      assert.equal(state.launches.length, 1)
      assert.ok((await find(packageId)).includes(packageId))
      const restored = await post<AiPackage>(`${url}/restore`)
      assert.deepEqual([restored.status, restored.body.withdrawn], [200, undefined])
      assert.equal((await post(`${url}/restore`)).status, 200)
    }
    assert.equal((await deploy(wish)).status, 201)
    assert.equal((await post('/nothing/withdraw')).code, 'HUB_PACKAGE_NOT_FOUND')
    assert.equal((await post(`/${packageId}/versions/9/restore`)).code, 'HUB_VERSION_NOT_FOUND')
  })

  test('what a deployment uses cannot be deleted, and the refusal names the deployment', async () => {
    const device = await acceptedDevice(hub)
    const { packageId, version } = await readyVersion(hub)
    const { body: deployment } = await deploy({ packageId, version, deviceIds: [device.id] })
    const spare = { version: 'spare', profile: PROFILE }
    await post(`/${packageId}/versions`, spare)
    for (const [url, code] of [
      [`/${packageId}`, 'HUB_PACKAGE_IN_USE'],
      [`/${packageId}/versions/${version}`, 'HUB_VERSION_IN_USE'],
    ] as const) {
      const refused = await remove(url)
      assert.deepEqual([refused.status, refused.code], [409, code])
      assert.ok(refused.body.title.includes(deployment.id), refused.body.title)
    }
    // The other version is used by nobody.
    assert.equal((await remove(`/${packageId}/versions/spare`)).status, 204)
    assert.deepEqual(
      (await get(packageId)).versions.map((one) => one.version),
      [version],
    )
    assert.deepEqual(await find('spare'), [])
    assert.equal((await remove(`/${packageId}/versions/spare`)).code, 'HUB_VERSION_NOT_FOUND')
    await hub.call({ method: 'POST', url: `/api/v1/deployments/${deployment.id}/stop`, body: {} })
    assert.equal((await remove(`/${packageId}/versions/${version}`)).status, 204)
    // Its name is free again, for another image.
    assert.equal((await post(`/${packageId}/versions`, { version, profile: PROFILE })).status, 201)
    assert.equal((await remove(`/${packageId}`)).status, 204)
  })
})
