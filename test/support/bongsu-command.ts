// `bongsu` as a process, as a package's author calls it.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkoutFolder, hubUrl, trialFiles } from '@bongsu/trial'
import type { Stack } from './stack.ts'

export interface CommandEnd {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of the workspace to its end, without a terminal. @param environment all there is */
export function runProgram(
  path: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CommandEnd> {
  const { promise, resolve } = Promise.withResolvers<CommandEnd>()
  const argv = [join(checkoutFolder(), path), ...parameters]
  execFile(process.execPath, argv, { env: environment }, (error, stdout, stderr) => {
    resolve({ exitCode: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr })
  })
  return promise
}

/** What tells the tool where the hub of a stack is and who asks. @param home where it keeps its keys */
export const authorOf = (stack: Stack, home: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  LANG: 'C.UTF-8',
  BONGSU_HUB: hubUrl(stack.ports),
  BONGSU_TOKEN: readFileSync(trialFiles(stack.paths).adminToken, 'utf8').trim(),
})

export const BONGSU = 'packages/cli/src/main.ts'
