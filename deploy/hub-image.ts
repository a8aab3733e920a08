// Lays out the build context of the hub's container image: bundle, console and the Node 26 that runs them.
// `docker build -f deploy/hub.Dockerfile deploy/dist/hub-image` makes the image of it.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceBuildStep } from './trial/src/setup/workspace-build.ts'
import { checkoutFolder, trialPaths } from './trial/src/trial-paths.ts'

const paths = trialPaths(checkoutFolder(), process.env)
const { checkout } = paths
const context = join(checkout, 'deploy/dist/hub-image')

const build = workspaceBuildStep({
  checkout,
  record: join(paths.state, 'build.json'),
  logPath: join(paths.logs, 'build.log'),
})
if ((await build.check()).state === 'missing') await build.run({ progress: ({ en }) => console.error(en) })

rmSync(context, { recursive: true, force: true })
mkdirSync(join(context, 'lib'), { recursive: true })
// The running Node is the pinned one: scripts start through the workspace's dev dependency.
copyFileSync(process.execPath, join(context, 'node'))
// Node 26 needs it, and slim images lack it.
const libraries = execFileSync('ldd', [process.execPath]).toString()
const libatomic = /libatomic\.so\.1 => (?<path>\/\S+)/.exec(libraries)?.groups?.path
if (libatomic) copyFileSync(libatomic, join(context, 'lib', 'libatomic.so.1'))
cpSync(join(checkout, 'packages/hub/dist'), join(context, 'hub'), { recursive: true })
cpSync(join(checkout, 'packages/web/dist'), join(context, 'console'), { recursive: true })
console.log(context)
