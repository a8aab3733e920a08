// Asks a short-lived process for the machine's static facts, once per start of the agent.
import { execFile } from 'node:child_process'
import { HostFacts } from '@bongsu/protocol'
import { Check } from 'typebox/value'

const TIMEOUT_MS = 30_000
const MAX_ANSWER_BYTES = 256 * 1024

/**
 * The facts, or what is known without the process when it fails.
 * @param program the file to run with this Node: `facts-main.ts`, bundled or not
 */
export function readHostFacts(program: string, signal: AbortSignal): Promise<HostFacts> {
  return new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_ANSWER_BYTES, signal }
    execFile(process.execPath, [program], options, (_error, stdout) => {
      resolve(parseFacts(stdout))
    })
  })
}

function parseFacts(text: string): HostFacts {
  try {
    const facts: unknown = JSON.parse(text)
    return Check(HostFacts, facts) ? facts : {}
  } catch {
    return {}
  }
}
