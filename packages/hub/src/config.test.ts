// Every key is read, checked, and refused with its name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodedError } from '@bongsu/foundation'
import { CONFIG_KEYS, isLoopback, readConfig } from './config.ts'

const REQUIRED = { MONGODB_URI: 'mongodb://127.0.0.1:27017/bongsu' }

test('defaults are safe: loopback, TLS, token beside the data', () => {
  const config = readConfig(REQUIRED)
  assert.deepEqual(
    [config.host, config.port, config.tls, config.adminTokenFile],
    ['127.0.0.1', 7443, { kind: 'auto' }, '/var/lib/bongsu/admin-token'],
  )
})

const S3 = {
  BONGSU_HUB_IMAGE_STORE: 's3://images/site-a/hub',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
}

test('images lie in a folder, or in a bucket by name', () => {
  assert.deepEqual(readConfig(REQUIRED).imageStore, { kind: 'folder' })
  const environment = { ...REQUIRED, ...S3, BONGSU_HUB_S3_ENDPOINT: 'http://127.0.0.1:9000' }
  assert.deepEqual(readConfig(environment).imageStore, {
    kind: 's3',
    bucket: 'images',
    prefix: 'site-a/hub/',
    endpoint: 'http://127.0.0.1:9000/',
    region: 'us-east-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  })
  const bare = readConfig({ ...REQUIRED, ...S3, BONGSU_HUB_IMAGE_STORE: 's3://images' }).imageStore
  assert.deepEqual(bare.kind === 's3' && [bare.prefix, bare.endpoint], ['', undefined])
})

test('given values are taken', () => {
  const config = readConfig({
    ...REQUIRED,
    BONGSU_HUB_DATA_DIR: '/data',
    BONGSU_HUB_HOST: 'localhost',
    BONGSU_HUB_PORT: '0',
    BONGSU_HUB_TLS: 'off',
    BONGSU_HUB_PUBLIC_URL: 'https://hub.example:7443',
    BONGSU_HUB_ADMIN_TOKEN_FILE: '/state/token',
  })
  assert.deepEqual(
    [config.host, config.port, config.tls.kind, config.publicUrl?.hostname, config.adminTokenFile],
    ['127.0.0.1', 0, 'off', 'hub.example', '/state/token'],
  )
})

const refusals: readonly [name: string, environment: Record<string, string>, path: string][] = [
  ['no database', { MONGODB_URI: '' }, 'MONGODB_URI'],
  ['another database', { MONGODB_URI: 'postgres://x' }, 'MONGODB_URI'],
  ['a misspelt key', { BONGSU_HUB_PROT: '1' }, 'BONGSU_HUB_PROT'],
  ['a port out of range', { BONGSU_HUB_PORT: '70000' }, 'BONGSU_HUB_PORT'],
  ['a port that is no number', { BONGSU_HUB_PORT: '1e3' }, 'BONGSU_HUB_PORT'],
  ['clear text on a network', { BONGSU_HUB_TLS: 'off', BONGSU_HUB_HOST: '0.0.0.0' }, 'BONGSU_HUB_TLS'],
  ['clear text on a name', { BONGSU_HUB_TLS: 'off', BONGSU_HUB_HOST: '127.0.0.1.example' }, 'BONGSU_HUB_TLS'],
  ['an unknown mode', { BONGSU_HUB_TLS: 'maybe' }, 'BONGSU_HUB_TLS'],
  ['no certificate', { BONGSU_HUB_TLS: 'files' }, 'BONGSU_HUB_TLS_CERT_FILE'],
  ['no key', { BONGSU_HUB_TLS: 'files', BONGSU_HUB_TLS_CERT_FILE: 'a' }, 'BONGSU_HUB_TLS_KEY_FILE'],
  ['an address of another kind', { BONGSU_HUB_PUBLIC_URL: 'ftp://x' }, 'BONGSU_HUB_PUBLIC_URL'],
  ['an unknown store', { BONGSU_HUB_IMAGE_STORE: 'ftp' }, 'BONGSU_HUB_IMAGE_STORE'],
  ['a bucket of no name', { ...S3, BONGSU_HUB_IMAGE_STORE: 's3:///hub' }, 'BONGSU_HUB_IMAGE_STORE'],
  ['a prefix to escape', { ...S3, BONGSU_HUB_IMAGE_STORE: 's3://images/a b' }, 'BONGSU_HUB_IMAGE_STORE'],
  ['a store at no address', { ...S3, BONGSU_HUB_S3_ENDPOINT: 'minio:9000' }, 'BONGSU_HUB_S3_ENDPOINT'],
  ['a store without its key', { ...S3, AWS_ACCESS_KEY_ID: '' }, 'AWS_ACCESS_KEY_ID'],
  ['a store without its secret', { ...S3, AWS_SECRET_ACCESS_KEY: '' }, 'AWS_SECRET_ACCESS_KEY'],
  ['an unknown level', { BONGSU_HUB_LOG_LEVEL: 'loud' }, 'BONGSU_HUB_LOG_LEVEL'],
]
for (const [name, environment, path] of refusals) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => readConfig({ ...REQUIRED, ...environment }),
      (error) =>
        error instanceof CodedError && error.code === 'HUB_CONFIG_INVALID' && error.parameters?.path === path,
    )
  })
}

test('only loopback addresses are loopback', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1']) assert.equal(isLoopback(host), true, host)
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.nip.io', '1127.0.0.1']) {
    assert.equal(isLoopback(host), false, host)
  }
})

test('keys are named once', () => {
  const names = CONFIG_KEYS.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
})
