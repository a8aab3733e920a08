// Validation of requests by the routes' TypeBox schemas, without friendly guesses: bodies are taken as they are,
// only the texts of a query become the numbers and booleans their schema asks for. Text is NFC-normalised before.
import { normaliseText } from '@bongsu/protocol'
import type { FastifySchemaCompiler } from 'fastify'
import { IsBoolean, IsInteger, IsNumber, IsObject, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { HubServer } from '../server.ts'
import { InvalidRequest } from './invalid-request.ts'

const isInteger = /^-?\d{1,15}$/
const isDecimal = /^-?\d{1,9}(\.\d{1,6})?$/

function convertText(schema: TSchema, text: unknown): unknown {
  if (typeof text !== 'string') return text
  if (IsInteger(schema) && isInteger.test(text)) return Number(text)
  if (IsNumber(schema) && isDecimal.test(text)) return Number(text)
  if (IsBoolean(schema) && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** A copy of a query's values in the types the schema names; what does not fit stays text and is refused later. */
export function convertQuery(schema: TSchema, query: unknown): unknown {
  if (!IsObject(schema) || typeof query !== 'object' || query === null) return query
  const properties: Record<string, TSchema> = schema.properties
  const entries = Object.entries(query).map(([name, value]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    return [name, property ? convertText(property, value) : value]
  })
  return Object.fromEntries(entries)
}

const POINTER_ROOT: Readonly<Record<string, string>> = {
  querystring: '/query',
  params: '/path',
  headers: '/headers',
}

/** Compiles each schema once, at its first request: start-up pays for none. */
export const typeboxValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let validator: ReturnType<typeof Compile> | undefined
  const root = POINTER_ROOT[httpPart ?? ''] ?? ''
  return (value: unknown) => {
    validator ??= Compile(schema)
    const candidate = httpPart === 'querystring' ? convertQuery(schema, value) : value
    if (validator.Check(candidate)) return { value: candidate }
    const errors = validator
      .Errors(candidate)
      .slice(0, 20)
      .map(({ instancePath, message }) => ({
        pointer: `${root}${instancePath}`,
        message: message ?? 'invalid',
      }))
    return { error: new InvalidRequest(errors) }
  }
}

export function registerValidation(server: HubServer): void {
  server.setValidatorCompiler(typeboxValidator)
  // Answers are made by typed functions; a second compiler for them would only cost start-up time.
  server.setSerializerCompiler(() => (value) => JSON.stringify(value))
  server.addHook('preValidation', async (request) => {
    const isVerbatim = request.routeOptions.config.text === 'verbatim'
    if (isPlain(request.body) && !isVerbatim) request.body = normaliseText(request.body)
    // Parsed from the address, so always a flat object of texts.
    request.query = normaliseText(request.query)
  })
}

// Streams and bytes pass untouched.
const isPlain = (value: unknown): boolean =>
  Array.isArray(value) ||
  (typeof value === 'object' &&
    value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value)))
