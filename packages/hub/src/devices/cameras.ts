// What is entered of a device's cameras, beyond its form. Pure.
import { CodedError } from '@bongsu/foundation'
import type { DeviceCamera } from '@bongsu/protocol'
import { type FieldFault, InvalidRequest } from '../plugins/invalid-request.ts'

/**
 * @throws CodedError HUB_CAMERA_HAS_CREDENTIALS, which never quotes the address
 * @throws InvalidRequest for names that are there twice, addresses that are none, and a user without a password or the other way
 */
export function requireSensibleCameras(cameras: readonly DeviceCamera[] = []): void {
  const names = new Set<string>()
  const faults: FieldFault[] = []
  for (const [index, camera] of cameras.entries()) {
    const pointer = `/cameras/${index}`
    if (names.has(camera.name)) faults.push({ pointer: `${pointer}/name`, message: 'is there twice' })
    names.add(camera.name)
    if (camera.kind === 'local') continue
    const url = URL.parse(camera.url)
    if (url && (url.username !== '' || url.password !== '')) {
      throw new CodedError('HUB_CAMERA_HAS_CREDENTIALS', { parameters: { name: camera.name } })
    }
    if (!url || url.hostname === '')
      faults.push({ pointer: `${pointer}/url`, message: 'must be rtsp://HOST/PATH' })
    if ((camera.user === undefined) !== (camera.secret === undefined)) {
      faults.push({ pointer, message: 'user and secret belong together' })
    }
  }
  if (faults.length > 0) throw new InvalidRequest(faults)
}
