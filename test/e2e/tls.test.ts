// HTTPS from the hub's own authority, made once: an agent that is given the authority registers over it, one that is not
// sends nothing, and the same authority serves after a restart.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Device } from '@bongsu/protocol'
import { trialFiles } from '@bongsu/trial'
import { waitFor } from '../infra/wait-for.ts'
import { NO_DISPLAY, startStack } from '../support/stack.ts'

/** One GET over HTTPS that trusts this authority alone. */
function get(url: string, ca: string, token: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const call = request(url, { ca, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.once('end', () => resolve(JSON.parse(text)))
    })
    call.once('error', reject)
    call.end()
  })
}

test('an agent that trusts the hub’s authority registers over HTTPS, another does not', async (t) => {
  const stack = await startStack(t)
  const { hubData, adminToken } = trialFiles(stack.paths)
  const token = readFileSync(adminToken, 'utf8').trim()
  // The join token is written over loopback HTTP; then the same hub is started anew with TLS.
  await stack.startAgent({ display: NO_DISPLAY })
  const { id } = await stack.device()
  await stack.running.agent?.stop()
  await stack.running.hub.stop()
  await stack.startHub({ BONGSU_HUB_TLS: 'auto' })
  const url = `https://127.0.0.1:${stack.ports.hub}`
  const caFile = join(hubData, 'tls', 'authority.pem')
  const ca = readFileSync(caFile, 'utf8')
  const device = async () => (await get(`${url}/api/v1/devices/${id}`, ca, token)) as Device

  await stack.startAgent({ display: NO_DISPLAY, joinToken: 'none', config: { hub: { url } } })
  const status = async () => {
    const answer = await fetch(`http://127.0.0.1:${stack.ports.agent}/v1/status`)
    return (await answer.json()) as { session: string; sessionReason?: { code: string } }
  }
  const refusing = await waitFor(status, {
    what: 'the agent refuses a certificate it does not know',
    until: ({ session }) => session === 'waiting',
  })
  assert.equal(refusing.sessionReason?.code, 'PROTOCOL_HUB_UNREACHABLE')
  assert.notEqual((await device()).connection.state, 'online')
  await stack.running.agent?.stop()

  await stack.startAgent({
    display: NO_DISPLAY,
    joinToken: 'none',
    config: { hub: { url, ca_file: caFile } },
  })
  await waitFor(device, {
    what: 'the device is online',
    until: ({ connection }) => connection.state === 'online',
  })

  await stack.running.hub.stop()
  await stack.startHub({ BONGSU_HUB_TLS: 'auto' })
  assert.equal(readFileSync(caFile, 'utf8'), ca)
  await waitFor(device, {
    what: 'it is online again',
    until: ({ connection }) => connection.state === 'online',
  })
})
