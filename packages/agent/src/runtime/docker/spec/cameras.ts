// Where a container finds the cameras of the device that it asked for by name; network cameras are in the profile already.
import { cameraVariable } from '@bongsu/protocol'
import type { SpecInput } from './spec-input.ts'

export function cameraEnvironment({ request, profile, host }: SpecInput): Record<string, string> {
  const { cameras: delivered = [] } = request.launch
  const found = (profile.cameras ?? []).flatMap((asked) => {
    const camera = delivered.find(({ name }) => name === asked.name)
    // The first of its nodes is the one for pictures.
    const node = camera?.kind === 'local' ? host.identified.get(camera.id)?.[0] : undefined
    return node ? [[cameraVariable(asked), node.path]] : []
  })
  return Object.fromEntries(found)
}
