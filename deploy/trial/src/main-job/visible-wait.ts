// Waits until a launch is visible on the device's screen, or has ended, or the time is over; tells each new state.
import { explain, type Launch } from '@bongsu/protocol'
import type { Language, Text } from '../text.ts'
import { TrialError } from '../trial-error.ts'
import { WaitTimedOut, waitUntil } from '../wait-until.ts'
import type { HubApi } from './hub-api.ts'

export interface VisibleWaitOptions {
  readonly launchId: string
  readonly timeoutMs: number
  readonly language: Language
  readonly signal: AbortSignal
  /** Called when what is known of the launch changes. */
  readonly onState: (text: string) => void
}

/** One line about a launch: phase, picture, and the reason it is not further. */
export function describeLaunch(launch: Launch, language: Language): string {
  const { status } = launch
  if (!status) return language === 'ko' ? '단말의 보고를 기다리는 중' : 'waiting for the device to report'
  const picture = status.picture ? `, ${status.picture.verdict}` : ''
  const reason = status.reason ? `: ${explain(status.reason, language).title}` : ''
  const quote = status.reason?.quote ? ` (${status.reason.quote})` : ''
  return `${status.phase}${picture}${reason}${quote}`
}

/** @throws TrialError TRIAL_NOT_VISIBLE with the launch's own reason and remedy */
export async function waitUntilVisible(hub: HubApi, options: VisibleWaitOptions): Promise<Launch> {
  const { launchId, language, timeoutMs, signal } = options
  let last: Launch | undefined
  let told = ''
  const look = async (): Promise<Launch | undefined> => {
    last = await hub.get<Launch>(`/api/v1/launches/${launchId}`)
    const state = describeLaunch(last, language)
    if (state !== told) options.onState(state)
    told = state
    if (last.status?.phase === 'failed' || last.status?.phase === 'expired') throw notVisible(last)
    const isVisible = last.freshness === 'live' && last.status?.phase === 'running'
    return isVisible && last.status?.picture?.verdict === 'visible' ? last : undefined
  }
  try {
    return await waitUntil(look, { what: 'the window is visible', timeoutMs, intervalMs: 100, signal })
  } catch (error) {
    if (error instanceof WaitTimedOut) throw notVisible(last, timeoutMs)
    throw error
  }
}

function notVisible(launch: Launch | undefined, afterMs?: number): TrialError {
  const within = (language: Language) => {
    if (afterMs === undefined) return ''
    return language === 'ko' ? `${afterMs / 1000}초 안에 ` : ` within ${afterMs / 1000} s`
  }
  const state = (language: Language) => (launch ? describeLaunch(launch, language) : '')
  const reason = launch?.status?.reason
  const remedy: Text = reason
    ? { ko: explain(reason, 'ko').remedy, en: explain(reason, 'en').remedy }
    : { ko: '.bongsu/logs 의 기록을 확인하세요.', en: 'Look at the logs under .bongsu/logs.' }
  return new TrialError(
    'TRIAL_NOT_VISIBLE',
    {
      ko: `${within('ko')}창이 보이지 않았습니다: ${state('ko')}`,
      en: `The window did not become visible${within('en')}: ${state('en')}`,
    },
    remedy,
  )
}
