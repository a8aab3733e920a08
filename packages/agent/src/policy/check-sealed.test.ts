import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CreateOptions, HostConfig } from '../runtime/docker/create-options.ts'
import { checkSealed } from './check-sealed.ts'

const spec = (host: Partial<HostConfig>, part: Partial<CreateOptions> = {}): CreateOptions =>
  ({ Image: 'sha256:00', HostConfig: { NetworkMode: 'none', ...host }, ...part }) as CreateOptions

test('a smoke run runs only where the policy offers the device for it', () => {
  assert.throws(() => checkSealed(spec({}), { verifier: false }), { code: 'AGENT_VERIFICATION_NOT_OFFERED' })
  assert.doesNotThrow(() => checkSealed(spec({}), { verifier: true }))
  assert.doesNotThrow(() => checkSealed(spec({ NetworkMode: 'container:0123' }), { verifier: true }))
})

const open: readonly [string, CreateOptions][] = [
  ['the network bridge', spec({ NetworkMode: 'bridge' })],
  ['the network host', spec({ NetworkMode: 'host' })],
  [
    'the device /dev/video0',
    spec({
      Devices: [{ PathOnHost: '/dev/video0', PathInContainer: '/dev/video0', CgroupPermissions: 'rw' }],
    }),
  ],
  ['a GPU', spec({ DeviceRequests: [{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] }] } as never)],
  ['a port of the device', spec({ PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } as never)],
  ['a group', spec({}, { NetworkingConfig: { EndpointsConfig: { 'bongsu-group': {} } } } as never)],
]

for (const [what, wanted] of open) {
  test(`a smoke run never gets ${what}`, () => {
    assert.throws(() => checkSealed(wanted, { verifier: true }), {
      code: 'AGENT_VERIFICATION_NOT_SEALED',
      parameters: { what },
    })
  })
}
