// `npm start`: needs Node 20 and npm, nothing else. Installs the workspace and hands over to src/main.ts on Node 26.
import { becomeWorkspaceProgram, installWorkspace } from './workspace.mjs'

await installWorkspace()
becomeWorkspaceProgram('deploy/trial/src/main.ts', process.argv.slice(2))
