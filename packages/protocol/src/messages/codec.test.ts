// What both decoders take and refuse. The samples in golden/v1 are frozen: a change that breaks one breaks devices in the
// field, and needs a new protocol number and a new folder instead.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  createAgentMessageDecoder,
  createHubMessageDecoder,
  type Decoded,
  encodeMessage,
  MAX_MESSAGE_BYTES,
} from './codec.ts'
import { AgentMessage, HubMessage } from './control.ts'

const folder = join(import.meta.dirname, '../golden/v1')
const samples = readdirSync(folder)
  .sort()
  .map((name) => ({
    name,
    sender: name.startsWith('agent-') ? ('agent' as const) : ('hub' as const),
    text: readFileSync(join(folder, name), 'utf8'),
  }))
const decoders = { agent: createAgentMessageDecoder(), hub: createHubMessageDecoder() }

const sample = (name: string): Record<string, unknown> =>
  JSON.parse(samples.find((one) => one.name === `${name}.json`)?.text ?? 'null')

const reasonOf = (decoded: Decoded<unknown>) => {
  assert.ok(!decoded.ok, 'was accepted')
  return decoded.reason
}

test('there is a frozen sample of every message', () => {
  const types = (sender: 'agent' | 'hub') =>
    new Set(samples.filter((one) => one.sender === sender).map(({ text }) => JSON.parse(text).type))
  const known = (union: typeof AgentMessage | typeof HubMessage) =>
    new Set(union.anyOf.map((schema) => schema.properties.type.const))
  assert.deepEqual(types('agent'), known(AgentMessage))
  assert.deepEqual(types('hub'), known(HubMessage))
})

for (const { name, sender, text } of samples) {
  test(`${name} is read by its reader, unchanged, and by nobody else`, () => {
    const decoded = decoders[sender](text)
    assert.ok(decoded.ok, JSON.stringify(decoded))
    assert.deepEqual(decoded.message, JSON.parse(text))
    assert.deepEqual(decoders[sender](encodeMessage(decoded.message)), decoded)
    const other = decoders[sender === 'agent' ? 'hub' : 'agent'](text)
    // Either side may complain; everything else has one direction.
    if (decoded.message.type === 'complaint') assert.ok(other.ok)
    else assert.equal(reasonOf(other).code, 'PROTOCOL_UNKNOWN_MESSAGE')
  })

  test(`${name} may have fields of a newer sender`, () => {
    const newer = JSON.stringify({ ...JSON.parse(text), 'field-of-tomorrow': { a: [1] } })
    assert.ok(decoders[sender](newer).ok)
  })
}

test('a fault names the path', () => {
  const cases: readonly [sender: 'agent' | 'hub', message: object, path: string][] = [
    ['agent', { ...sample('agent-hello'), acceptedGeneration: -1 }, 'hello/acceptedGeneration'],
    ['agent', { ...sample('agent-hello'), localApiPort: 70_000 }, 'hello/localApiPort'],
    ['agent', { ...sample('agent-hello'), location: { latitude: 1 } }, 'hello/location'],
    ['agent', { ...sample('agent-heartbeat'), sequence: 1.5 }, 'heartbeat/sequence'],
    ['agent', { ...sample('agent-report'), launches: [{}] }, 'report/launches/0'],
    ['agent', { ...sample('agent-command-result'), outcome: 'perhaps' }, 'command-result/outcome'],
    ['agent', { type: 'complaint', reason: { code: 'lower' } }, 'complaint/reason/code'],
    ['agent', { type: 'facts' }, 'facts'],
    ['hub', { ...sample('hub-welcome'), deviceId: 'dev-1' }, 'welcome/deviceId'],
    ['hub', { ...sample('hub-welcome'), epoch: 0 }, 'welcome/epoch'],
    ['hub', { ...sample('hub-pong'), hubTime: 'yesterday' }, 'pong/hubTime'],
    ['hub', { ...sample('hub-desired-state'), launches: 'all' }, 'desired-state/launches'],
  ]
  for (const [sender, message, path] of cases) {
    const { code, parameters } = reasonOf(decoders[sender](JSON.stringify(message)))
    assert.equal(code, 'PROTOCOL_INVALID_MESSAGE')
    assert.ok(String(parameters?.path).startsWith(path), `${parameters?.path} instead of ${path}`)
    assert.ok(String(parameters?.problem).length > 0)
  }
})

