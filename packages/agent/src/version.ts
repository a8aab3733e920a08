// The agent's version, said in hellos and facts. The release sets it; a test compares it with package.json.
export const AGENT_VERSION = '0.1.0'
