// What callers get wrong, by accident or on purpose: each ends in a coded problem and changes nothing.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Device, ERROR_CATALOGUE, type Problem } from '@bongsu/protocol'
import { startDatabase } from '../../infra/database.ts'
import { type Call, startTestHub, type TestHub } from './hub-fixture.ts'
import { suiteCleanup } from './suite-cleanup.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const DEVICES = '/api/v1/devices'
const post = (raw: string | Buffer, headers: Readonly<Record<string, string>> = JSON_TYPE): Call => ({
  method: 'POST',
  url: DEVICES,
  raw,
  headers,
})

describe('bad input', () => {
  let hub: TestHub
  const cleanup = suiteCleanup()
  const countDevices = async () =>
    (await hub.call<{ total: number }>({ url: `${DEVICES}?total=true` })).body.total

  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
  })

  const refusals: readonly [name: string, call: Call, status: number, code: string][] = [
    ['no JSON', post('{"name":'), 400, 'HUB_INVALID_REQUEST'],
    ['an empty body', post(''), 400, 'HUB_INVALID_REQUEST'],
    ['a list', post('[]'), 400, 'HUB_INVALID_REQUEST'],
    ['null', post('null'), 400, 'HUB_INVALID_REQUEST'],
    ['__proto__', post('{"name":"a","__proto__":{"role":"admin"}}'), 400, 'HUB_INVALID_REQUEST'],
    ['constructor.prototype', post('{"constructor":{"prototype":{"a":1}}}'), 400, 'HUB_INVALID_REQUEST'],
    ['an unknown field', post('{"name":"a","approval":"accepted"}'), 400, 'HUB_INVALID_REQUEST'],
    ['an operator for a text', post('{"name":{"$ne":""}}'), 400, 'HUB_INVALID_REQUEST'],
    ['a text for a number', post('{"port":"80"}'), 400, 'HUB_INVALID_REQUEST'],
    ['a control character', post('{"name":"a\\u0007"}'), 400, 'HUB_INVALID_REQUEST'],
    ['an impossible address', post('{"ipAddress":"999.1.1.1"}'), 400, 'HUB_INVALID_REQUEST'],
    ['half a coordinate', post('{"location":{"latitude":37.5}}'), 400, 'HUB_LOCATION_INCOMPLETE'],
    ['0/0', post('{"location":{"latitude":0,"longitude":0}}'), 400, 'HUB_LOCATION_NULL_ISLAND'],
    ['exchanged', post('{"location":{"latitude":126.97,"longitude":37.56}}'), 400, 'HUB_LOCATION_SWAPPED'],
    ['beyond the pole', post('{"location":{"latitude":97,"longitude":7}}'), 400, 'HUB_LOCATION_OUT_OF_RANGE'],
    ['a body over the limit', post(`{"description":"${'a'.repeat(600_000)}"}`), 413, 'HUB_BODY_TOO_LARGE'],
    ['no content type', post('{"name":"a"}', {}), 415, 'HUB_UNSUPPORTED_MEDIA_TYPE'],
    ['text/plain', post('{"name":"a"}', { 'content-type': 'text/plain' }), 415, 'HUB_UNSUPPORTED_MEDIA_TYPE'],
    [
      'a form',
      post('name=a', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'HUB_UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a type that only begins like JSON',
      post('{"name":"a"}', { 'content-type': 'application/json\t; charset=utf-8' }),
      415,
      'HUB_UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'JSON in another charset',
      post('{"name":"a"}', { 'content-type': 'application/json; charset=euc-kr' }),
      415,
      'HUB_UNSUPPORTED_MEDIA_TYPE',
    ],
    ['an unknown device', { url: `${DEVICES}/dev-aaaaaaaaaaaaaaaa` }, 404, 'HUB_DEVICE_NOT_FOUND'],
    ['a malformed id', { url: `${DEVICES}/dev-1` }, 400, 'HUB_INVALID_REQUEST'],
    ['an id with a slash', { url: `${DEVICES}/..%2f..%2fetc` }, 400, 'HUB_INVALID_REQUEST'],
    ['an unknown package', { url: '/api/v1/packages/nothing' }, 404, 'HUB_PACKAGE_NOT_FOUND'],
    [
      'an unknown deployment',
      { url: '/api/v1/deployments/dep-aaaaaaaaaaaaaaaa' },
      404,
      'HUB_DEPLOYMENT_NOT_FOUND',
    ],
    ['an unknown launch', { url: '/api/v1/launches/lau-aaaaaaaaaaaaaaaa' }, 404, 'HUB_LAUNCH_NOT_FOUND'],
    ['an unknown path', { url: '/api/v1/nothing' }, 404, 'HUB_NOT_FOUND'],
    ['an unknown method', { method: 'PUT', url: DEVICES }, 404, 'HUB_NOT_FOUND'],
    ['a broken escape', { url: '/api/v1/devices/%E0%A4%A' }, 400, 'HUB_INVALID_REQUEST'],
    ['a cursor of nobody', { url: `${DEVICES}?cursor=abc` }, 400, 'HUB_INVALID_CURSOR'],
    ['a limit of 0', { url: `${DEVICES}?limit=0` }, 400, 'HUB_INVALID_REQUEST'],
    ['a limit of 201', { url: `${DEVICES}?limit=201` }, 400, 'HUB_INVALID_REQUEST'],
    ['a limit that is no number', { url: `${DEVICES}?limit=1e1` }, 400, 'HUB_INVALID_REQUEST'],
    ['a doubled parameter', { url: `${DEVICES}?q=a&q=b` }, 400, 'HUB_INVALID_REQUEST'],
    ['no Idempotency-Key', { ...post('{}'), key: null }, 400, 'HUB_IDEMPOTENCY_KEY_REQUIRED'],
    ['an Idempotency-Key with a blank', { ...post('{}'), key: 'a b' }, 400, 'HUB_INVALID_REQUEST'],
  ]
  for (const [name, call, status, code] of refusals) {
    test(name, async () => {
      const answer = await hub.call<Problem>(call)
      assert.deepEqual([answer.status, answer.code], [status, code], answer.bytes.toString())
      assert.match(String(answer.headers['content-type']), /^application\/problem\+json/)
      assert.equal(answer.body.status, status)
      assert.ok(answer.body.remedy && answer.body.title && answer.body.requestId)
      assert.equal(await countDevices(), 0)
    })
  }

  test('operators in a query are text or nothing, never a condition', async () => {
    for (const query of ['q[$ne]=x', 'q=%7B%22%24ne%22%3A1%7D', 'q=.*', 'q=(', 'q=%5B', 'q=$', 'q=%00']) {
      const { status, body } = await hub.call<{ items: Device[] }>({ url: `${DEVICES}?${query}` })
      assert.equal(status, 200, query)
      assert.deepEqual(body.items, [])
    }
  })

  test('problems speak Korean to whom prefers it', async () => {
    const url = `${DEVICES}/dev-aaaaaaaaaaaaaaaa`
    const inLanguage = async (accept: string) =>
      hub.call<Problem>({ url, headers: { 'accept-language': accept } })
    const korean = await inLanguage('ko-KR,ko;q=0.9,en;q=0.8')
    assert.equal(korean.body.title, 'dev-aaaaaaaaaaaaaaaa 단말은 등록되어 있지 않습니다.')
    assert.equal(korean.headers['content-language'], 'ko')
    for (const accept of ['en-GB', 'fr', '', 'ko;q=0.1, en', 'ko;q=x']) {
      const { headers } = await inLanguage(accept)
      assert.equal(headers['content-language'], accept === 'ko;q=x' ? 'ko' : 'en', accept)
    }
  })

  test('the suggestion for exchanged coordinates is what to send', async () => {
    const { body } = await hub.call<Problem>(post('{"location":{"latitude":126.97,"longitude":37.56}}'))
    assert.deepEqual(body.suggestion, { latitude: 37.56, longitude: 126.97 })
    assert.deepEqual(
      body.errors?.map(({ pointer }) => pointer),
      ['/location/latitude', '/location/longitude'],
    )
  })

  test('a wrong field is named by its place', async () => {
    const { body } = await hub.call<Problem>(post('{"name":"a","port":70000}'))
    assert.ok(
      body.errors?.some(({ pointer }) => pointer === '/port'),
      JSON.stringify(body),
    )
  })

  test('every code of a refusal is in the catalogue with that status', () => {
    for (const [, , status, code] of refusals) {
      assert.equal(ERROR_CATALOGUE[code as keyof typeof ERROR_CATALOGUE].status, status, code)
    }
  })
})
