// Names of the files that the processes of a trial keep; makes none of them.
import { join } from 'node:path'
import type { TrialPaths } from '../trial-paths.ts'

/** Where the trial's processes keep what is theirs, below `.bongsu/`. */
export const trialFiles = (paths: TrialPaths) => ({
  hubData: join(paths.state, 'hub'),
  adminToken: join(paths.state, 'admin-token'),
  agentConfig: join(paths.state, 'agent', 'agent.toml'),
  agentState: join(paths.state, 'agent', 'state'),
  agentRun: join(paths.state, 'agent', 'run'),
  publisherKey: join(paths.state, 'publisher', 'publisher.key'),
  trustedPublishers: join(paths.state, 'publisher', 'trusted'),
  joinToken: join(paths.state, 'agent', 'join-token'),
  ports: join(paths.state, 'ports.json'),
  screenshot: join(paths.state, 'screenshot.png'),
})
