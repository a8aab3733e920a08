// The console in a real browser against the real product: sign in, register and edit a device and a package, deploy, see
// the launch become visible and the still of its screen, in both languages, with no request leaving the hub.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AiPackage, Device, Launch } from '@bongsu/protocol'
import { checkoutFolder, ensureRegistered, readAdminToken } from '@bongsu/trial'
import type { BrowserContext, Page } from 'playwright-core'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { waitFor } from '../infra/wait-for.ts'
import { startXServer } from '../infra/x-server.ts'
import { startBrowser } from '../support/browser.ts'
import { xPackage } from '../support/image-archive.ts'
import { type Stack, startStack } from '../support/stack.ts'

const FIELD_LINE =
  'xhost +local:docker; docker run -it --rm --privileged --device /dev/dri --user $(id -u) -e DISPLAY=unix$DISPLAY ' +
  '-v /tmp/.X11-unix:/tmp/.X11-unix -v $HOME:/home/$USER -v /etc/passwd:/etc/passwd:ro -v /etc/shadow:/etc/shadow:ro ' +
  '--workdir /home/$USER counter:1 python3 main.py'
const SHOTS = join(checkoutFolder(), '.bongsu', 'console-screenshots')

describe('the console', () => {
  const cleanup = suiteCleanup()
  let stack: Stack
  let context: BrowserContext
  let page: Page
  const outside: string[] = []

  const byId = (id: string) => page.getByTestId(id)
  const shot = (name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`) })

  before(async () => {
    mkdirSync(SHOTS, { recursive: true })
    const x = await startXServer(cleanup)
    stack = await startStack(cleanup)
    await stack.startAgent({ display: x.trialDisplay, config: { trial: { end_launches_on_exit: true } } })
    await stack.waitForDevice(({ display }) => display?.state === 'ready', 'the device is ready')
    await ensureRegistered(
      stack.hub,
      await xPackage('clock', ['xclock', '-update', '1', '-geometry', '600x500+40+40'], {
        display: { required: true, animates: true },
        network: 'none',
      }),
      stack.publisher,
    )
    context = await startBrowser(cleanup)
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url())
      if (protocol.startsWith('http') && origin !== stack.hub.url) outside.push(request.url())
    })
  })
  after(() => cleanup.run())

  test('a wrong token is refused in Korean, the right one signs in', async () => {
    await page.goto(stack.hub.url)
    assert.equal(await page.locator('html').getAttribute('lang'), 'ko')
    await byId('sign-in-token').fill('wrong')
    await byId('sign-in-submit').click()
    await byId('error-notice').waitFor()
    assert.match((await byId('error-notice').textContent()) ?? '', /[가-힣]/)
    await byId('sign-in-token').fill(readAdminToken(stack.paths))
    await byId('sign-in-submit').click()
    await byId('tab-devices').waitFor()
    await byId('device-row').first().waitFor()
    await shot('devices-ko')
  })

  test('an operator registers a device by hand with every field, and finds it by a Korean word', async () => {
    await byId('device-register').click()
    await byId('device-name').fill('울릉도 북면 1호기')
    await byId('device-ipAddress').fill('10.20.30.40')
    await byId('device-port').fill('7481')
    await byId('device-address').fill('경상북도 울릉군 북면 천부길 12')
    await byId('device-latitude').fill('37.5382')
    await byId('device-longitude').fill('130.8719')
    await byId('device-description').fill('태양광 지주, 4G 회선')
    await shot('device-form-ko')
    await byId('device-submit').click()
    const registered = await waitFor(
      async () => (await stack.hub.get<{ items: Device[] }>('/api/v1/devices?q=천부길')).items[0],
      { what: 'the hub has the device' },
    )
    assert.equal(registered.entered.name, '울릉도 북면 1호기')
    assert.equal(registered.location?.longitude, 130.8719)
    assert.equal(registered.connection.state, 'never')
  })

  test('a secret is entered and shown no more; a camera names it, and another edit keeps the camera', async () => {
    await byId('secrets-open').click()
    await byId('secret-name').fill('gate-password')
    await byId('secret-value').fill('canary-4711')
    await byId('secret-submit').click()
    await byId('secret-row').filter({ hasText: 'gate-password' }).waitFor()
    assert.doesNotMatch(await page.content(), /canary-4711/)
    await shot('secrets-ko')
    await page.keyboard.press('Escape')
    await byId('secret-form').waitFor({ state: 'detached' })
    const find = async () => (await stack.hub.get<{ items: Device[] }>('/api/v1/devices?q=천부길')).items[0]
    const edit = () =>
      page
        .locator(`[data-testid="device-row"]`)
        .filter({ hasText: '울릉도' })
        .getByTestId('device-edit')
        .click()
    await edit()
    await byId('device-cameras').fill('gate = rtsp://10.0.0.9/main | viewer')
    await byId('device-submit').click()
    // Half an entry is held back in the form.
    await byId('device-form').waitFor()
    assert.equal((await find())?.entered.cameras, undefined)
    await byId('device-cameras').fill('gate = rtsp://10.0.0.9/main | viewer | gate-password')
    await shot('device-cameras-ko')
    await byId('device-submit').click()
    await byId('device-form').waitFor({ state: 'detached' })
    const camera = {
      name: 'gate',
      kind: 'network',
      url: 'rtsp://10.0.0.9/main',
      user: 'viewer',
      secret: 'gate-password',
    }
    assert.deepEqual((await find())?.entered.cameras, [camera])
    await edit()
    await byId('device-description').fill('태양광 지주, 5G 회선')
    await byId('device-submit').click()
    await byId('device-form').waitFor({ state: 'detached' })
    assert.deepEqual((await find())?.entered.cameras, [camera])
    await byId('secrets-open').click()
    await byId('secret-delete').click()
    await byId('error-notice').filter({ hasText: 'gate-password' }).waitFor()
    await page.keyboard.press('Escape')
    await byId('secret-form').waitFor({ state: 'detached' })
  })

  test('a package is registered and a wrong name corrected', async () => {
    await byId('tab-packages').click()
    await byId('package-register').click()
    await byId('package-id').fill('vehicle-counter')
    await byId('package-koreanName').fill('차량 집게')
    await byId('package-fileName').fill('차량집계.tar')
    await byId('package-copyrightHolder').fill('봉수 주식회사')
    await byId('package-description').fill('도로 영상에서 차량 수를 셉니다.')
    await byId('package-submit').click()
    await page.getByText('vehicle-counter').first().waitFor()
    const find = () => stack.hub.get<AiPackage>('/api/v1/packages/vehicle-counter')
    assert.equal((await find()).koreanName, '차량 집게')
    await shot('packages-ko')
    // Registering opens the package for its first version: a line as somebody in the field has it.
    await byId('version-form').getByText('가져오기').click()
    await byId('import-text').fill(FIELD_LINE)
    await byId('import-read').click()
    await byId('import-result').waitFor()
    const notes = byId('import-note')
    assert.ok((await notes.count()) > 5)
    assert.equal(await notes.first().getAttribute('data-severity'), 'refused')
    assert.match((await notes.first().textContent()) ?? '', /[가-힣]/)
    assert.doesNotMatch(await byId('version-profile-json').inputValue(), /DISPLAY|shadow|--device/)
    await byId('version-name').fill('1.0.0')
    await shot('import-ko')
    await byId('version-submit').click()
    const { versions } = await waitFor(find, {
      what: 'the version',
      until: (found) => found.versions.length > 0,
    })
    assert.deepEqual(versions[0]?.profile.containers[0]?.command, ['python3', 'main.py'])
    await page.keyboard.press('Escape')
    await byId('package-detail').waitFor({ state: 'detached' })
  })

  test('a package is found by its initial consonants, edited, withdrawn with a reason, and restored', async () => {
    const find = () => stack.hub.get<AiPackage>('/api/v1/packages/vehicle-counter')
    await byId('package-search').fill('ㅊㄹㅈ')
    const row = byId('package-row').filter({ hasText: 'vehicle-counter' })
    await row.waitFor()
    await waitFor(async () => (await byId('package-row').count()) === 1, { what: 'only it is listed' })
    await row.getByTestId('package-edit').click()
    await byId('package-koreanName').fill('차량 집계')
    await byId('package-licence').fill('Apache-2.0')
    await byId('package-tags').fill('감시, 실외, 감시')
    await byId('package-submit').click()
    await byId('package-detail').getByText('Apache-2.0').waitFor()
    const edited = await find()
    assert.deepEqual(
      [edited.koreanName, edited.licence, edited.tags],
      ['차량 집계', 'Apache-2.0', ['감시', '실외']],
    )
    assert.match((await byId('version-needs').textContent()) ?? '', /디스플레이/)
    await byId('package-withdraw').click()
    await byId('withdraw-reason').fill('오탐이 많음')
    await shot('withdraw-ko')
    await byId('withdraw-confirm').click()
    await byId('withdrawn').getByText('오탐이 많음').waitFor()
    assert.equal((await find()).withdrawn?.reason, '오탐이 많음')
    await shot('withdrawn-ko')
    await byId('package-restore').click()
    await byId('restore-confirm').click()
    await byId('withdrawn').waitFor({ state: 'detached' })
    assert.equal((await find()).withdrawn, undefined)
    await page.keyboard.press('Escape')
    await byId('package-detail').waitFor({ state: 'detached' })
    await byId('package-search').fill('')
  })

  test('a package with a name that another has is registered only after that was seen', async () => {
    await byId('package-register').click()
    await byId('package-id').fill('vehicle-counter-2')
    await byId('package-koreanName').fill('차량집계')
    await byId('package-fileName').fill('a.tar')
    await byId('package-copyrightHolder').fill('봉수 주식회사')
    await byId('package-submit').click()
    const notice = byId('package-form').getByTestId('error-notice')
    await notice.waitFor()
    assert.match((await notice.textContent()) ?? '', /vehicle-counter.*HUB_PACKAGE_SAME_NAME/s)
    await byId('package-submit-anyway').click()
    await byId('package-detail').waitFor()
    await byId('package-delete').click()
    await byId('package-delete-confirm').click()
    await byId('package-detail').waitFor({ state: 'detached' })
  })

  test('the catalogue goes out as a file, is changed as in a spreadsheet, previewed, and comes in again', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), byId('catalogue-export').click()])
    assert.equal(download.suggestedFilename(), 'bongsu-catalogue.csv')
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-catalogue-'))
    const path = join(folder, 'catalogue.csv')
    await download.saveAs(path)
    const text = readFileSync(path, 'utf8')
    assert.match(text, /^\ufeff패키지 ID,한글 이름/)
    writeFileSync(path, `${text.replace('차량 집계', '=차량 집계')}나쁜 ID,x,x,x,,,,,,\r\n`)
    await byId('catalogue-import').click()
    const chooser = async () => {
      const [opened] = await Promise.all([page.waitForEvent('filechooser'), byId('catalogue-file').click()])
      return opened
    }
    await (await chooser()).setFiles(path)
    const refused = page.locator('[data-testid="catalogue-row"][data-action="refuse"]')
    await refused.waitFor()
    assert.match((await refused.textContent()) ?? '', /나쁜 ID.*패키지 ID/s)
    assert.ok(await byId('catalogue-import-submit').isDisabled())
    await shot('catalogue-import-ko')
    writeFileSync(path, text.replace('차량 집계', '차량 집계기'))
    await (await chooser()).setFiles(path)
    await page.locator('[data-testid="catalogue-row"][data-action="change"]').waitFor()
    await waitFor(async () => (await refused.count()) === 0, { what: 'the new preview' })
    await byId('catalogue-import-submit').click()
    await byId('catalogue-preview').waitFor({ state: 'detached' })
    await byId('package-row').filter({ hasText: '차량 집계기' }).waitFor()
    const { koreanName } = await stack.hub.get<AiPackage>('/api/v1/packages/vehicle-counter')
    assert.equal(koreanName, '차량 집계기')
  })

  test('deploying from the page shows the launch become visible, with its still', async () => {
    await byId('package-row').filter({ hasText: 'clock' }).getByTestId('deploy-open').first().click()
    const deviceId = await stack.deviceId()
    await byId('deploy-device').first().waitFor()
    await page.locator(`[data-testid="deploy-device"][data-device-id="${deviceId}"]`).click()
    // The screen of this test has no monitor: the dialog says so before anything is deployed.
    const omen = page.locator('[data-testid="deploy-omen"][data-code="HUB_FORECAST_DISPLAY_VIRTUAL"]')
    await omen.waitFor()
    assert.match((await omen.textContent()) ?? '', /모니터가 없어/)
    await shot('deploy-forecast-ko')
    await byId('deploy-submit').click()
    const launch = await waitFor(
      async () =>
        (await stack.hub.get<{ items: Launch[] }>(`/api/v1/launches?deviceId=${deviceId}`)).items[0],
      { what: 'the hub has the launch' },
    )
    await stack.waitForLaunch(
      launch.id,
      ({ status }) => status?.picture?.verdict === 'visible',
      'the clock is visible',
    )
    await byId('tab-launches').click()
    const row = byId('launch-row').first()
    await row.waitFor()
    // Live: no reload between the deployment and here.
    await row.getByText('보임').first().waitFor()
    const still = byId('launch-still').first()
    await still.waitFor()
    const width = () => still.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
    await waitFor(async () => (await width()) > 100, { what: 'the still has loaded' })
    await shot('launches-ko')
  })

  test('a launch is restarted from its row', async () => {
    const deviceId = await stack.deviceId()
    const launch = async () =>
      (await stack.hub.get<{ items: Launch[] }>(`/api/v1/launches?deviceId=${deviceId}`)).items[0]
    const before = (await launch())?.status?.containers[0]?.containerId
    await byId('launch-row').first().getByTestId('launch-timeline').click()
    const steps = byId('timeline-step')
    await steps.last().waitFor()
    assert.equal(await steps.first().textContent(), '배포 요청')
    assert.equal(await steps.last().getAttribute('data-step'), 'visible')
    await page.keyboard.press('Escape')
    await byId('timeline').waitFor({ state: 'detached' })
    await byId('launch-row').first().getByTestId('launch-restart').click()
    await byId('launch-restart-confirm').click()
    await waitFor(launch, {
      what: 'another container shows',
      until: (found) =>
        found?.run === 1 &&
        found.status?.picture?.verdict === 'visible' &&
        found.status.containers[0]?.containerId !== before,
    })
  })

  test('devices are chosen by site, and the dialog says which', async () => {
    const deviceId = await stack.deviceId()
    const { entered, revision } = await stack.hub.get<Device>(`/api/v1/devices/${deviceId}`)
    await byId('tab-devices').click()
    await page
      .locator(`[data-testid="device-row"][data-device-id="${deviceId}"]`)
      .getByTestId('device-edit')
      .click()
    await byId('device-site').fill('대관령 3공구')
    await byId('device-labels').fill('role=gate')
    await byId('device-submit').click()
    await page.getByTestId('device-site').filter({ hasText: '대관령 3공구' }).waitFor()
    const edited = await stack.hub.get<Device>(`/api/v1/devices/${deviceId}`)
    assert.deepEqual([edited.site, edited.labels], ['대관령 3공구', { role: 'gate' }])
    assert.deepEqual(edited.entered.name, entered.name)
    assert.equal(edited.revision, revision + 1)
    await byId('tab-packages').click()
    await byId('package-row').filter({ hasText: 'clock' }).getByTestId('deploy-open').first().click()
    await byId('deploy-choice').getByText('현장·레이블').click()
    await byId('deploy-labels').fill('role=gate')
    await byId('deploy-meant').filter({ hasText: '1대' }).waitFor()
    await byId('deploy-overrides').fill('MODE')
    await byId('deploy-form').getByText('-이름').waitFor()
    await byId('deploy-overrides').fill('MODE=night\n80=9090')
    await shot('deploy-site-ko')
    await page.keyboard.press('Escape')
    await byId('deploy-form').waitFor({ state: 'detached' })
    await byId('tab-launches').click()
  })

  test('a roll-out in waves is watched, and undone, from the page', async () => {
    const deviceId = await stack.deviceId()
    const items = async () =>
      (await stack.hub.get<{ items: Launch[] }>(`/api/v1/launches?deviceId=${deviceId}`)).items
    const before = (await items()).find(({ wanted }) => wanted === 'running')
    await byId('tab-packages').click()
    await byId('package-row').filter({ hasText: 'clock' }).getByTestId('deploy-open').first().click()
    await page.locator(`[data-testid="deploy-device"][data-device-id="${deviceId}"]`).click()
    await byId('deploy-waves').fill('half')
    await byId('deploy-form').getByText('대수나 비율로').waitFor()
    await byId('deploy-waves').fill('1, 100%')
    await byId('deploy-submit').click()
    const card = byId('rollout').first()
    await card.waitFor()
    await card.getByText('표시 1').waitFor({ timeout: 60_000 })
    await shot('rollout-ko')
    const next = (await items()).find(({ replaces }) => replaces === before?.id)
    assert.ok(next, 'the same package was replaced')
    await card.getByTestId('rollout-undo').click()
    await byId('rollout-undo-confirm').click()
    await waitFor(items, {
      what: 'the launch before is wanted again and shows, the other is not',
      until: (launches) => {
        const one = launches.find(({ id }) => id === before?.id)
        const isBack = one?.wanted === 'running' && one.status?.picture?.verdict === 'visible'
        return isBack && launches.find(({ id }) => id === next.id)?.wanted === 'stopped'
      },
      timeoutMs: 90_000,
    })
  })

  test('the live view shows the screen as it changes, and ends with its dialog', async () => {
    await byId('launch-row').first().getByTestId('live-view-open').click()
    const frames = async () => Number(await byId('live-view').getAttribute('data-frames'))
    await waitFor(frames, { what: 'three frames', until: (count) => count >= 3 })
    const width = () =>
      byId('live-frame').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
    await waitFor(async () => (await width()) > 100, { what: 'a frame is drawn' })
    await shot('live-view-ko')
    await page.keyboard.press('Escape')
    await byId('live-view').waitFor({ state: 'detached' })
  })

  test('a device tells its screen in words', async () => {
    await byId('tab-devices').click()
    const deviceId = await stack.deviceId()
    await page.goto(`${stack.hub.url}/devices/${deviceId}`)
    await byId('device-display').waitFor()
    const words = (await byId('device-display').textContent()) ?? ''
    for (const word of ['Xvfb', '모니터 없음', 'screen', '1280×720']) assert.ok(words.includes(word), words)
    await shot('device-ko')
    await page.goto(`${stack.hub.url}/launches`)
  })

  test('a program that fails tells its cause and remedy, and what was seen, in both languages', async () => {
    await ensureRegistered(
      stack.hub,
      await xPackage('blind', ['xdpyinfo', '-display', ':77'], {
        display: { required: true },
        network: 'none',
      }),
      stack.publisher,
    )
    const { id } = await stack.hub.post<{ id: string }>('/api/v1/deployments', {
      packageId: 'blind',
      version: (await stack.hub.get<AiPackage>('/api/v1/packages/blind')).versions[0]?.version,
      deviceIds: [await stack.deviceId()],
    })
    const reason = page
      .locator('[data-testid="launch-reason"][data-code="AGENT_CAUSE_X_UNREACHABLE"]')
      .first()
    await reason.waitFor()
    assert.match((await reason.textContent()) ?? '', /[가-힣]/)
    await page.getByText('unable to open display ":77"').first().waitFor()
    await shot('failure-ko')
    await byId('language-switch').click()
    await waitFor(async () => /display :77/i.test((await reason.textContent()) ?? ''), {
      what: 'it in English',
    })
    await byId('language-switch').click()
    await stack.hub.post(`/api/v1/deployments/${id}/stop`, {})
  })

  test('the language is switched and remembered', async () => {
    await byId('language-switch').click()
    await waitFor(async () => (await page.locator('html').getAttribute('lang')) === 'en', {
      what: 'the page is English',
    })
    await shot('launches-en')
    await byId('tab-devices').click()
    await byId('device-row').first().waitFor()
    await shot('devices-en')
    await page.reload()
    await byId('tab-devices').waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  })

  test('no request left the hub', () => {
    assert.deepEqual(outside, [])
  })
})
