// The gate on the hub that ships: what is found in an archive and in a push stands at the version, layers that were left out are
// judged by what is known of them, and the policy holds back what it names.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { AiPackage, Deployment, PackageVersion } from '@bongsu/protocol'
import mongoose from 'mongoose'
import { startDatabase, type TestDatabase } from '../../infra/database.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { OCI_MANIFEST, pushable } from './pushed-image.ts'
import { acceptedDevice, PROFILE, upload } from './registered.ts'
import { suiteCleanup } from './suite-cleanup.ts'
import { image, imageEntries, sha256, tar } from './tar-archive.ts'

const SITE = 'usr/lib/python3/site-packages'
const some = Buffer.from('x')
const base = tar([
  { name: `${SITE}/PyQt5-5.15.11.dist-info/METADATA`, content: some },
  { name: `${SITE}/PyQt5/Qt5/plugins/platforms/libqxcb.so`, content: some },
])
const withOpenCv = tar([{ name: `${SITE}/cv2/qt/plugins/platforms/libqxcb.so`, content: some }])
const withFont = tar([{ name: 'usr/share/fonts/NanumGothic.ttf', content: some }])

describe('the gate', () => {
  const cleanup = suiteCleanup()
  let database: TestDatabase
  let dataDir: string
  let hub: TestHub
  before(async () => {
    database = await startDatabase(cleanup)
    dataDir = tempDir(cleanup, 'gate')
    hub = await startTestHub(cleanup, database, { dataDir })
  })

  const register = async (id: string, profile: object = PROFILE) => {
    const entry = { id, koreanName: '점검', fileName: 'a.tar', copyrightHolder: '봉수' }
    await hub.call({ method: 'POST', url: '/api/v1/packages', body: entry })
    await hub.call({
      method: 'POST',
      url: `/api/v1/packages/${id}/versions`,
      body: { version: '1.0.0', profile },
    })
  }
  const codesOf = ({ findings }: PackageVersion) =>
    findings?.map(({ severity, reason }) => `${severity} ${reason.code}`)
  const versionOf = async (id: string) =>
    (await hub.call<PackageVersion>({ url: `/api/v1/packages/${id}/versions/1.0.0` })).body

  test('what an archive holds is told with the answer to its upload, and stands in the catalogue', async () => {
    await register('looked-into')
    const archive = image({ seed: 'looked', layers: [base, withOpenCv] })
    const { status, body } = await upload<PackageVersion>(hub, 'looked-into', archive)
    assert.equal(status, 200, JSON.stringify(body))
    const expected = ['AGENT_CAUSE_QT_OPENCV_CLASH', 'HUB_GATE_XCB_MISSING', 'HUB_GATE_NO_HANGUL_FONT'].map(
      (code) => `warn ${code}`,
    )
    assert.deepEqual(codesOf(body), expected)
    const listed = await hub.call<AiPackage>({ url: '/api/v1/packages/looked-into' })
    assert.deepEqual(codesOf(listed.body.versions[0] as PackageVersion), expected)
  })

  test('layers that are left out are judged by what was learnt when they came', async () => {
    await register('left-out')
    const layers = [base, withFont]
    const entries = imageEntries({ seed: 'left-out', layers }).filter(({ content }) => content !== base)
    const { status, body } = await upload<PackageVersion>(hub, 'left-out', tar(entries))
    assert.equal(status, 200, JSON.stringify(body))
    assert.deepEqual(codesOf(body), ['warn HUB_GATE_XCB_MISSING'])
  })

  test('a layer from before anybody looked is told as unknown, not as fine', async () => {
    const connection = await mongoose.createConnection(database.uri).asPromise()
    cleanup.after(() => connection.close())
    await connection.collection('layercontents').deleteMany({})
    await register('unknown')
    const entries = imageEntries({ seed: 'unknown', layers: [base, withFont] })
    const { body } = await upload<PackageVersion>(
      hub,
      'unknown',
      tar(entries.filter(({ content }) => content !== base)),
    )
    assert.deepEqual(codesOf(body), ['warn HUB_GATE_LAYERS_UNKNOWN'])
    const [finding] = body.findings ?? []
    assert.deepEqual(finding?.reason.parameters, { layers: 1 })
  })

  test('a push is judged as an archive is', async () => {
    await register('pushed')
    const { configuration, layers, manifest } = pushable('gate')
    for (const raw of [configuration, ...layers.map(({ blob }) => blob)]) {
      const headers = { 'content-type': 'application/octet-stream' }
      const url = `/v2/pushed/blobs/uploads/?digest=${sha256(raw)}`
      assert.equal((await hub.call({ method: 'POST', url, raw, headers, key: null })).status, 201)
    }
    const headers = { 'content-type': OCI_MANIFEST }
    const put = await hub.call({ method: 'PUT', url: '/v2/pushed/manifests/1.0.0', raw: manifest, headers })
    assert.equal(put.status, 201)
    assert.deepEqual(codesOf(await versionOf('pushed')), ['warn HUB_GATE_NO_HANGUL_FONT'])
  })

  test('an image that no accepted device can run is told', async () => {
    await acceptedDevice(hub, { architecture: 'arm64' } as never)
    await register('elsewhere')
    const { body } = await upload<PackageVersion>(
      hub,
      'elsewhere',
      image({ seed: 'elsewhere', layers: [withFont] }),
    )
    assert.deepEqual(codesOf(body), ['warn HUB_GATE_NO_SUCH_DEVICE'])
  })

  test('the policy holds back what it names, as long as it names it', async () => {
    await hub.stop()
    const environment = { BONGSU_HUB_GATE_BLOCK: 'HUB_GATE_XCB_MISSING' }
    hub = await startTestHub(cleanup, database, { dataDir, environment })
    const [worst] = codesOf(await versionOf('looked-into')) ?? []
    assert.equal(worst, 'block HUB_GATE_XCB_MISSING')
    const device = await acceptedDevice(hub)
    const wish = { packageId: 'looked-into', version: '1.0.0', deviceIds: [device.id] }
    const refused = await hub.call({ method: 'POST', url: '/api/v1/deployments', body: wish })
    assert.equal(refused.code, 'HUB_GATE_BLOCKED')
    assert.match(JSON.stringify(refused.body), /HUB_GATE_XCB_MISSING/)
    await hub.stop()
    hub = await startTestHub(cleanup, database, { dataDir })
    const allowed = await hub.call<Deployment>({ method: 'POST', url: '/api/v1/deployments', body: wish })
    assert.equal(allowed.status, 201, JSON.stringify(allowed.body))
  })

  test('a policy that names no code stops the start', async () => {
    const environment = { BONGSU_HUB_GATE_BLOCK: 'HUB_GATE_XCB_MISING' }
    await assert.rejects(
      startTestHub(cleanup, database, { environment }),
      /BONGSU_HUB_GATE_BLOCK|HUB_CONFIG_INVALID/,
    )
  })
})
