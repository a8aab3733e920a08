// Decoding and encoding of control messages; a fault names the failing path. Readers ignore unknown fields.

import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Check, Errors } from 'typebox/value'
import type { Reason } from '../model/reason.ts'
import * as control from './control.ts'

/** Largest control message in bytes of UTF-8. */
export const MAX_MESSAGE_BYTES = 256 * 1024

export type Decoded<Message> = { ok: true; message: Message } | { ok: false; reason: Reason }

interface Validator {
  Check(value: unknown): boolean
  Errors(value: unknown): Iterable<{ instancePath: string; message: string }>
}

const AGENT_SCHEMAS: Record<control.AgentMessage['type'], TSchema> = {
  hello: control.Hello,
  facts: control.Facts,
  heartbeat: control.Heartbeat,
  'desired-state-ack': control.DesiredStateAck,
  report: control.Report,
  'command-result': control.CommandResult,
  complaint: control.Complaint,
}

const HUB_SCHEMAS: Record<control.HubMessage['type'], TSchema> = {
  welcome: control.Welcome,
  pong: control.Pong,
  'desired-state': control.DesiredState,
  command: control.Command,
  'session-update': control.SessionUpdate,
  complaint: control.Complaint,
}

const refuse = (reason: Reason): { ok: false; reason: Reason } => ({ ok: false, reason })

// Keys that would reach an object's prototype when somebody merges it later.
const reviver = (key: string, value: unknown) => (key === '__proto__' ? undefined : value)

// UTF-8 takes one to three bytes for each UTF-16 unit, so that only texts in between have to be counted.
const isTooLarge = (text: string) =>
  text.length > MAX_MESSAGE_BYTES ||
  (text.length * 3 > MAX_MESSAGE_BYTES && new TextEncoder().encode(text).length > MAX_MESSAGE_BYTES)

function parse(text: string): Decoded<unknown> {
  if (isTooLarge(text)) {
    return refuse({ code: 'PROTOCOL_TOO_LARGE', parameters: { limitBytes: MAX_MESSAGE_BYTES } })
  }
  try {
    return { ok: true, message: JSON.parse(text, reviver) }
  } catch {
    return refuse({ code: 'PROTOCOL_MALFORMED_JSON' })
  }
}

// Only a string is a type: turning anything else into one may throw, and the text comes from a stranger.
const typeOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
    ? value.type.slice(0, 64)
    : ''

/** Fast on every message and dear at the first: for a hub. */
const compiledValidator = (schema: TSchema): Validator => Compile(schema)

/** Nothing to prepare: for an agent, which starts often and hears little. Keeps the compiler out of its bundle. */
const plainValidator = (schema: TSchema): Validator => ({
  Check: (value) => Check(schema, value),
  Errors: (value) => Errors(schema, value),
})

/** A decoder whose validators are made at their first use, so that start-up pays only for what it meets. */
function decoder<Message extends { type: string }>(
  schemas: Readonly<Record<string, TSchema>>,
  validatorOf: (schema: TSchema) => Validator,
) {
  const validators = new Map<string, Validator>()
  return (text: string): Decoded<Message> => {
    const parsed = parse(text)
    if (!parsed.ok) return parsed
    const value = parsed.message
    const type = typeOf(value)
    const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined
    if (!schema) return refuse({ code: 'PROTOCOL_UNKNOWN_MESSAGE', parameters: { type } })
    let validator = validators.get(type)
    if (!validator) {
      validator = validatorOf(schema)
      validators.set(type, validator)
    }
    if (validator.Check(value)) return { ok: true, message: value as Message }
    const [fault] = validator.Errors(value)
    return refuse({
      code: 'PROTOCOL_INVALID_MESSAGE',
      parameters: {
        path: `${type}${fault?.instancePath ?? ''}`.slice(0, 500),
        problem: (fault?.message ?? 'invalid').slice(0, 500),
      },
    })
  }
}

/** A fresh decoder for what agents send. */
export const createAgentMessageDecoder = () => decoder<control.AgentMessage>(AGENT_SCHEMAS, compiledValidator)

/** A fresh decoder for what the hub sends. */
export const createHubMessageDecoder = () => decoder<control.HubMessage>(HUB_SCHEMAS, plainValidator)

export const encodeMessage = (message: control.AgentMessage | control.HubMessage): string =>
  JSON.stringify(message)
