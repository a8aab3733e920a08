// A real browser, as an operator in Korea has it, that talks to nothing but what a test gives it.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { requireProgram } from '../infra/programs.ts'
import type { Cleanup } from '../infra/temp-dir.ts'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function startBrowser(cleanup: Cleanup): Promise<BrowserContext> {
  const browser = await chromium.launch({
    executablePath: requireProgram('chromium', 'chromium'),
    args: FLAGS,
    env: { ...process.env, HOME: mkdtempSync(join(tmpdir(), 'bongsu-browser-')) },
  })
  cleanup.after(() => browser.close())
  return browser.newContext({
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    viewport: { width: 1366, height: 768 },
  })
}