test('what is no message is refused with its code', () => {
  const cases: readonly [text: string, code: string][] = [
    ['', 'PROTOCOL_MALFORMED_JSON'],
    ['{', 'PROTOCOL_MALFORMED_JSON'],
    ['\u0000', 'PROTOCOL_MALFORMED_JSON'],
    ['null', 'PROTOCOL_UNKNOWN_MESSAGE'],
    ['[]', 'PROTOCOL_UNKNOWN_MESSAGE'],
    ['"hello"', 'PROTOCOL_UNKNOWN_MESSAGE'],
    ['{"type":"constructor"}', 'PROTOCOL_UNKNOWN_MESSAGE'],
    ['{"type":"__proto__"}', 'PROTOCOL_UNKNOWN_MESSAGE'],
    ['{"type":["hello"]}', 'PROTOCOL_UNKNOWN_MESSAGE'],
    ['{"type":{"toString":1,"valueOf":1}}', 'PROTOCOL_UNKNOWN_MESSAGE'],
    [`{"type":"${'x'.repeat(1000)}"}`, 'PROTOCOL_UNKNOWN_MESSAGE'],
  ]
  for (const [text, code] of cases) {
    for (const decode of Object.values(decoders)) assert.equal(reasonOf(decode(text)).code, code, text)
  }
})

test('a deeply nested text is refused or read, never thrown', () => {
  const depth = 100_000
  const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`
  for (const text of [nested, `{"type":${nested}}`, `{"type":"pong","sequence":${nested}}`]) {
    for (const decode of Object.values(decoders)) assert.equal(decode(text).ok, false)
  }
})

test('__proto__ reaches nothing', () => {
  const hello = JSON.stringify(sample('agent-hello'))
  const decoded = decoders.agent(`{"__proto__":{"polluted":true},${hello.slice(1)}`)
  assert.ok(decoded.ok)
  assert.equal(Object.hasOwn(decoded.message, '__proto__'), false)
  assert.equal(Reflect.get({ ...decoded.message }, 'polluted'), undefined)
  assert.equal(Reflect.get({}, 'polluted'), undefined)
  const nested = decoders.agent(
    '{"type":"complaint","reason":{"code":"HUB_X","parameters":{"__proto__":"x","a":1}}}',
  )
  assert.ok(nested.ok && nested.message.type === 'complaint')
  assert.deepEqual(Object.keys(nested.message.reason.parameters ?? {}), ['a'])
})

test('size is counted in bytes of UTF-8', () => {
  const padded = (letter: string, count: number) =>
    JSON.stringify({ ...sample('hub-pong'), padding: letter.repeat(count) })
  const overhead = Buffer.byteLength(padded('', 0))
  const room = MAX_MESSAGE_BYTES - overhead
  assert.ok(decoders.hub(padded('x', room)).ok)
  assert.equal(reasonOf(decoders.hub(padded('x', room + 1))).code, 'PROTOCOL_TOO_LARGE')
  assert.ok(decoders.hub(padded('가', Math.floor(room / 3))).ok)
  assert.deepEqual(reasonOf(decoders.hub(padded('가', Math.floor(room / 3) + 1))), {
    code: 'PROTOCOL_TOO_LARGE',
    parameters: { limitBytes: MAX_MESSAGE_BYTES },
  })
})

test('no text makes a decoder throw', () => {
  const types = [...new Set(samples.map(({ text }) => String(JSON.parse(text).type)))]
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .tuple(fc.constantFrom(...types), fc.dictionary(fc.string(), fc.jsonValue()))
      .map(([type, rest]) => JSON.stringify({ ...rest, type })),
    fc.jsonValue().map((type) => JSON.stringify({ type })),
  )
  fc.assert(
    fc.property(texts, (text) => {
      for (const decode of Object.values(decoders)) {
        const decoded = decode(text)
        if (!decoded.ok) assert.match(decoded.reason.code, /^PROTOCOL_/)
      }
    }),
  )
})

test('a sample with one value replaced by anything is read or refused, never thrown', () => {
  const paths = samples.flatMap(({ sender, text }) =>
    Object.keys(JSON.parse(text)).map((key) => ({ sender, message: JSON.parse(text), key })),
  )
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), ({ sender, message, key }, value) => {
      const decoded = decoders[sender](JSON.stringify({ ...message, [key]: value }))
      if (!decoded.ok) assert.ok(encodeMessage({ type: 'complaint', reason: decoded.reason }).length < 4096)
      if (!decoded.ok)
        assert.ok(decoders.agent(JSON.stringify({ type: 'complaint', reason: decoded.reason })).ok)
    }),
  )
})
