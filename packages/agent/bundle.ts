// Bundles the agent for shipment: ES modules in dist/ that run on Node 26 from an empty folder. What registering needs
// is one small chunk; the engine's client, downloads and metrics are chunks of their own, loaded when first used.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'

const folder = import.meta.dirname

/**
 * Branches of dockerode that the agent never takes: engines behind ssh and BuildKit sessions over gRPC.
 * They would bring native code, protobuf and megabytes.
 */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    const unused =
      /^(ssh2|cpu-features|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|osx-temperature-sensor)(\/|$)/
    onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'left-out' }))
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {}', loader: 'js' }))
  },
}

export async function bundleAgent(outdir: string = join(folder, 'dist')) {
  rmSync(outdir, { recursive: true, force: true })
  return build({
    entryPoints: [join(folder, 'src/main.ts'), join(folder, 'src/facts-main.ts')],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node26',
    minify: true,
    keepNames: true,
    metafile: true,
    legalComments: 'linked',
    logLevel: 'warning',
    plugins: [leaveOut],
    // CommonJS dependencies inside ES modules still call require for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  })
}

if (import.meta.main) await bundleAgent()
