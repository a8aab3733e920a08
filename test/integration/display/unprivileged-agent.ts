// A part of the agent as a user without any rights: a program and a Node of its own, since that user may not be allowed to
// read the checkout.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { requireProgram } from '../../infra/programs.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'

export interface UnprivilegedRun {
  readonly uid: number
  readonly gid: number
}

/**
 * @param code a module that imports from `agent/…`, the sources of the agent, and prints one line of JSON
 * @returns runs it as somebody, with these values as its global `input`
 */
export async function unprivilegedProgram(
  cleanup: Cleanup,
  code: string,
): Promise<(who: UnprivilegedRun, input: object) => unknown> {
  const folder = tempDir(cleanup, 'unprivileged')
  chmodSync(folder, 0o755)
  const program = join(folder, 'program.mjs')
  const sources = join(import.meta.dirname, '../../../packages/agent/src')
  await build({
    stdin: { contents: `const input = JSON.parse(process.argv[2])\n${code}`, resolveDir: sources },
    alias: { agent: sources, '@bongsu/foundation': join(sources, '../../foundation/src/index.ts') },
    nodePaths: [join(sources, '../node_modules')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
  })
  const node = join(folder, 'node')
  copyFileSync(process.execPath, node)
  for (const path of [program, node]) chmodSync(path, 0o755)
  const setpriv = requireProgram('setpriv', 'util-linux')
  return ({ uid, gid }, input) => {
    const argv = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', node, program, JSON.stringify(input)]
    const { status, stdout, stderr } = spawnSync(setpriv, argv, {
      encoding: 'utf8',
      cwd: folder,
      timeout: 60_000,
    })
    if (status !== 0) throw new Error(`ended with ${status}: ${stderr}`)
    return JSON.parse(stdout)
  }
}
