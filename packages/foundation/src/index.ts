// Public face of what every process needs; imports nothing of ours.
export * from './backoff.ts'
export * from './clock.ts'
export * from './durable-file.ts'
export * from './errors.ts'
export * from './exclusive-runner.ts'
export * from './lifecycle.ts'
export * from './logger.ts'
export * from './manual-clock.ts'
