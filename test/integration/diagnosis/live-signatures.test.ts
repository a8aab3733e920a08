// Each cause from a real container with the real libraries: what the diagnosis says first is what is wrong.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { explain } from '@bongsu/protocol'
import type Docker from 'dockerode'
import { diagnosisImage } from '../../infra/diagnosis-image.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { tempDir } from '../../infra/temp-dir.ts'
import { startXServer } from '../../infra/x-server.ts'
import { engineCases } from './engine-cases.ts'
import { failureOf } from './failing-run.ts'
import { graphicsCases } from './graphics-cases.ts'
import type { LiveCase } from './live-case.ts'
import { programCases } from './program-cases.ts'
import { xCases } from './x-cases.ts'

const AT_A_TIME = 4

describe('causes, live', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  let cases: readonly LiveCase[] = []

  before(async () => {
    docker = await machineEngine()
    const x = await startXServer(cleanup)
    const screen = { number: x.display, authFile: x.authFile }
    const image = await diagnosisImage()
    const folder = join(tempDir(cleanup, 'mounted'), 'folder')
    cases = [
      ...xCases(image, screen, cleanup),
      ...graphicsCases(image, screen, cleanup),
      ...programCases(image),
      ...engineCases(image, folder),
    ]
  })
  after(() => cleanup.run())

  test('are named first, with the line they were seen in, in both languages', async (t) => {
    const waiting = [...cases]
    const work = async (): Promise<void> => {
      for (let one = waiting.shift(); one; one = waiting.shift())
        await t.test(`${one.id} ${one.what}`, proof(one))
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, work))
  })

  const proof = (one: LiveCase) => async () => {
    const { findings, exitCode, log } = await failureOf(docker, await one.run())
    const [best] = findings
    assert.equal(best?.code, one.code, `exit ${exitCode}, findings ${JSON.stringify(findings)}, log:\n${log}`)
    if (one.exitCode !== undefined) assert.equal(exitCode, one.exitCode)
    for (const language of ['ko', 'en'] as const) {
      const { title, remedy } = explain(best, language)
      assert.doesNotMatch(title + remedy, /[{}]/)
    }
  }
})
