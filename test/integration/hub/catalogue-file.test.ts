// The catalogue as a CSV file: out, changed as in a spreadsheet, previewed, and in again whole or not at all.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { AccessToken, AiPackage, CatalogueImport, Problem } from '@bongsu/protocol'
import { startDatabase } from '../../infra/database.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { PROFILE } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'

const PACKAGES = '/api/v1/packages'
const FILE = '/api/v1/catalogue.csv'
const ODD = {
  id: 'odd',
  koreanName: '=HYPERLINK("x")',
  fileName: '-1, "인용".tar',
  copyrightHolder: "'+82 봉수",
  description: '여러\n줄, 그리고 ; 탭\t끝',
  licence: '@SUM(A1)',
  tags: ['=1', '감시'],
}

describe('the catalogue file', () => {
  let hub: TestHub
  const cleanup = suiteCleanup()

  const get = (id: string) => hub.call<AiPackage & Problem>({ url: `${PACKAGES}/${id}` })
  const exported = async (query = '', language = 'ko') =>
    (await hub.call({ url: FILE + query, headers: { 'accept-language': language } })).bytes
  const send = (
    file: string | Buffer,
    { dryRun = false, token }: { dryRun?: boolean; token?: string } = {},
  ) =>
    hub.call<CatalogueImport & Problem>({
      method: 'POST',
      url: `${FILE}?dryRun=${dryRun}`,
      raw: Buffer.from(file),
      key: null,
      headers: { 'content-type': 'text/csv' },
      ...(token !== undefined && { token }),
    })

  before(async () => {
    hub = await startTestHub(cleanup, await startDatabase(cleanup))
    assert.equal((await hub.call({ method: 'POST', url: PACKAGES, body: ODD })).status, 201)
    await hub.call({
      method: 'POST',
      url: `${PACKAGES}/odd/versions`,
      body: { version: '1.0.0', profile: PROFILE },
    })
  })

  test('Excel opens what is exported: byte order mark, headings in the reader’s language, no formula', async () => {
    const { headers, bytes } = await hub.call({ url: FILE, headers: { 'accept-language': 'ko' } })
    assert.match(String(headers['content-type']), /^text\/csv/)
    assert.match(String(headers['content-disposition']), /attachment; filename="bongsu-catalogue\.csv"/)
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf])
    const [heading, row = ''] = bytes.toString().slice(1).split('\r\n')
    assert.equal(heading, '패키지 ID,한글 이름,파일 이름,저작권자,설명,라이선스,태그,버전,등록일,철회일')
    assert.ok(row.startsWith(`odd,"'=HYPERLINK(""x"")","'-1, ""인용"".tar",''+82 봉수,"여러\n줄`), row)
    assert.match(row, /,1\.0\.0,2\d{3}-/)
    assert.match((await exported('', 'en')).toString(), /^\ufeffPackage ID,Korean name/)
    const found = (await exported(`?q=${encodeURIComponent('없는 것')}`)).toString()
    assert.equal(found.split('\r\n').length, 2)
  })

  test('an export taken in again changes nothing; in an empty catalogue it makes the same entries', async () => {
    const file = await exported()
    const { body } = await send(file, { dryRun: true })
    assert.deepEqual(body, {
      outcome: 'previewed',
      encoding: 'utf-8',
      counts: { register: 0, change: 0, keep: 1, refuse: 0 },
      rows: [],
    })
    const { revision } = (await get('odd')).body
    await hub.call({ method: 'DELETE', url: `${PACKAGES}/odd`, headers: { 'if-match': `"${revision}"` } })
    const again = await send(file)
    assert.deepEqual([again.status, again.body.outcome, again.body.counts.register], [200, 'imported', 1])
    const { body: back } = await get('odd')
    assert.deepEqual({ ...back, registeredAt: '' }, { ...ODD, registeredAt: '', versions: [], revision: 1 })
  })

  test('rows register and change; the preview says so first, in CP949 too, and writes nothing', async () => {
    const file =
      'ID,이름,파일 이름,저작권자,태그\r\n"new-one",새 것,새.tar,봉수,"감시, 항만"\r\nodd,바뀐 이름,odd.tar,봉수,\r\n'
    const cp949 = Buffer.from(
      '49442cc0ccb8a72cc6c4c0cf20c0ccb8a72cc0fac0dbb1c7c0da2cc5c2b1d70d0a226e65772d6f6e65222cbbf520b0cd2cbbf52e7461722cbac0bcf62c22b0a8bdc32c20c7d7b8b8220d0a6f64642cb9d9b2ef20c0ccb8a72c6f64642e7461722cbac0bcf62c0d0a',
      'hex',
    )
    const preview = await send(cp949, { dryRun: true })
    assert.equal(preview.body.encoding, 'cp949')
    assert.deepEqual(preview.body.rows, (await send(file, { dryRun: true })).body.rows)
    assert.deepEqual(
      preview.body.rows.map(({ row, action, id, koreanName, changed }) => [
        row,
        action,
        id,
        koreanName,
        changed,
      ]),
      [
        [2, 'register', 'new-one', '새 것', undefined],
        [3, 'change', 'odd', '바뀐 이름', ['koreanName', 'fileName', 'copyrightHolder', 'tags']],
      ],
    )
    assert.equal((await get('new-one')).status, 404)
    const written = await send(file)
    assert.deepEqual(written.body.counts, { register: 1, change: 1, keep: 0, refuse: 0 })
    assert.deepEqual((await get('new-one')).body.tags, ['감시', '항만'])
    const { body } = await get('odd')
    // Columns that the file lacks stay.
    assert.deepEqual([body.koreanName, body.tags, body.licence], ['바뀐 이름', undefined, ODD.licence])
    const found = await hub.call<{ items: AiPackage[] }>({
      url: `${PACKAGES}?q=${encodeURIComponent('ㅂㄲㅇㄹ')}`,
    })
    assert.deepEqual(
      found.body.items.map(({ id }) => id),
      ['odd'],
    )
    // The same file again finds its work done.
    assert.deepEqual((await send(file)).body.counts, { register: 0, change: 0, keep: 2, refuse: 0 })
  })

  test('one refused row keeps all of the file out; the preview names each', async () => {
    const file =
      'id,이름,파일 이름,저작권자\ngood,좋음,a.tar,봉수\nNot Good,x,a.tar,봉수\ngood,두 번,a.tar,봉수\nodd,,a.tar,봉수\n'
    const { body } = await send(file, { dryRun: true })
    assert.deepEqual(body.counts, { register: 1, change: 0, keep: 0, refuse: 3 })
    assert.deepEqual(
      body.rows.map(({ row, faults }) => [row, faults?.[0]?.code]),
      [
        [3, 'HUB_CATALOGUE_CELL_INVALID'],
        [4, 'HUB_CATALOGUE_ID_TWICE'],
        [5, 'HUB_CATALOGUE_CELL_EMPTY'],
        [2, undefined],
      ],
    )
    const refused = await send(file)
    assert.deepEqual([refused.status, refused.code], [422, 'HUB_CATALOGUE_REFUSED'])
    assert.match(refused.body.title, /3/)
    assert.equal((await get('good')).status, 404)
  })

  test('of two files at once each is taken in whole or not at all', async () => {
    const file = (holder: string) =>
      `id,이름,파일 이름,저작권자\n${Array.from({ length: 40 }, (_, index) => `both-${index},함께 ${index},a.tar,${holder}`).join('\n')}`
    const answers = await Promise.all(['가', '나', '다'].map((holder) => send(file(holder))))
    for (const { status, code } of answers) {
      assert.ok(status === 200 || code === 'HUB_CATALOGUE_CHANGED', `${status} ${code}`)
    }
    assert.ok(answers.some(({ status }) => status === 200))
    const { body } = await hub.call<{ items: AiPackage[] }>({ url: `${PACKAGES}?q=both-&limit=200` })
    assert.equal(body.items.length, 40)
    assert.equal(new Set(body.items.map(({ copyrightHolder }) => copyrightHolder)).size, 1)
    assert.equal(new Set(body.items.map(({ revision }) => revision)).size, 1)
  })

  test('what is no catalogue is refused as what it is, and viewers only read', async () => {
    const cases: readonly [file: string | Buffer, status: number, code: string][] = [
      [Buffer.from('504b03041400', 'hex'), 400, 'HUB_CATALOGUE_UNREADABLE'],
      ['id\n"open', 400, 'HUB_CATALOGUE_SYNTAX'],
      ['id,가격\na,1', 400, 'HUB_CATALOGUE_COLUMN_UNKNOWN'],
      ['', 400, 'HUB_CATALOGUE_COLUMN_MISSING'],
      [Buffer.alloc(9 * 1024 * 1024, 'a'), 413, 'HUB_BODY_TOO_LARGE'],
    ]
    for (const [file, status, code] of cases) {
      const refused = await send(file, { dryRun: true })
      assert.deepEqual([refused.status, refused.code], [status, code])
    }
    const json = await hub.call({ method: 'POST', url: FILE, body: {} })
    assert.equal(json.code, 'HUB_UNSUPPORTED_MEDIA_TYPE')
    const body = { name: 'viewer', role: 'viewer' }
    const viewer = await hub.call<AccessToken>({ method: 'POST', url: '/api/v1/access-tokens', body })
    const token = viewer.body.token ?? ''
    assert.equal((await send('id\n', { token, dryRun: true })).code, 'HUB_FORBIDDEN')
    assert.equal((await hub.call({ url: FILE, token })).status, 200)
  })

  test('thousands of entries go in at once and come out in pages', async () => {
    const rows = Array.from({ length: 1200 }, (_, index) => `many-${index},많음 ${index},a.tar,봉수`)
    const { body } = await send(`id,이름,파일 이름,저작권자\n${rows.join('\n')}`)
    assert.deepEqual([body.counts.register, body.rows.length], [1200, 1000])
    const lines = (await exported(`?q=${encodeURIComponent('ㅁㅇ')}`)).toString().split('\r\n')
    assert.equal(new Set(lines.filter((line) => line.startsWith('many-'))).size, 1200)
  })
})
