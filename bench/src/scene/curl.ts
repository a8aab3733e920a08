// curl, the client that everybody has, as the other end of downloads: it costs less than any of ours.
import { runCommand } from '@bongsu/trial'
import { requireProgram } from '../../../test/infra/programs.ts'

export interface CurlOptions {
  readonly url: string
  /** Where it goes; nowhere without. */
  readonly path?: string
  readonly token?: string
}

/** One download to its end. */
export async function curl({ url, path = '/dev/null', token }: CurlOptions): Promise<void> {
  const authorization = token === undefined ? [] : ['--header', `Authorization: Bearer ${token}`]
  const program = requireProgram('curl', 'curl')
  await runCommand([program, '--silent', '--show-error', '--fail', '--output', path, ...authorization, url])
}

/** So many at once, in ms until the last has ended. */
export async function timeDownloads(count: number, options: CurlOptions): Promise<number> {
  const beganMs = performance.now()
  await Promise.all(Array.from({ length: count }, () => curl(options)))
  return performance.now() - beganMs
}
