import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  isMemoryLimit,
  isVersionName,
  readProfile,
  toLaunchProfile,
  USUAL_PROFILE,
  writeProfile,
} from './version-form-model.ts'

test('the simple choices become a profile', () => {
  assert.deepEqual(toLaunchProfile(USUAL_PROFILE), {
    containers: [{ name: 'main' }],
    display: { required: true, animates: false },
    network: 'bridge',
  })
  const silent = toLaunchProfile({
    displayRequired: false,
    animates: true,
    network: 'none',
    memoryMebibytes: '512',
  })
  assert.deepEqual(silent, {
    containers: [{ name: 'main', resources: { memoryBytes: 536_870_912 } }],
    display: { required: false },
    network: 'none',
  })
})

test('the JSON form starts from the simple one and says what is wrong', () => {
  const profile = toLaunchProfile(USUAL_PROFILE)
  assert.deepEqual(readProfile(writeProfile(profile)), { profile })
  assert.deepEqual(readProfile('{"containers":'), { fault: 'version.profileSyntax' })
  for (const text of ['[]', 'null', '{"containers":{}}']) {
    assert.deepEqual(readProfile(text), { fault: 'version.profileOutline' })
  }
})

test('names and limits', () => {
  for (const good of ['1', '1.0.0+abc', '2026-08-01_rc.1']) assert.ok(isVersionName(good))
  for (const bad of ['', '-1', '1 0', 'ㄱ']) assert.ok(!isVersionName(bad))
  for (const good of ['', '16', ' 512 ']) assert.ok(isMemoryLimit(good))
  for (const bad of ['15', '1.5', 'many']) assert.ok(!isMemoryLimit(bad))
})
