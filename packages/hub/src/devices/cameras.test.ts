// What may be entered as a camera.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import type { DeviceCamera } from '@bongsu/protocol'
import { requireSensibleCameras } from './cameras.ts'

const at = (url: string, more: Partial<DeviceCamera> = {}): DeviceCamera =>
  ({ name: 'gate', kind: 'network', url, ...more }) as DeviceCamera

test('addresses with and without port and path, local cameras, and a password by name', () => {
  requireSensibleCameras([
    at('rtsp://10.0.0.9/main?channel=1'),
    at('rtsp://[fe80::1]:8554/x', { name: 'b', user: 'a', secret: 's' } as Partial<DeviceCamera>),
    { name: 'c', kind: 'local', id: 'usb-1' },
  ])
})

for (const url of ['rtsp://admin:pass@10.0.0.9/', 'rtsp://admin@10.0.0.9/', 'rtsp://:pass@10.0.0.9/']) {
  test(`${url} is refused without quoting it`, () => {
    assert.throws(
      () => requireSensibleCameras([at(url)]),
      (error) =>
        isCodedError(error) &&
        error.code === 'HUB_CAMERA_HAS_CREDENTIALS' &&
        !JSON.stringify(error.parameters).includes('pass'),
    )
  })
}

const FAULTS: readonly (readonly [string, DeviceCamera[], string])[] = [
  ['a name twice', [at('rtsp://a/'), at('rtsp://b/')], '/cameras/1/name'],
  ['no host', [at('rtsp:///x')], '/cameras/0/url'],
  ['a user without a password', [at('rtsp://a/', { user: 'x' } as Partial<DeviceCamera>)], '/cameras/0'],
]
for (const [what, cameras, pointer] of FAULTS) {
  test(`${what} is refused by its place`, () => {
    assert.throws(
      () => requireSensibleCameras(cameras),
      (error: { faults?: { pointer: string }[] }) => error.faults?.[0]?.pointer === pointer,
    )
  })
}
