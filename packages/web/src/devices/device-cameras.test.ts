import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DeviceCamera } from '@bongsu/protocol'
import { readCameras, writeCameras } from './device-cameras.ts'

const GATE: DeviceCamera = {
  name: 'gate',
  kind: 'network',
  url: 'rtsp://10.0.0.9/main',
  user: 'a viewer',
  secret: 'gate-password',
}
const DOCK: DeviceCamera = { name: 'dock', kind: 'local', id: 'usb-046d_C270-video-index0' }
const OPEN: DeviceCamera = { name: 'yard', kind: 'network', url: 'rtsp://10.0.0.8:8554/1?x=y' }

describe('cameras, one a line', () => {
  const cases: readonly (readonly [string, DeviceCamera[] | undefined])[] = [
    ['', []],
    ['\n  \n', []],
    ['gate = rtsp://10.0.0.9/main | a viewer | gate-password', [GATE]],
    ['dock=usb-046d_C270-video-index0\n\nyard = rtsp://10.0.0.8:8554/1?x=y', [DOCK, OPEN]],
    ['gate', undefined],
    ['Gate = rtsp://a/', undefined],
    ['gate = rtsp://a/ | user', undefined],
    ['gate = rtsp://a/ | user | pass | more', undefined],
    ['gate = http://a/', undefined],
    ['gate = a b', undefined],
    ['gate = usb-1\ngate = usb-2', undefined],
  ]
  for (const [text, cameras] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(readCameras(text), cameras))
  }

  it('reads what it wrote', () => {
    assert.deepEqual(readCameras(writeCameras([GATE, DOCK, OPEN])), [GATE, DOCK, OPEN])
    assert.equal(writeCameras(undefined), '')
  })
})
