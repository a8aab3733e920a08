// The product's main job, end to end: processes up, device registered by itself, package deployed, window visible.
// One line per step; what is already so is skipped. Ends nothing: that is for whoever began it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Device, Launch } from '@bongsu/protocol'
import { request } from 'undici'
import type { Processes, RunningChild } from '../processes.ts'
import type { ProgressLines } from '../report.ts'
import { EngineApi } from '../setup/engine-api.ts'
import type { SetupResult } from '../setup/setup.ts'
import { type Language, same, type Text } from '../text.ts'
import type { TrialPaths } from '../trial-paths.ts'
import { waitUntil } from '../wait-until.ts'
import { HubApi } from './hub-api.ts'
import { writeJoinToken } from './join-token-file.ts'
import { ensurePublisher } from './publisher.ts'
import { ensureAccepted, ensureDeployed, ensureRegistered } from './sample-deployment.ts'
import { loadSamplePackage } from './sample-package.ts'
import { trialFiles } from './trial-files.ts'
import { chooseTrialPorts, type TrialPorts } from './trial-ports.ts'
import {
  hubUrl,
  readAdminToken,
  startAgent,
  startDatabase,
  startHub,
  type TrialProcessesOptions,
} from './trial-processes.ts'
import { describeLaunch, waitUntilVisible } from './visible-wait.ts'

export interface MainJobOptions {
  readonly paths: TrialPaths
  readonly processes: Processes
  readonly lines: ProgressLines
  readonly language: Language
  readonly setup: SetupResult
  readonly mongodbUri: string | undefined
  readonly signal: AbortSignal
}

export interface MainJobResult {
  readonly hubUrl: string
  readonly deviceId: string
  readonly launchId: string
  readonly state: string
  /** Path of the PNG. */
  readonly screenshot: string
  /** Wall-clock seconds of each part. */
  readonly seconds: Readonly<Record<string, number>>
  readonly children: readonly RunningChild[]
}

const VISIBLE_WITHIN_MS = 180_000

export async function runMainJob(options: MainJobOptions): Promise<MainJobResult> {
  const { paths, lines, language, setup, signal } = options
  const files = trialFiles(paths)
  const seconds: Record<string, number> = {}
  let position = 0
  const step = async <Result>(
    key: string,
    name: Text,
    work: (say: (text: Text) => void) => Promise<[Result, Text]>,
  ): Promise<Result> => {
    signal.throwIfAborted()
    const line = lines.begin({ index: ++position, count: 5 }, name)
    const startedMs = performance.now()
    try {
      const [result, done] = await work((text) => line.progress(text))
      line.done(done)
      return result
    } catch (error) {
      line.failed({ ko: '실패', en: 'failed' })
      throw error
    } finally {
      seconds[key] = Math.round(performance.now() - startedMs) / 1000
    }
  }

  const ports = await chooseTrialPorts(files.ports)
  const publisher = ensurePublisher(paths)
  const processes: TrialProcessesOptions = { ...options, ports }
  const { hub, children } = await step('hub', { ko: '허브', en: 'Hub' }, async () => {
    const begun = options.mongodbUri ? [] : [await startDatabase(processes)]
    begun.push(await startHub(processes))
    const api = new HubApi({ url: hubUrl(ports), token: readAdminToken(paths), language })
    return [{ hub: api, children: begun }, same(api.url)]
  })
  const deviceId = await step('agent', { ko: '엣지 단말 등록', en: 'Device registers itself' }, async () => {
    await writeJoinToken(hub, files.joinToken)
    children.push(await startAgent(processes, setup.display))
    const device = await registeredDevice(hub, ports, signal)
    return [device.id, same(`${device.id} (${device.name})`)]
  })
  const wish = await step('package', { ko: 'AI 패키지 등록', en: 'AI package registered' }, async (say) => {
    say({ ko: '이미지 확인 중', en: 'looking at the image' })
    const example = join(paths.checkout, 'examples', 'person-detector')
    const sample = await loadSamplePackage(example, setup.sampleImage, new EngineApi())
    const version = await ensureRegistered(hub, sample, publisher)
    const { id, koreanName } = sample.registration
    return [{ packageId: id, version, deviceId }, same(`${koreanName} ${id} ${version}`)]
  })
  const launch = await step(
    'visible',
    { ko: '배포와 화면 확인', en: 'Deployed and visible' },
    async (say) => {
      const { id } = await ensureDeployed(hub, wish)
      const onState = (text: string) => say(same(text))
      const shown = await waitUntilVisible(hub, {
        launchId: id,
        timeoutMs: VISIBLE_WITHIN_MS,
        language,
        signal,
        onState,
      })
      return [shown, same(windowOf(shown))]
    },
  )
  await step('screenshot', { ko: '화면 캡처', en: 'Screenshot' }, async () => {
    const path = `/api/v1/devices/${deviceId}/screenshot`
    writeFileSync(files.screenshot, await hub.getBinary(path))
    return [undefined, same(files.screenshot)]
  })
  return {
    hubUrl: hub.url,
    deviceId,
    launchId: launch.id,
    state: describeLaunch(launch, language),
    screenshot: files.screenshot,
    seconds,
    children,
  }
}

/** The device that this trial's agent registered as, once the hub says it is online. */
async function registeredDevice(hub: HubApi, ports: TrialPorts, signal: AbortSignal): Promise<Device> {
  const look = async (): Promise<Device | undefined> => {
    const { body } = await request(`http://127.0.0.1:${ports.agent}/v1/status`)
    const status = (await body.json()) as { deviceId?: string }
    if (!status.deviceId) return undefined
    const device = await ensureAccepted(hub, status.deviceId)
    return device.connection.state === 'online' ? device : undefined
  }
  return waitUntil(look, { what: 'the device is registered and online', timeoutMs: 60_000, signal })
}

const windowOf = (launch: Launch): string => {
  const picture = launch.status?.picture
  return picture ? `“${picture.windowTitle ?? ''}” ${picture.widthPixels}x${picture.heightPixels}` : launch.id
}
