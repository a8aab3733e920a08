// `npm test`: needs Node 20 and npm, nothing else. Installs the workspace and hands over to main.ts on Node 26.
import { becomeWorkspaceProgram, installWorkspace } from '../deploy/trial/workspace.mjs'

await installWorkspace()
becomeWorkspaceProgram('test/main.ts', process.argv.slice(2))
