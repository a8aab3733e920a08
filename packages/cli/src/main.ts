#!/usr/bin/env node
// The command `bongsu`: the only reader of arguments, environment and terminal.
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Terminal } from './command.ts'
import { COMMANDS } from './commands/commands.ts'
import { runCommand } from './run-command.ts'

const { env, stdin, stdout, stderr } = process
const spoken = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''

const terminal: Terminal = {
  language: /^ko/i.test(spoken) ? 'ko' : 'en',
  environment: env,
  print: (line) => void stdout.write(`${line}\n`),
  tell: (line) => void stderr.write(`${line}\n`),
  readSecret: (question) => (stdin.isTTY ? readHidden(question) : Promise.resolve(undefined)),
}

function readHidden(question: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  stderr.write(question)
  const lines = createInterface({ input: stdin, output: silent, terminal: true })
  lines.once('line', (line) => {
    resolve(line)
    lines.close()
  })
  lines.once('close', () => {
    stderr.write('\n')
    resolve(undefined)
  })
  return promise
}

process.exitCode = await runCommand(COMMANDS, process.argv.slice(2), terminal)
