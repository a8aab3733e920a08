// Rule of the policy about a command in a container that runs: as the container's own user, with nothing besides, or not
// at all. What the container itself may be is `check-container-spec.ts`, asked before.
import { forbidden } from './check-container-spec.ts'
import type { ContainerPolicy } from './policy.ts'

/** The part of the Engine API's exec options that we ever use (API 1.41, POST /containers/{id}/exec). */
export interface ExecOptions {
  readonly Cmd: readonly string[]
  readonly AttachStdout: true
  readonly AttachStderr: true
}

const KNOWN = new Set(['Cmd', 'AttachStdout', 'AttachStderr'])

/** @throws CodedError AGENT_POLICY_FORBIDS naming what */
export function checkExec(options: ExecOptions, { exec }: ContainerPolicy): void {
  if (!exec) throw forbidden('running commands in containers')
  if (options.Cmd.length === 0) throw forbidden('a command without a program')
  const extra = Object.entries(options).find(([key, value]) => !KNOWN.has(key) && isSomething(value))
  if (extra) throw forbidden(`the option ${extra[0]} of a command`)
}

const isSomething = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && value !== ''
