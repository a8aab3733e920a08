// The only reader of the policy's file. No file means the default policy; a file that others could change is refused.
import { lstat } from 'node:fs/promises'
import { CodedError, messageOf, readTextIfPresent, systemErrorCode } from '@bongsu/foundation'
import { parse } from 'smol-toml'
import { Check, Errors } from 'typebox/value'
import { type ContainerPolicy, type PolicyDefaults, PolicyFile, policyOf } from './policy.ts'

export const POLICY_PATH = '/etc/bongsu/policy.toml'

/**
 * The policy of this device.
 * @throws CodedError AGENT_POLICY_INVALID when the file cannot be trusted or understood: nothing may run then
 */
export async function loadPolicy(
  defaults: PolicyDefaults,
  path: string = POLICY_PATH,
): Promise<ContainerPolicy> {
  await assertOwnedByRoot(path)
  return policyOf(parsePolicy((await readTextIfPresent(path)) ?? '', path), defaults)
}

/** Pure: text of the file to its checked content. */
export function parsePolicy(text: string, path: string): PolicyFile {
  const value = parseToml(text, path)
  if (Check(PolicyFile, value)) return value
  const [fault] = Errors(PolicyFile, value)
  throw invalid(path, `${fault?.instancePath ?? ''} ${fault?.message ?? 'is not valid'}`.trim())
}

function parseToml(text: string, path: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw invalid(path, messageOf(error).split('\n')[0] ?? 'not TOML')
  }
}

async function assertOwnedByRoot(path: string): Promise<void> {
  try {
    const stats = await lstat(path)
    if (!stats.isFile()) throw invalid(path, 'is not a regular file')
    if (stats.uid !== 0) throw invalid(path, 'is not owned by root')
    if ((stats.mode & 0o022) !== 0) throw invalid(path, 'can be changed by others than root')
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
}

const invalid = (path: string, problem: string) =>
  new CodedError('AGENT_POLICY_INVALID', { parameters: { path, problem } })
