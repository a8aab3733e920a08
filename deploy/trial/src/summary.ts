// What a start tells at its end: to a person in words, to a program as one line of JSON.
import type { MainJobResult } from './main-job/main-job.ts'
import type { Language, Text } from './text.ts'
import type { TrialError } from './trial-error.ts'

/** The last line of stdout of `npm start -- --once`. */
export type Summary =
  | {
      visible: true
      hubUrl: string
      deviceId: string
      launchId: string
      screenshot: string
      seconds: Readonly<Record<string, number>>
    }
  | { visible: false; error: { code: string; message: string; remedy: string } }

export const successSummary = (result: MainJobResult, totalSeconds: number): Summary => ({
  visible: true,
  hubUrl: result.hubUrl,
  deviceId: result.deviceId,
  launchId: result.launchId,
  screenshot: result.screenshot,
  seconds: { ...result.seconds, total: totalSeconds },
})

export const failureSummary = (error: TrialError, language: Language): Summary => ({
  visible: false,
  error: { code: error.code, message: error.what[language], remedy: error.remedy[language] },
})

/** Where everything is, once the window shows. */
export function closingWords(result: MainJobResult, adminTokenPath: string): Text {
  return {
    ko: [
      '',
      '봉수가 실행 중입니다. 창이 화면에 보입니다.',
      `  허브        ${result.hubUrl}`,
      `  로그인      토큰 파일: ${adminTokenPath}`,
      `  단말        ${result.deviceId}`,
      `  실행        ${result.launchId}: ${result.state}`,
      `  화면 캡처   ${result.screenshot}`,
      '끝내려면 Ctrl-C. 다음 npm start 는 같은 상태에서 이어집니다.',
    ].join('\n'),
    en: [
      '',
      'Bongsu is running. The window shows on the screen.',
      `  hub         ${result.hubUrl}`,
      `  sign in     with the token in ${adminTokenPath}`,
      `  device      ${result.deviceId}`,
      `  launch      ${result.launchId}: ${result.state}`,
      `  screenshot  ${result.screenshot}`,
      'Ctrl-C ends it. The next npm start continues with the same state.',
    ].join('\n'),
  }
}
