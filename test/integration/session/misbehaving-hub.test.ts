// What the agent does with a hub that does not keep the protocol: it refuses, complains or comes back, and obeys nothing
// that a right hub would not have said.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@bongsu/foundation'
import { MAX_MESSAGE_BYTES } from '@bongsu/protocol'
import { createCommandHandler } from '../../../packages/agent/src/hub-session/commands.ts'
import { type ScriptedHub, screenshotCommand, startScriptedHub } from '../../fakes/scripted-hub.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { briskClock, startTestAgent } from './test-agent.ts'

const PAST = '2020-01-01T00:00:00Z'
const desiredState = (generation: number) => ({ type: 'desired-state', generation, launches: [] })
const pong = (sequence: number) => ({ type: 'pong', sequence, hubTime: PAST })

/** An agent with the real handler of commands, and how many pictures were taken. */
async function startAgent(t: TestContext, hub: ScriptedHub) {
  const taken: string[] = []
  const onCommand = createCommandHandler({
    clock: systemClock,
    screenshot: async () => {
      taken.push('picture')
      return { kind: 'failed', reason: { code: 'AGENT_SCREENSHOT_FAILED' } }
    },
    liveViews: { show: async () => ({ kind: 'over' }) },
  })
  const { port, joinToken } = hub
  const agent = await startTestAgent(t, { port, joinToken, onCommand, clock: briskClock(50) })
  return { ...agent, taken }
}

const filesOf = (stateDir: string) =>
  Object.fromEntries(
    readdirSync(stateDir, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path, readFileSync(path, 'utf8')]),
  )

for (const proof of ['missing', 'wrong'] as const) {
  test(`a 101 answer whose signature is ${proof} is refused, nothing is obeyed and the identity stays`, async (t) => {
    const hub = await startScriptedHub(t)
    const agent = await startAgent(t, hub)
    await agent.online(1)
    const files = filesOf(agent.stateDir)
    assert.ok(Object.keys(files).length >= 2, 'key and enrolment are on disk')

    hub.proof = proof
    hub.onOpen = (session) => {
      session.welcome(99)
      session.send(desiredState(7))
      session.send(screenshotCommand('one'))
    }
    const [first] = hub.sessions
    first?.send(new Uint8Array([2]))
    await agent.waited('PROTOCOL_HUB_NOT_PINNED')
    await waitFor(() => hub.sessions.length >= 3, { what: 'it tries again' })
    assert.deepEqual([agent.desired, agent.taken], [[], []])
    assert.deepEqual(
      hub.sessions.slice(1).flatMap(({ said }) => said),
      [],
    )
    assert.ok(!agent.states.some((state) => state.kind === 'online' && state.epoch === 99))
    assert.deepEqual(filesOf(agent.stateDir), files)

    hub.proof = 'right'
    hub.onOpen = () => undefined
    await agent.online()
  })
}

test('nothing that comes before welcome is obeyed', async (t) => {
  const hub = await startScriptedHub(t)
  hub.onHello = (session) => {
    session.send(desiredState(7))
    session.send(screenshotCommand('early'))
    session.send({
      type: 'session-update',
      approval: 'revoked',
      accessToken: 'x',
      accessTokenExpiresAt: PAST,
    })
    session.send(pong(1))
    session.welcome()
    session.send(desiredState(1))
  }
  const agent = await startAgent(t, hub)
  const session = await hub.session(1)
  await session.heard('desired-state-ack')
  assert.deepEqual([agent.desired, agent.taken], [[1], []])
  assert.equal(agent.session.accessToken(), 'token-1')
  assert.deepEqual(agent.session.state(), { kind: 'online', epoch: 1, approval: 'accepted' })
})

test('a second welcome changes neither epoch nor token and starts no second heartbeat', async (t) => {
  const hub = await startScriptedHub(t)
  const agent = await startAgent(t, hub)
  const session = await hub.session(1)
  await agent.online(1)
  session.welcome(42)
  session.send(desiredState(1))
  await session.heard('desired-state-ack')
  assert.deepEqual(agent.session.state(), { kind: 'online', epoch: 1, approval: 'accepted' })
  assert.equal(agent.session.accessToken(), 'token-1')
  assert.equal((await session.heard('heartbeat')).length, 1)
})

test('a pong for a heartbeat that never was is passed over', async (t) => {
  const hub = await startScriptedHub(t)
  const agent = await startAgent(t, hub)
  const session = await hub.session(1)
  await agent.online(1)
  for (const sequence of [0, 999, Number.MAX_SAFE_INTEGER]) session.send(pong(sequence))
  session.send(desiredState(1))
  await session.heard('desired-state-ack')
  assert.equal(agent.session.state().kind, 'online')
  assert.ok(!session.said.some(({ type }) => type === 'complaint'))
})

