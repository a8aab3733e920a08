import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AiPackage, PackageVersion } from '@bongsu/protocol'
import {
  findPackageFaults,
  packageFieldOf,
  toPackageEntry,
  toPackageFormValues,
} from './package-form-model.ts'
import { readyVersions, statusOf } from './version-status.ts'

const NOW = '2026-11-24T00:00:00.000Z'
const registered: AiPackage = {
  id: 'detector',
  koreanName: '객체 탐지기',
  fileName: '탐지.tar',
  copyrightHolder: '봉수',
  description: '설명',
  licence: 'MIT',
  tags: ['감시', '실외'],
  registeredAt: NOW,
  versions: [],
  revision: 1,
}

test('what the form shows of an entry is the entry again', () => {
  const { id: _, registeredAt: __, versions: ___, revision: ____, ...entry } = registered
  assert.deepEqual(toPackageEntry(toPackageFormValues(registered)), entry)
})

test('what is left empty is left out; text is composed and tags are once each', () => {
  const values = {
    ...toPackageFormValues(undefined),
    koreanName: ' 객체 '.normalize('NFD'),
    tags: '감시, 감시 ;, 실외',
  }
  assert.deepEqual(toPackageEntry(values), {
    koreanName: '객체',
    fileName: '',
    copyrightHolder: '',
    tags: ['감시', '실외'],
  })
  assert.deepEqual(Object.keys(findPackageFaults(values)), ['id', 'fileName', 'copyrightHolder'])
})

test('a fault of one tag is shown at the tags', () => {
  assert.equal(packageFieldOf('/tags/3'), 'tags')
  assert.equal(packageFieldOf('/licence'), 'licence')
  assert.equal(packageFieldOf('/other'), undefined)
})

test('nothing withdrawn is offered for a deployment', () => {
  const version = (name: string, more: Partial<PackageVersion>): PackageVersion => ({
    packageId: 'detector',
    version: name,
    profile: { containers: [{ name: 'main' }] },
    needs: { display: false, gpu: false, cameras: 0 },
    state: 'ready',
    registeredAt: NOW,
    revision: 1,
    ...more,
  })
  const versions = [
    version('1', {}),
    version('2', { withdrawn: { at: NOW } }),
    version('3', { state: 'awaiting-archive' }),
  ]
  assert.deepEqual(
    readyVersions({ ...registered, versions }).map((one) => one.version),
    ['1'],
  )
  assert.deepEqual(readyVersions({ ...registered, versions, withdrawn: { at: NOW } }), [])
  assert.deepEqual(
    versions.map((one) => statusOf(one).text),
    ['packages.version.ready', 'packages.version.withdrawn', 'packages.version.awaitingArchive'],
  )
})
