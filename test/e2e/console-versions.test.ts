// A version in the console, in a real browser on the real product: its smoke run with the picture of the first frame,
// why one failed, what it needs and weighs, whether it is signed; and withdrawing and deleting it.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AiPackage, Verification } from '@bongsu/protocol'
import { checkoutFolder, ensureRegistered, readAdminToken, trialFiles } from '@bongsu/trial'
import type { Page } from 'playwright-core'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { waitFor } from '../infra/wait-for.ts'
import { startXServer } from '../infra/x-server.ts'
import { startBrowser } from '../support/browser.ts'
import { xPackage } from '../support/image-archive.ts'
import { type Stack, startStack } from '../support/stack.ts'

const SHOTS = join(checkoutFolder(), '.bongsu', 'console-screenshots')
const PACKAGE = '/api/v1/packages/smoke-console'

describe('a version in the console', () => {
  const cleanup = suiteCleanup()
  let stack: Stack
  let page: Page
  let version = ''

  const byId = (id: string) => page.getByTestId(id)
  const shot = (name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`) })
  const verification = () => stack.hub.get<Verification>(`${PACKAGE}/versions/${version}/verification`)

  before(async () => {
    mkdirSync(SHOTS, { recursive: true })
    const x = await startXServer(cleanup)
    stack = await startStack(cleanup)
    const policy = join(stack.paths.state, 'policy.toml')
    writeFileSync(policy, 'verifier = true\n', { mode: 0o600 })
    const { agentState, agentRun } = trialFiles(stack.paths)
    await stack.startAgent({
      display: x.trialDisplay,
      config: { paths: { state_dir: agentState, run_dir: agentRun, policy_file: policy } },
    })
    await stack.waitForDevice((device) => device.observed?.facts?.isVerifier === true, 'it offers itself')
    await stack.waitForDevice((device) => device.display?.state === 'ready', 'its display is known')
    version = await ensureRegistered(stack.hub, await xPackage('smoke-console', ['xclock', '-update', '1']))
    const context = await startBrowser(cleanup)
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    await page.goto(`${stack.hub.url}/packages/smoke-console`)
    await byId('sign-in-token').fill(readAdminToken(stack.paths))
    await byId('sign-in-submit').click()
    await byId('package-detail').waitFor()
  })
  after(() => cleanup.run())

  test('the picture of the first frame appears by itself, with needs, sizes and the missing signature', async () => {
    const shown = page.locator('[data-testid="verification"][data-state="shown"]')
    await shown.waitFor({ timeout: 90_000 })
    const picture = byId('verification-picture')
    const width = () =>
      picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
    await waitFor(async () => (await width()) > 50, { what: 'the picture is drawn' })
    const words = (await byId('version-row').textContent()) ?? ''
    for (const word of ['내려받기', '설치', '서명 안 됨', '화면 확인됨', '네트워크']) {
      assert.ok(words.includes(word), `${word}: ${words}`)
    }
    // The small image of X clients has no Korean font.
    const finding = byId('version-finding').first()
    assert.equal(await finding.getAttribute('data-code'), 'HUB_GATE_NO_HANGUL_FONT')
    assert.match((await finding.textContent()) ?? '', /한글 글꼴이 없어/)
    await shot('smoke-run-ko')
  })

  test('a smoke run is started again, and ends', async () => {
    const before = await verification()
    await byId('verification-start').click()
    await waitFor(verification, {
      what: 'another run has shown it',
      until: ({ startedAt, state }) => startedAt !== before.startedAt && state === 'shown',
      timeoutMs: 90_000,
    })
    await byId('verification-start').waitFor()
    await page.locator('[data-testid="verification"][data-state="shown"]').waitFor()
  })

  test('why a run failed is told in words', async () => {
    const words =
      'echo "ImportError: libGL.so.1: cannot open shared object file: No such file or directory" >&2; exit 1'
    await ensureRegistered(stack.hub, await xPackage('smoke-broken', ['sh', '-c', words]))
    await page.goto(`${stack.hub.url}/packages/smoke-broken`)
    await page.locator('[data-testid="verification"][data-state="failed"]').waitFor({ timeout: 90_000 })
    const reason = byId('verification-reason').first()
    assert.match((await reason.getAttribute('data-code')) ?? '', /^AGENT_CAUSE_/)
    assert.match((await reason.textContent()) ?? '', /[가-힣]/)
    await shot('smoke-run-failed-ko')
  })

  test('a withdrawn version cannot be deployed; one in use is not deleted, and the refusal names the deployment', async () => {
    const deployment = await stack.hub.post<{ id: string }>('/api/v1/deployments', {
      packageId: 'smoke-console',
      version,
      deviceIds: [await stack.deviceId()],
    })
    await page.goto(`${stack.hub.url}/packages/smoke-console`)
    await byId('version-delete').click()
    await byId('version-delete-confirm').click()
    await byId('error-notice').getByText(deployment.id).first().waitFor()
    await page.getByRole('button', { name: '취소', exact: true }).click()
    await byId('version-delete-confirm').waitFor({ state: 'detached' })
    await byId('version-withdraw').click()
    await byId('withdraw-confirm').click()
    await byId('withdrawn').waitFor()
    const find = async () => (await stack.hub.get<AiPackage>(PACKAGE)).versions
    assert.ok((await find())[0]?.withdrawn)
    assert.equal(await byId('package-detail').getByText('배포', { exact: true }).count(), 0)
    await stack.hub.post(`/api/v1/deployments/${deployment.id}/stop`, {})
    await byId('version-delete').click()
    await byId('version-delete-confirm').click()
    await waitFor(async () => (await find()).length === 0, { what: 'the version is gone' })
  })
})