test('desired states that repeat or are old are answered as stale', async (t) => {
  const hub = await startScriptedHub(t)
  await startAgent(t, hub)
  const session = await hub.session(1)
  for (const generation of [5, 5, 4, 0, 6]) session.send(desiredState(generation))
  const acks = await session.heard('desired-state-ack', 5)
  assert.deepEqual(
    acks.map(({ outcome, acceptedGeneration }) => `${outcome} ${acceptedGeneration}`),
    ['accepted 5', 'stale 5', 'stale 5', 'stale 5', 'accepted 6'],
  )
})

const faults: Readonly<Record<string, readonly [text: string, code: string]>> = {
  'no JSON': ['{', 'PROTOCOL_MALFORMED_JSON'],
  'an unknown type': ['{"type":"telepathy"}', 'PROTOCOL_UNKNOWN_MESSAGE'],
  'a type of every object': ['{"type":"__proto__"}', 'PROTOCOL_UNKNOWN_MESSAGE'],
  'a message behind __proto__': [
    '{"__proto__":{"type":"desired-state","generation":9,"launches":[]}}',
    'PROTOCOL_UNKNOWN_MESSAGE',
  ],
  'a field behind __proto__': [
    '{"type":"desired-state","generation":9,"__proto__":{"launches":[]}}',
    'PROTOCOL_INVALID_MESSAGE',
  ],
  'a text over the limit': ['x'.repeat(MAX_MESSAGE_BYTES + 1), 'PROTOCOL_TOO_LARGE'],
}

for (const [name, [text, code]] of Object.entries(faults)) {
  test(`${name} is complained of, too many end the session, and the agent comes back`, async (t) => {
    const hub = await startScriptedHub(t)
    const agent = await startAgent(t, hub)
    const session = await hub.session(1)
    await agent.online(1)
    session.send(text)
    const [complaint] = await session.heard('complaint')
    assert.equal(Object(complaint?.reason).code, code)
    assert.equal(agent.session.state().kind, 'online')
    for (let again = 0; again < 20; again += 1) session.send(text)
    await agent.waited(code)
    await agent.online(2)
    assert.deepEqual(agent.desired, [])
  })
}

const endings: Readonly<Record<string, readonly [content: string | Uint8Array, code: string]>> = {
  'one byte': [new Uint8Array([2]), 'PROTOCOL_BAD_STREAM_FRAME'],
  'random bytes': [new Uint8Array(300).fill(0xa7), 'PROTOCOL_BAD_STREAM_FRAME'],
  'a text over the limit of the link': ['x'.repeat(600 * 1024), 'PROTOCOL_HUB_UNREACHABLE'],
  'bytes over the limit of the link': [new Uint8Array(600 * 1024), 'PROTOCOL_HUB_UNREACHABLE'],
}

for (const [name, [content, code]] of Object.entries(endings)) {
  test(`${name} ends the session, what follows does not count, and the agent comes back`, async (t) => {
    const hub = await startScriptedHub(t)
    const agent = await startAgent(t, hub)
    const session = await hub.session(1)
    await agent.online(1)
    session.send(content)
    session.send(desiredState(7))
    await agent.waited(code)
    await agent.online(2)
    await waitFor(() => session.isClosed, { what: 'the first link is closed' })
    assert.deepEqual(agent.desired, [])
  })
}

test('a command after its deadline is answered as expired and not obeyed', async (t) => {
  const hub = await startScriptedHub(t)
  const agent = await startAgent(t, hub)
  const session = await hub.session(1)
  session.send(screenshotCommand('late', PAST))
  const [result] = await session.heard('command-result')
  assert.deepEqual(result, { type: 'command-result', id: 'late', outcome: 'expired' })
  assert.deepEqual(agent.taken, [])
})

test('a command is obeyed once, also when it is repeated or comes again in the next session', async (t) => {
  const hub = await startScriptedHub(t)
  const agent = await startAgent(t, hub)
  const session = await hub.session(1)
  for (const id of ['same', 'same', 'other']) session.send(screenshotCommand(id))
  const results = await session.heard('command-result', 2)
  assert.deepEqual(
    results.map(({ id }) => id),
    ['same', 'other'],
  )
  session.send(new Uint8Array([2]))
  const again = await hub.session(2)
  await agent.online(2)
  for (const id of ['same', 'third']) again.send(screenshotCommand(id))
  const [third] = await again.heard('command-result')
  assert.equal(third?.id, 'third')
  assert.equal(agent.taken.length, 3)
})
