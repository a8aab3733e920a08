// What a launch is handed of its cameras, and that the password is in a file alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveredCamera, DesiredLaunch } from '@bongsu/protocol'
import { withCameras } from './with-cameras.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const GATE: DeliveredCamera = {
  name: 'gate',
  kind: 'network',
  url: 'rtsp://10.0.0.9:8554/main',
  user: 'a b',
  secret: 'pw',
}
const DOCK: DeliveredCamera = { name: 'loading-dock', kind: 'local', id: 'usb-cam-index0' }

const asking = (cameras: DeliveredCamera[], more: Partial<DesiredLaunch> = {}): DesiredLaunch => ({
  launchId: 'lau-aaaaaaaaaaaaaaaa',
  deploymentId: 'dep-aaaaaaaaaaaaaaaa',
  packageId: 'p',
  version: '1',
  image: { imageId: 'i', downloadBytes: 1 },
  profile: {
    containers: [
      {
        name: 'main',
        environment: { A: '1' },
        cameras: [{ name: 'gate', as: 'front-door' }, { name: 'loading-dock' }],
      },
      { name: 'helper' },
    ],
  },
  cameras,
  secrets: [{ name: 'pw', revision: '1', value: base64('p@ss/ü') }],
  ...more,
})

test('a network camera becomes variables and a file with the whole address, a local one a device', () => {
  const launch = withCameras(asking([GATE, DOCK]))
  const [main, helper] = launch.profile.containers
  assert.deepEqual(main?.environment, {
    A: '1',
    BONGSU_CAMERA_FRONT_DOOR: 'rtsp://10.0.0.9:8554/main',
    BONGSU_CAMERA_FRONT_DOOR_URL_FILE: '/run/secrets/camera-front-door.url',
  })
  assert.deepEqual(main?.devices, [{ kind: 'camera', id: 'usb-cam-index0' }])
  const file = main?.secrets?.[0]
  assert.equal(file?.file, 'camera-front-door.url')
  const value = launch.secrets?.find(({ name }) => name === file?.name)?.value ?? ''
  assert.equal(Buffer.from(value, 'base64').toString(), 'rtsp://a%20b:p%40ss%2F%C3%BC@10.0.0.9:8554/main')
  assert.deepEqual(helper, { name: 'helper' })
  assert.ok(!JSON.stringify(launch.profile).includes('p@ss'))
})

test('one without a password is the plain address; one whose password is missing waits for it by name', () => {
  const { user: _u, secret: _s, ...open } = GATE
  const plain = withCameras(asking([open]))
  const made = plain.secrets?.find(({ name }) => name !== 'pw')
  assert.equal(Buffer.from(made?.value ?? '', 'base64').toString(), 'rtsp://10.0.0.9:8554/main')
  const waiting = withCameras(asking([GATE], { secrets: [] }))
  assert.deepEqual(waiting.profile.containers[0]?.secrets, [{ name: 'pw', file: 'camera-front-door.url' }])
  assert.deepEqual(waiting.secrets, [])
})

test('a camera that is not in the record adds nothing; a launch without cameras is left as it is', () => {
  assert.deepEqual(withCameras(asking([])).profile, {
    containers: [
      {
        name: 'main',
        environment: { A: '1' },
        cameras: asking([]).profile.containers[0]?.cameras,
        devices: [],
        secrets: [],
      },
      { name: 'helper' },
    ],
  })
  const none = asking([], { profile: { containers: [{ name: 'main' }] } })
  assert.equal(withCameras(none), none)
})
