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
  confirm: (question) => (stdin.isTTY ? readYes(question) : Promise.resolve(undefined)),
  readSecret: (question) => (stdin.isTTY ? readHidden(question) : Promise.resolve(undefined)),
}

/** Anything but a clear yes is a no. */
function readYes(question: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const lines = createInterface({ input: stdin, output: stderr, terminal: true })
  lines.question(question, (answer) => {
    resolve(/^(y|yes|예|네|ㅇ)$/i.test(answer.trim()))
    lines.close()
  })
  lines.once('close', () => resolve(false))
  return promise
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
