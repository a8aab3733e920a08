// Lays out the build context of the hub's container image: bundle, console and the Node 26 that runs them.
// Builds nothing itself beyond the bundles; `docker build -f deploy/hub.Dockerfile deploy/dist/hub-image` does.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const checkout = join(import.meta.dirname, '..')
const context = join(checkout, 'deploy/dist/hub-image')

execFileSync(process.execPath, ['packages/hub/bundle.ts'], { cwd: checkout, stdio: 'inherit' })
execFileSync('pnpm', ['--filter', '@bongsu/web', 'build'], { cwd: checkout, stdio: 'inherit' })
rmSync(context, { recursive: true, force: true })
mkdirSync(context, { recursive: true })
// The running Node is the pinned one: scripts start through the workspace's dev dependency.
copyFileSync(process.execPath, join(context, 'node'))
cpSync(join(checkout, 'packages/hub/dist'), join(context, 'hub'), { recursive: true })
cpSync(join(checkout, 'packages/web/dist'), join(context, 'console'), { recursive: true })
console.log(context)
