// The API's description, metrics and console: valid, complete, and constant in size.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { startDatabase } from '../../infra/database.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { startTestHub, type TestHub } from './hub-fixture.ts'
import { suiteCleanup } from './suite-cleanup.ts'

interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[]
  requestBody?: { content: Record<string, { schema?: object }> }
  responses: Record<string, { content?: Record<string, { schema?: object }> }>
  security?: unknown[]
}

describe('description', () => {
  let hub: TestHub
  const cleanup = suiteCleanup()

  before(async () => {
    const consoleDir = tempDir(cleanup, 'console')
    mkdirSync(join(consoleDir, 'assets'))
    writeFileSync(join(consoleDir, 'index.html'), '<!doctype html><title>봉수</title>')
    writeFileSync(join(consoleDir, 'assets', 'main-1.js'), 'export {}')
    const environment = { BONGSU_HUB_CONSOLE_DIR: consoleDir }
    hub = await startTestHub(cleanup, await startDatabase(cleanup), { environment })
  })

  test('OpenAPI 3.1 with every reference resolved and every path parameter declared', async () => {
    const { body } = await hub.call<{ openapi: string; paths: Record<string, Record<string, Operation>> }>({
      url: '/api/v1/openapi.json',
      token: null,
    })
    assert.match(body.openapi, /^3\.1\./)
    const text = JSON.stringify(body)
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(text.includes(`"${name}":{`), name)
    }
    for (const [path, operations] of Object.entries(body.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const [method, operation] of Object.entries(operations)) {
        const declared = (operation.parameters ?? [])
          .filter((one) => one.in === 'path')
          .map(({ name }) => name)
        assert.deepEqual(declared.sort(), named.sort(), `${method} ${path}`)
        assert.ok(operation.responses.default?.content?.['application/problem+json'], `${method} ${path}`)
      }
    }
    for (const path of [
      '/api/v1/devices',
      '/api/v1/packages/{id}/versions/{version}/archive',
      '/api/v1/changes',
    ]) {
      assert.ok(body.paths[path], path)
    }
  })

  test('metrics name routes, never ids', async () => {
    await hub.call({ url: '/api/v1/devices/dev-aaaaaaaaaaaaaaaa' })
    const { status, bytes } = await hub.call({ url: '/metrics' })
    assert.equal(status, 200)
    assert.match(
      bytes.toString(),
      /bongsu_hub_http_request_duration_seconds_count\{[^}]*route="\/api\/v1\/devices\/:id"/,
    )
    assert.ok(!bytes.toString().includes('dev-aaaaaaaaaaaaaaaa'))
  })

  test('the console is served with its policy; its paths get its page, the API’s and missing files do not', async () => {
    const html = { accept: 'text/html' }
    for (const url of ['/', '/devices', '/devices/dev-1']) {
      const page = await hub.call({ url, headers: html, token: null })
      assert.deepEqual([page.status, page.headers['cache-control']], [200, 'no-cache'], url)
      assert.match(page.bytes.toString(), /봉수/)
      assert.match(String(page.headers['content-security-policy']), /default-src 'none'.*script-src 'self'/)
    }
    const asset = await hub.call({ url: '/assets/main-1.js', token: null })
    assert.match(String(asset.headers['cache-control']), /immutable/)
    assert.match(String(asset.headers['content-type']), /javascript/)
    for (const url of [
      '/api/v1/nothing',
      '/assets/none.js',
      '/..%2f..%2fetc%2fpasswd',
      '/assets/',
      '/index.html/..%2fkeys',
    ]) {
      assert.equal((await hub.call({ url, headers: { accept: '*/*' }, token: null })).status, 404, url)
    }
  })

  test('without a built console the page says how to build it', async (t) => {
    const bare = await startTestHub(t, await startDatabase(t))
    const page = await bare.call({
      url: '/',
      token: null,
      headers: { accept: 'text/html', 'accept-language': 'ko' },
    })
    assert.match(page.bytes.toString(), /pnpm --filter @bongsu\/web build/)
    assert.match(page.bytes.toString(), /콘솔이 빌드되지 않았습니다/)
  })
})
