// An archive uploaded by an operator in a real browser over a slow line: paused, the hub killed in the middle, the page closed;
// each time it goes on where it was.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { PackageVersion } from '@bongsu/protocol'
import { readAdminToken } from '@bongsu/trial'
import type { BrowserContext, Page } from 'playwright-core'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { tempDir } from '../infra/temp-dir.ts'
import { waitFor } from '../infra/wait-for.ts'
import { image, layerOf } from '../integration/hub/tar-archive.ts'
import { startBrowser } from '../support/browser.ts'
import { type Stack, startStack } from '../support/stack.ts'

const BYTES = 24_000_000
const BYTES_PER_SECOND = 4_000_000
const VERSION = '/api/v1/packages/slow-line/versions/1.0.0'

describe('an upload in the console', () => {
  const cleanup = suiteCleanup()
  let stack: Stack
  let context: BrowserContext
  let page: Page
  let archivePath: string
  /** Where each piece began. */
  const offsets: number[] = []

  const byId = (id: string) => page.getByTestId(id)
  const version = () => stack.hub.get<PackageVersion>(VERSION)
  const progress = async () =>
    (await byId('archive-progress')
      .textContent()
      .catch(() => '')) ?? ''
  const percent = async () => Number(/(\d+(?:\.\d+)?)\s?%/.exec(await progress())?.[1] ?? 0)
  const percentOver = (share: number) =>
    waitFor(percent, { what: `${share} % have been sent`, until: (now) => now >= share, timeoutMs: 60_000 })

  async function openPage(): Promise<void> {
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('request', (request) => {
      if (request.method() === 'PATCH' && request.url().includes('/api/v1/uploads/'))
        offsets.push(Number(request.headers()['upload-offset']))
    })
    const line = await context.newCDPSession(page)
    await line.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: BYTES_PER_SECOND,
    })
    await page.goto(`${stack.hub.url}/packages/slow-line`)
    const signIn = byId('sign-in-token')
    await signIn.or(byId('package-detail')).first().waitFor()
    if (await signIn.isVisible()) {
      await signIn.fill(readAdminToken(stack.paths))
      await byId('sign-in-submit').click()
    }
    await byId('package-detail').waitFor()
  }

  async function chooseFile(): Promise<void> {
    const [opened] = await Promise.all([page.waitForEvent('filechooser'), byId('archive-upload').click()])
    await opened.setFiles(archivePath)
  }

  before(async () => {
    stack = await startStack(cleanup)
    const entry = { koreanName: '느린 회선', fileName: 'slow.tar', copyrightHolder: '봉수' }
    await stack.hub.post('/api/v1/packages', { id: 'slow-line', ...entry })
    const profile = { containers: [{ name: 'main' }] }
    await stack.hub.post('/api/v1/packages/slow-line/versions', { version: '1.0.0', profile })
    archivePath = join(tempDir(cleanup, 'archive'), 'slow.tar')
    writeFileSync(archivePath, image({ layers: [layerOf(randomBytes((BYTES * 3) / 4).toString('base64'))] }))
    context = await startBrowser(cleanup)
    await openPage()
  })
  after(() => cleanup.run())

  test('is paused and goes on, outlives a hub that is killed and a page that is closed, and sends nothing twice', async () => {
    await chooseFile()
    await percentOver(10)
    await page.getByRole('button', { name: '일시 중지', exact: true }).click()
    assert.match(await progress(), /일시 중지됨/)
    await page.getByRole('button', { name: '이어서 올리기', exact: true }).click()
    await percentOver(25)

    await stack.running.hub.kill()
    await waitFor(progress, {
      what: 'the break is told',
      until: (text) => text.includes('연결이 끊겼습니다'),
    })
    await stack.startHub()
    await percentOver(45)

    await page.close({ runBeforeUnload: false })
    await openPage()
    await chooseFile()
    await waitFor(version, {
      what: 'the version is ready',
      until: ({ state }) => state === 'ready',
      timeoutMs: 90_000,
    })
    // Each piece begins where the hub had all before: after a pause, after the hub's end, after the page's.
    assert.ok(offsets.length >= 4, offsets.join())
    assert.deepEqual(
      offsets,
      offsets.toSorted((a, b) => a - b),
    )
    assert.ok((offsets.at(-1) ?? 0) > 0.3 * BYTES, offsets.join())
  })
})
