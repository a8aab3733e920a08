// What tests and benchmarks use of the agent; nothing else imports it.
export { type Agent, type AgentOptions, createAgent } from './agent.ts'
export { AgentFile, readAgentConfig } from './config.ts'
export { loadDeviceIdentity } from './identity/device-identity.ts'
