// The lines of `agent.toml` that make a device join this hub. Pure.

const quoted = (text: string) => JSON.stringify(text)

/** @param origin where this console was opened, which is where the hub is reached */
export const agentSettings = (origin: string, joinToken: string): string =>
  `[hub]\nurl = ${quoted(origin)}\njoin_token = ${quoted(joinToken)}\n`
