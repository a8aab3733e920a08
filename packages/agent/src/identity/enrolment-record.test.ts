// What is remembered of an enrolment survives; what is damaged counts as none, since the key can repeat it.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { readEnrolment, writeEnrolment } from './enrolment-record.ts'

const record = { deviceId: 'dev-abcdefghijklmnop', hubId: 'hub-a', hubKeyFingerprint: 'f'.repeat(43) }

async function stateDir(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-enrolment-'))
  t.after(() => rm(folder, { recursive: true }))
  return { folder, path: join(folder, 'enrolment.json') }
}

test('it comes back as written, private, without leftovers', async (t) => {
  const { folder, path } = await stateDir(t)
  assert.equal(await readEnrolment(folder), undefined)
  await writeEnrolment(folder, record)
  assert.deepEqual(await readEnrolment(folder), record)
  await writeEnrolment(folder, { ...record, deviceId: 'dev-qrstuvwxyz234567' })
  assert.equal((await readEnrolment(folder))?.deviceId, 'dev-qrstuvwxyz234567')
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(folder), ['enrolment.json'])
})

test('fields of a newer agent are no harm', async (t) => {
  const { folder, path } = await stateDir(t)
  await writeFile(path, JSON.stringify({ ...record, since: 'tomorrow' }))
  assert.deepEqual(await readEnrolment(folder), record)
})

test('a damaged record counts as none and is left alone', async (t) => {
  const { folder, path } = await stateDir(t)
  for (const damaged of [
    '',
    '{',
    'null',
    '[]',
    '"x"',
    '{}',
    JSON.stringify({ ...record, hubId: '' }),
    JSON.stringify({ ...record, hubKeyFingerprint: 5 }),
    JSON.stringify({ deviceId: record.deviceId }),
  ]) {
    await writeFile(path, damaged)
    assert.equal(await readEnrolment(folder), undefined, damaged)
    assert.equal(await readFile(path, 'utf8'), damaged)
  }
})

test('no content makes reading fail', async (t) => {
  const { folder, path } = await stateDir(t)
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (content) => {
      await writeFile(path, content)
      assert.equal(await readEnrolment(folder), undefined)
    }),
    { numRuns: 50 },
  )
})
