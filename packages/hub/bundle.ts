// Bundles the hub for shipment: dist/main.mjs and dist/healthcheck.mjs run on Node 26 from an empty folder.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const folder = import.meta.dirname

// Optional natives of the database driver and of ws: used only where somebody installed them.
const OPTIONAL = [
  '@aws-sdk/credential-providers',
  '@mongodb-js/zstd',
  'aws4',
  'bufferutil',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'snappy',
  'socks',
  'utf-8-validate',
]

rmSync(join(folder, 'dist'), { recursive: true, force: true })
await build({
  entryPoints: [join(folder, 'src/main.ts'), join(folder, 'src/healthcheck.ts')],
  outdir: join(folder, 'dist'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // What is imported where it is used, as the SDK of S3, is a file of its own and read only then.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  target: 'node26',
  format: 'esm',
  minify: true,
  keepNames: true,
  legalComments: 'external',
  external: OPTIONAL,
  // Libraries in CommonJS expect what Node gives to such modules. Names that no minifier makes.
  banner: {
    js: "import{createRequire as bannerCreateRequire}from'node:module';import{dirname as bannerDirname}from'node:path';import{fileURLToPath as bannerPath}from'node:url';const require=bannerCreateRequire(import.meta.url);const __filename=bannerPath(import.meta.url);const __dirname=bannerDirname(__filename);",
  },
  logLevel: 'warning',
})
