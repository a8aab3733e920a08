// Bundles the agent for shipment: CommonJS files in dist/ that run on Node 26 from an empty folder. What registering
// needs is one small file; the engine's client, downloads and metrics are files of their own, read when first used.
import { readdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'

const folder = import.meta.dirname

/**
 * Branches of libraries that the agent never takes: engines behind ssh and BuildKit sessions over gRPC, which would bring
 * native code, protobuf and megabytes; and log transports in worker threads, which cost milliseconds at each start.
 */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    const unused =
      /^(ssh2|cpu-features|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|osx-temperature-sensor|thread-stream)(\/|$)/
    onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'left-out' }))
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {}', loader: 'js' }))
  },
}

/**
 * TypeBox's default export is one object of everything it has, which cannot be shaken. As a namespace only what our
 * schemas use remains: half of the bundle otherwise.
 */
const shakeTypebox: Plugin = {
  name: 'shake-typebox',
  setup({ onLoad, onResolve, resolve }) {
    onLoad({ filter: /\/packages\/(agent|protocol)\/src\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const contents = text.replace(
        /^import Type(?:, \{[^}]*\})? from 'typebox'$/m,
        "import * as Type from 'typebox'",
      )
      return contents === text ? undefined : { contents, loader: 'ts' }
    })
    onResolve({ filter: /^typebox(\/|$)|^\.\.?\// }, async ({ path, pluginData, ...args }) => {
      if (pluginData === 'resolving') return undefined
      if (path.startsWith('.') && !args.importer.includes('/typebox/build/')) return undefined
      const { importer, kind, namespace, resolveDir } = args
      const found = await resolve(path, { importer, kind, namespace, resolveDir, pluginData: 'resolving' })
      return { ...found, sideEffects: false }
    })
  },
}

const COMMON = {
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node26',
  minify: true,
  keepNames: false,
  logLevel: 'warning',
} as const

/**
 * Two passes, because esbuild splits only ES modules, while Node starts CommonJS faster: importing `node:http` as an ES
 * module reads all its exports, one of which loads all of Node's own undici (45 ms).
 * @returns esbuild's report of what went into which file
 */
export async function bundleAgent(outdir: string = join(folder, 'dist')) {
  rmSync(outdir, { recursive: true, force: true })
  const { metafile } = await build({
    ...COMMON,
    entryPoints: [join(folder, 'src/main.ts'), join(folder, 'src/facts-main.ts')],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    metafile: true,
    legalComments: 'linked',
    plugins: [leaveOut, shakeTypebox],
  })
  const files = readdirSync(outdir).filter((name) => name.endsWith('.cjs'))
  await build({
    ...COMMON,
    entryPoints: files.map((name) => join(outdir, name)),
    outdir,
    allowOverwrite: true,
    format: 'cjs',
    legalComments: 'inline',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  })
  return metafile
}

if (import.meta.main) await bundleAgent()
